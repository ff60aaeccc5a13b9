"""Requests in a file or on standard input, one on each line: `URL` or `METHOD URL`; `#` begins a comment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from hdrcli.fetch.safelist import normalize_method
from hdrcli.planning.page_request import body_of
from hdrcli.planning.routes import Route, route_of
from hdrcli.records.errors import UsageError
from hdrcli.settings import Settings
from hdrcli.structs import replace
from hdrcli.targets.reading import read_bytes, shown_name, text_of
from hdrcli.targets.scope import check_scope
from hdrcli.targets.url import url_of
from hdrcli.text.escaping import printable
from hdrcli.text.redaction import redact_text

NAME: Final = "@FILE with a URL or METHOD URL on each line"

_MOST_BYTES: Final = 64 * 2**20
_LONGEST_LINE: Final = 64 * 2**10
_QUOTED: Final = 60
"""Characters of a line that a message quotes."""

_METHODS_WITHOUT_BODY: Final = frozenset({"GET", "HEAD"})
_method_and_url = re.compile(r"(?P<method>[!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]+(?P<url>.+)").fullmatch


def read(text: str, settings: Settings) -> tuple[Route, ...] | None:
    """The requests of the file behind `@`; None for any other word.

    Raises `UsageError`, which names file and line, if it cannot be read, a line is not a request, or there is none.
    """
    if not text.startswith("@"):
        return None
    if not text[1:].strip():
        raise UsageError(f'"{text}" names no file: write @urls.txt, or - for standard input.')
    path = Path(text[1:])
    name = shown_name(path)
    return routes_of(text_of(read_bytes(path, _MOST_BYTES), name), name, settings)


def routes_of(text: str, name: str, settings: Settings) -> tuple[Route, ...]:
    """The requests of a text, which messages call `name`. Raises as `read`."""
    check_scope("list", settings)
    routes = tuple(_routes(text, name, settings))
    if not routes:
        raise UsageError(f"{name} has nothing to check: write a URL, or a method and a URL, on each line.")
    return routes


def _routes(text: str, name: str, settings: Settings) -> Iterator[Route]:
    for number, line in enumerate(text.split("\n"), start=1):
        source = f"{name} line {number}"
        if len(line) > _LONGEST_LINE:
            raise UsageError(f"{source} is longer than {_LONGEST_LINE:,} characters.")
        request = line.strip()
        if request and not request.startswith("#"):
            yield _route(request, source, settings)


def _route(request: str, source: str, settings: Settings) -> Route:
    match = _method_and_url(request)
    try:
        url = url_of(request if match is None else match["url"])
    except UsageError as error:
        raise UsageError(f"{source}: {error.message}") from None
    if url is None:
        shown = printable(redact_text(request))
        shown = shown if len(shown) <= _QUOTED else f"{shown[:_QUOTED]}…"
        raise UsageError(f'{source} is not a request: write a URL, or a method and a URL, instead of "{shown}".')
    route = route_of(url, settings, source)
    if match is None:
        return route
    method = normalize_method(match["method"])
    return replace(route, method=method, body=None if method in _METHODS_WITHOUT_BODY else body_of(settings))
