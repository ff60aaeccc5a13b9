"""The baseline: findings that are known, in a file. Only what is not in it makes a run fail.

A finding is identified by its service, its rule, what tells faults of the rule apart, and the names that it is about:
never by a sentence or by the order of routes. A finding about another name is new.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

from hdrcli.records.errors import UsageError
from hdrcli.rules.finding import Finding
from hdrcli.text.redaction import redact_tokens

_OPTION: Final = "--baseline"
_SCHEMA: Final = "hdrcli/baseline@1"
_LARGEST: Final = 64 * 1024 * 1024
"""Bytes of a file that is read."""


class Entry(NamedTuple):
    """A known finding; of its `subjects`, any number may be gone."""

    service: str
    code: str
    variant: str
    subjects: frozenset[str]


class Baseline:
    """The entries of a file, and those that a run adds and no longer finds."""

    def __init__(self, file: Path, entries: Iterable[Entry]) -> None:
        self._file = file
        self._entries: dict[tuple[str, str, str], frozenset[str]] = {}
        for entry in entries:
            self._entries[entry[:3]] = self._entries.get(entry[:3], frozenset()) | entry.subjects
        self._found: dict[tuple[str, str, str], frozenset[str]] = {}
        self._services: set[str] = set()

    def knows(self, finding: Finding) -> bool:
        """Whether the finding, with all of its subjects, is in the file."""
        known = self._entries.get(finding.key)
        return known is not None and known.issuperset(map(redact_tokens, finding.subjects))

    def add(self, service: str, findings: Iterable[Finding]) -> None:
        """Take the findings of a service that was checked as a whole."""
        self._services.add(service)
        for finding in findings:
            self._found[finding.key] = frozenset(map(redact_tokens, finding.subjects))

    @property
    def stale(self) -> int:
        """The number of entries of checked services that were not found."""
        return sum(key[0] in self._services and key not in self._found for key in self._entries)

    def save(self, *, update: bool, prune: bool) -> None:
        """Write the file: with `update`, all that was found is in it; with `prune`, nothing that was not found is.

        Services that were not checked keep their entries. Raises `UsageError` where it cannot be written.
        """
        entries = {
            key: subjects & self._found.get(key, frozenset()) if prune and key[0] in self._services else subjects
            for key, subjects in self._entries.items()
            if not (prune and key[0] in self._services and key not in self._found)
        }
        if update:
            for key, subjects in self._found.items():
                entries[key] = entries.get(key, frozenset()) | subjects
        value = {
            "schema": _SCHEMA,
            "findings": [
                {"service": service, "code": code, "variant": variant, "subjects": sorted(subjects)}
                for (service, code, variant), subjects in sorted(entries.items())
            ],
        }
        target = self._file.resolve()  # a link stays one
        aside = target.with_name(f".{target.name}.{os.getpid()}.tmp")
        try:
            aside.write_text(f"{json.dumps(value, indent=2)}\n", "utf-8", newline="\n")
            if target.exists():
                shutil.copymode(target, aside)
            aside.replace(target)
        except OSError as error:
            aside.unlink(missing_ok=True)
            raise UsageError(f'"{self._file}" cannot be written: {error.strerror}.', option=_OPTION) from None


def read_baseline(name: str, *, is_optional: bool) -> Baseline:
    """The baseline in a file; an empty one if there is no file and `is_optional`.

    Raises `UsageError` for a file that is missing, or is not a baseline, and for one that cannot be created.
    """
    file = Path(name)
    try:
        with file.open("rb") as opened:
            data = opened.read(_LARGEST + 1)
    except FileNotFoundError:
        if is_optional and file.parent.is_dir():
            return Baseline(file, ())
        if is_optional:
            message = f'"{name}": there is no directory "{file.parent}". Create it first.'
            raise UsageError(message, option=_OPTION) from None
        raise UsageError(f'"{name}" does not exist: --baseline-update creates it.', option=_OPTION) from None
    except OSError as error:
        raise UsageError(f'"{name}" cannot be read: {error.strerror}.', option=_OPTION) from None
    try:
        return Baseline(file, _entries(data))
    except (ValueError, TypeError, KeyError, RecursionError):
        raise UsageError(f'"{name}" is not a baseline that --baseline-update wrote.', option=_OPTION) from None


def _entries(data: bytes) -> list[Entry]:
    value = json.loads(data)
    if len(data) > _LARGEST or value["schema"] != _SCHEMA:
        raise ValueError
    return [_entry(each) for each in value["findings"]]


def _entry(value: dict[str, object]) -> Entry:
    service, code, variant, subjects = (value[name] for name in Entry._fields)
    if not (isinstance(service, str) and isinstance(code, str) and isinstance(variant, str)):
        raise TypeError
    if not (isinstance(subjects, list) and all(isinstance(subject, str) for subject in subjects)):
        raise TypeError
    return Entry(service, code, variant, frozenset(subjects))
