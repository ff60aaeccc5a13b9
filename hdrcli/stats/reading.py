"""The results in a file, which may be that of anybody: what is not a result is counted, and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from operator import itemgetter
from types import NoneType
from typing import BinaryIO, Final, NamedTuple

from hdrcli.bulk.counts import FAILURES, OUTCOMES
from hdrcli.bulk.keys import Keys
from hdrcli.reporters.view import count, shortened
from hdrcli.rules.finding import Severity

_LONGEST: Final = 16 * 2**20
"""Bytes of a line: far more than a result may have."""
_LONGEST_NAME: Final = 200
_MOST_REQUESTS: Final = 10**9
_FAILURES: Final = frozenset({None, *FAILURES})
_STATUSES: Final = frozenset({None, *range(1000)})
_SEVERITIES: Final = {str(severity): severity for severity in Severity}
_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "key": (str,),
    "outcome": (str,),
    "failure": (str, NoneType),
    "status": (int, NoneType),
    "blocked": (bool, NoneType),
    "readable": (list,),
    "hidden": (list,),
    "stack": (str, NoneType),
    "requests": (int,),
    "findings": (list,),
}
"""The members of a result that are counted."""
_members = itemgetter(*_TYPES)
_is_code = re.compile(r"HDR[0-9]{3}").fullmatch
_is_key = re.compile(r"[0-9a-f]{16}").fullmatch


class Row(NamedTuple):
    """What is counted of a result. Names are in lower case, each once, and shortened if they are very long."""

    key: int
    outcome: str
    failure: str | None
    status: int | None
    is_blocked: bool
    readable: frozenset[str]
    hidden: frozenset[str]
    stack: str | None
    requests: int
    findings: dict[str, Severity]


class Reader:
    """Reads files, and counts what is not handed out.

    `repeated` are results with the key of an earlier one: the same line of the same list. `cut_off` are last lines that
    are not complete. `others` are lines that are not results; `first_other` says which is the first, and what it is.
    """

    def __init__(self) -> None:
        self._keys = Keys()
        self.files: list[str] = []
        self.repeated = 0
        self.cut_off = 0
        self.others = 0
        self.first_other = ""

    def rows(self, source: BinaryIO, name: str) -> Iterator[Row]:
        """The results in a file with this name that no earlier file had. Raises `OSError` where it cannot be read."""
        self.files.append(name)
        number = 0
        while data := source.readline(_LONGEST):
            number += 1
            is_whole = data.endswith(b"\n")
            is_too_long = not is_whole and _skip_rest(source)
            if data.isspace():
                continue
            value = None if is_too_long else _value(data)
            row = _row(value)
            if row is None:
                self._skip(value, f'"{name}" line {number}', is_cut_off=not (is_whole or is_too_long) and value is None)
            elif self._keys.add(row.key):
                yield row
            else:
                self.repeated += 1

    def notes(self) -> Iterator[str]:
        """What was not counted, in sentences without a full stop."""
        if self.others == 1:
            yield f"{self.first_other}, and not counted"
        elif self.others:
            yield f"{count(self.others, 'line')} are not counted; {self.first_other}"
        if self.cut_off:
            yield f"{count(self.cut_off, 'incomplete last line')} {_is(self.cut_off)} not counted"
        if self.repeated:
            yield f"{count(self.repeated, 'repeated result')} {_is(self.repeated)} not counted"

    def _skip(self, value: object, place: str, *, is_cut_off: bool) -> None:
        if is_cut_off:
            self.cut_off += 1
            return
        self.others += 1
        self.first_other = self.first_other or f"{place} is {_kind(value)}"


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def _skip_rest(source: BinaryIO) -> bool:
    """Read to the end of a line that is too long; returns whether there was more of it."""
    rest = b""
    has_rest = False
    while not rest.endswith(b"\n") and (rest := source.readline(_LONGEST)):
        has_rest = True
    return has_rest


def _value(data: bytes) -> object:
    """The JSON of a line; None for what is not JSON."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _kind(value: object) -> str:
    """What a line is that is not a result."""
    match value:
        case None:
            return "not JSON"
        case {"type": "route" | "service" | "run"}:
            return "of hdrcli check --format jsonl, not of hdrcli bulk"
        case _:
            return "not a result of hdrcli bulk"


def _row(value: object) -> Row | None:
    """A result as far as it is counted; None for anything else."""
    if not isinstance(value, dict):
        return None
    try:
        members = _members(value)
        if not all(type(member) in types for member, types in zip(members, _TYPES.values(), strict=True)):
            return None
        key, outcome, failure, status, blocked, readable, hidden, stack, requests, findings = members
        if not (_is_key(key) and outcome in OUTCOMES and failure in _FAILURES and status in _STATUSES):
            return None
        if not 0 <= requests <= _MOST_REQUESTS:
            return None
        names = _names(readable)
        stack = None if stack is None else shortened(stack, _LONGEST_NAME)
        hidden = _names(hidden) - names
        return Row(
            key=int(key, 16),
            outcome=outcome,
            failure=failure,
            status=status,
            is_blocked=bool(blocked),
            readable=names,
            hidden=hidden,
            stack=stack,
            requests=requests,
            findings=_findings(findings),
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def _names(names: list[str]) -> frozenset[str]:
    return frozenset([shortened(name.lower(), _LONGEST_NAME) for name in names])


def _findings(findings: list[dict[str, str]]) -> dict[str, Severity]:
    """Code -> severity. Raises `KeyError`, `TypeError` or `ValueError` for what is not a list of findings."""
    found = {finding["code"]: _SEVERITIES[finding["severity"]] for finding in findings}
    if not all(map(_is_code, found)):
        raise ValueError
    return found
