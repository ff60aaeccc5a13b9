"""The lists of a preflight's response, as they are and as they should be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from hdrcli.fetch.headers import UnparsableList, extract_token_list, get
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.rules.evidence.blocked import Blocked
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


def complete_list(
    blocks: Sequence[Blocked], name: str, missing: Iterable[str], *, keep_wildcard: bool = False
) -> Setting:
    """The list of this name in the preflights' responses, with the missing names, each name once.

    The letters that a string was split into are joined again, if they are all there in order, and skipped if not.
    """
    meant = [meant for block in blocks for meant in _names_meant(block, name) if keep_wildcard or meant != "*"]
    if name == ALLOW_METHODS:  # whose case counts
        return Setting(concept="methods", values=tuple(dict.fromkeys([*meant, *missing])))
    known = set(map(byte_lowercase, meant))
    values = [*meant, *(name for name in missing if byte_lowercase(name) not in known)]
    return Setting(concept="request-headers", values=tuple(dict.fromkeys(values)))


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
