"""The lines about the client of a profile: where it works, why not, and all that has to be set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hdrcli.report.client import ClientResult
from hdrcli.report.events import ServiceChecked
from hdrcli.reporters.client_view import client_fix, client_verdicts, step_reason
from hdrcli.reporters.table.terminal import Terminal
from hdrcli.reporters.view import listing
from hdrcli.stacks import Stack

_SHOWN: Final = 10
_STYLES: Final = {True: "bold green", False: "bold red", None: "bold yellow"}


def client_lines(terminal: Terminal, checked: ServiceChecked, client: ClientResult) -> Iterator[str]:
    """The lines about the client of a service; they also have the expectations that the client's steps don't meet."""
    yield from _verdict(terminal, client)
    width = max((len(fault.step) for fault in client.faults), default=0)
    for fault in client.faults:
        where = "" if len(fault.browsers) == len(client.browsers(fault.page)) else f" (in {', '.join(fault.browsers)})"
        text = f"{fault.step:{width}}  {step_reason(fault)}{where}"
        yield terminal.line(text, indent=2, hang=terminal.hang(width + 2))
    yield from _fix(terminal, client, checked.stack)
    if client.not_sent:
        steps = listing(client.not_sent, _SHOWN)
        yield terminal.line((f"Judged by the preflight only: {steps}.", "dim"), indent=2, hang=2)
    if client.not_exposed and not client.settings:
        names = listing(client.not_exposed, _SHOWN)
        text = f"Not sent here, and not exposed: {names}. If a response has such a header, the client needs to read it."
        yield terminal.line((text, "dim"), indent=2, hang=2)


def _fix(terminal: Terminal, client: ClientResult, stack: Stack) -> Iterator[str]:
    """All settings, those of one place after its name."""
    place = None
    for fix in client_fix(client, stack):
        if fix.where != place:
            place = fix.where
            yield terminal.line(("set", "bold"), f" ({place})" if place else "", indent=2, hang=4)
        for line in fix.lines or (fix.note,):
            yield terminal.line(line, indent=6, hang=2)


def _verdict(terminal: Terminal, client: ClientResult) -> Iterator[str]:
    for text, where, result in client_verdicts(client):
        yield terminal.line((text, _STYLES[result]), f" {where}", hang=2)
