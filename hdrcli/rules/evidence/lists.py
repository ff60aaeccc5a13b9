"""The lists of a preflight's response, as they are and as they should be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from hdrcli.fetch.headers import UnparsableList, extract_token_list, get
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.rules.evidence.blocked import Blocked, requested_header_names, requested_method
from hdrcli.stacks.setting import Setting

ALLOW_METHODS: Final = "Access-Control-Allow-Methods"
ALLOW_HEADERS: Final = "Access-Control-Allow-Headers"

_MIN_LETTERS: Final = 3


def is_list_of_letters(names: Iterable[str]) -> bool:
    """Whether a string was passed instead of a list: joined with commas, it is split into its letters."""
    return sum(len(name) == 1 and name != "*" for name in names) >= _MIN_LETTERS


def preflight_list(block: Blocked, name: str) -> list[str]:
    """The elements of this list of a preflight's response, as far as it can be read."""
    listed = extract_token_list(name, block.response.headers)
    return _names_within(block, name) if isinstance(listed, UnparsableList) else listed or []


def complete_list(blocks: Sequence[Blocked], name: str, missing: Iterable[str]) -> Setting:
    """The setting that allows the missing names, each name once: the whole list, if a response shows it.

    "*" stays: it is a wildcard for requests without credentials. The letters that a string was split into are joined
    again, if they are all there in order, and skipped if not.
    """
    meant = [meant for block in blocks for meant in _names_meant(block, name)]
    is_whole = any(_is_whole(block, name) for block in blocks)
    if name == ALLOW_METHODS:  # whose case counts
        values = [*meant, *missing]
    else:
        known = set(map(byte_lowercase, meant))
        values = [*meant, *(name for name in missing if byte_lowercase(name) not in known)]
    return Setting(
        concept="methods" if name == ALLOW_METHODS else "request-headers",
        values=tuple(dict.fromkeys(values)),
        operation="set" if is_whole else "add",
        complete=is_whole,
    )


def _is_whole(block: Blocked, name: str) -> bool:
    """Whether the response shows the whole list. Some CORS layers list only what was requested, or nothing."""
    listed = extract_token_list(name, block.response.headers)
    if isinstance(listed, UnparsableList):
        return True
    requested = {requested_method(block)} if name == ALLOW_METHODS else set(requested_header_names(block))
    elements = set(listed or ())
    return not (elements if name == ALLOW_METHODS else set(map(byte_lowercase, elements))) <= requested


def _names_meant(block: Blocked, name: str) -> list[str]:
    listed = preflight_list(block, name)
    if not is_list_of_letters(listed):
        return listed
    letters = (get(name, block.response.headers) or "").split(", ")
    if all(len(letter) == 1 for letter in letters):
        return re.findall(r"[^,\s]+", "".join(letters))
    return [word for word in listed if len(word) > 1 or word == "*"]


def _names_within(block: Blocked, name: str) -> list[str]:
    return re.findall(r"[\w*-]+", get(name, block.response.headers) or "", re.ASCII)
