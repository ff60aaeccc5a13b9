"""What options of `check` are given, as values. All raise `UsageError` for what is none."""

from __future__ import annotations

from typing import get_args

from hdrcli.fetch.request import CredentialsMode
from hdrcli.records.errors import UsageError


def given(option: str, text: str | None) -> str | None:
    """An option's value, if it is given: an empty one is a variable of a script that is not set."""
    if text is not None and not text.strip():
        raise UsageError(f"{option} is empty: name a file, or leave the option out.")
    return text


def header(line: str) -> tuple[str, str]:
    """A header's name and value."""
    name, colon, value = line.partition(":")
    if not colon:
        raise UsageError(f'-H "{line.partition(" ")[0]}…" is not a header: write "Name: value".')
    return name.strip(), value


def credentials_mode(text: str) -> CredentialsMode:
    """A credentials mode by its name."""
    modes: dict[str, CredentialsMode] = {mode: mode for mode in get_args(CredentialsMode)}
    if text not in modes:
        raise UsageError(f'--credentials "{text}" is no credentials mode: choose {", ".join(modes)}.')
    return modes[text]


def positive(timeout: float) -> float:
    """A time to wait, in seconds."""
    if not timeout > 0:
        raise UsageError(f"--timeout {timeout:g} is no time to wait: give a number of seconds above 0.")
    return timeout
