"""Patterns for routes, such as "GET /items*".

A pattern is a method and a path, or only a path. In both, `*` stands for any characters; in a path, `{name}` stands for
one segment, as in OpenAPI documents. A path without "?" says nothing about the query.
"""

from __future__ import annotations

import re
from functools import lru_cache

from hdrcli.fetch import parse_url

Matches = re.Pattern[str]

_parts = re.compile(r"\*+|\{[^{}/*]*\}|[^*{]+|\{").findall
_method = re.compile(r"[A-Za-z*-]+").fullmatch


@lru_cache(1024)
def compiled(pattern: str) -> tuple[Matches, bool]:
    """The pattern for "METHOD /path", and whether it is about the query, too.

    Raises `ValueError` for a text that is not a pattern, with the rest of a sentence that begins with it.
    """
    method, space, path = pattern.strip().partition(" ")
    if not space:
        method, path = "*", method
    path = path.strip()
    if _method(method) is None or not path.startswith(("/", "*")):
        raise ValueError('is not a method and a path: write "GET /items*", or "/items*" for all methods.')
    methods = method.upper().replace("*", r"\S*")
    return re.compile(rf"(?i:{methods}) {_path(path)}", re.DOTALL), "?" in path


def matches(pattern: str, method: str, url: str) -> bool:
    """Whether a route has this pattern; an empty one is that of all routes."""
    if not pattern:
        return True
    expression, with_query = compiled(pattern)
    path, query = _path_and_query(url)
    return expression.fullmatch(f"{method} {path}{query if with_query else ''}") is not None


@lru_cache(1024)
def _path_and_query(url: str) -> tuple[str, str]:
    parsed = parse_url(url)
    return ("", "") if parsed is None else (parsed.path, parsed.query)


def _path(path: str) -> str:
    """The path as a regular expression, in which each part after a `*` is searched only once: linear time."""
    groups = [""]
    for part in _parts(path):
        if part.startswith("*"):
            groups.append("")
        elif part.startswith("{") and part.endswith("}"):
            groups[-1] += r"[^/?]+"
        else:
            groups[-1] += re.escape(part)
    if len(groups) == 1:
        return groups[0]
    first, *middle, last = groups
    return first + "".join(f"(?>.*?{group})" for group in middle) + f".*{last}"
