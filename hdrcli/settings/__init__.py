"""The settings of a check: every option, declared once.

A field carries all that the outside needs to know about it: its flags, its environment variable, its key in a
configuration file, its help text (see `hdrcli.settings.option`). The command line is made from these fields. The groups
are the headings of the help; a function that needs one group takes that group. Only `Settings` is constructed and
compared: methods of the groups would lengthen each start of the program.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, fields
from functools import cache
from typing import ClassVar, Final, NamedTuple

from hdrcli.settings.contract import Expectation, Ignored
from hdrcli.settings.network import Network
from hdrcli.settings.option import Option, option_of
from hdrcli.settings.output import Output
from hdrcli.settings.page import Page
from hdrcli.settings.policy import Policy
from hdrcli.settings.routes import Routes
from hdrcli.structs import Record


@dataclass(frozen=True, kw_only=True)
class Settings(Page, Routes, Network, Policy, Output):
    """What to check, and how: the options of `hdrcli check`, whose help describes each.

    Only `targets` has no default. The fields of this class itself are not options. Settings are checked when a run
    begins: `hdrcli.check` raises `UsageError`.
    """

    targets: tuple[str, ...]
    """URLs and other words of the command line: see `hdrcli.targets`."""
    sample: bool = False
    """Whether the targets are those of the sample app, whose faults are there on purpose."""
    contract: tuple[Expectation, ...] = ()
    """What is expected of single routes. For one route and header, a later expectation replaces an earlier one."""
    ignored: tuple[Ignored, ...] = ()
    """The findings that are accepted, with the reasons."""
    services: tuple[NamedService, ...] = ()
    """The services that a target may name."""
    is_side: bool = False
    """Whether the targets are one side of a comparison: options of requests are for the other one if these are
    recordings."""
    secrets: tuple[str, ...] = ()
    """Values that no report shows, wherever they stand, such as a token that is in a header."""
    given: frozenset[str] = field(default=frozenset(), compare=False)
    """The long flags of the options that the command line itself has."""

    @property
    def expectations(self) -> tuple[Expectation, ...]:
        """What is expected of all routes, and of single ones."""
        return (
            *(Expectation(verdict="readable", name=name) for name in self.expect_readable),
            *(Expectation(verdict="hidden", name=name) for name in self.expect_hidden),
            *(Expectation(verdict="absent", name=name) for name in self.expect_absent),
            *(Expectation(verdict="status", name=status) for status in self.expect_status),
            *([Expectation(verdict="blocked")] if self.expect_blocked else []),
            *self.contract,
        )

    def __repr__(self) -> str:
        """The fields that are not at their default, without secrets, escaped for logs."""
        from hdrcli.settings.redacted import shown_setting
        from hdrcli.text.escaping import printable

        compared = [each for each in fields(self) if each.compare]
        values = {each.name: getattr(self, each.name) for each in compared}
        changed = {each.name: values[each.name] for each in compared if values[each.name] != each.default}
        shown = ", ".join(f"{name}={shown_setting(name, value)!r}" for name, value in changed.items())
        return printable(f"Settings({shown})")


class NamedService(Record, frozen=True, kw_only=True):
    """A service that a target may name: its URLs are the targets of `settings`, which hold for it and no other one.

    `bound` are the names, in lower case, of the headers that only its own origin gets. `sources` says where values are
    from, as the flags of their options would (see `UsageError`). `problem` says why it cannot be checked.
    """

    not_in_repr: ClassVar = frozenset({"settings", "sources"})

    name: str
    settings: Settings
    bound: frozenset[str] = frozenset()
    sources: tuple[tuple[str, str], ...] = ()
    problem: str = ""


GROUPS: Final = (Page, Routes, Network, Policy, Output)
"""In the order of the help."""


class Setting(NamedTuple):
    """A field of `Settings` that is an option."""

    name: str
    group: str
    default: object
    option: Option


@cache
def settings_with_options() -> tuple[Setting, ...]:
    """All fields of `Settings` that are options, in the order of the help."""
    return tuple(
        Setting(each.name, group.__name__, each.default, its_option)
        for group in GROUPS
        for each in fields(group)
        if (its_option := option_of(each)) is not None
    )


def is_debugging() -> bool:
    """Whether the environment variable `HDRCLI_DEBUG` is set to anything but "", "0" or "false"."""
    return os.environ.get("HDRCLI_DEBUG", "").lower() not in {"", "0", "false"}
