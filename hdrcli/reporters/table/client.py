"""The lines about the client of a profile: where it works, why not, and all that has to be set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hdrcli.report.client import ClientResult
from hdrcli.report.events import ServiceChecked
from hdrcli.reporters.table.terminal import Terminal
from hdrcli.reporters.view import client_fix, listing, step_reason
from hdrcli.stacks import Stack

_SHOWN: Final = 10


def client_lines(terminal: Terminal, checked: ServiceChecked) -> Iterator[str]:
    """The lines; none without a profile, or if nothing was sent."""
    client = checked.client
    if client is None or not client.works:
        return
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
        text = f"Not sent here, and not exposed: {names}. The client reads them if they are sent."
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
    for page in dict.fromkeys(page for page, _, _ in client.works):
        working = [browser for its_page, browser, works in client.works if its_page == page and works]
        failing = [browser for its_page, browser, works in client.works if its_page == page and not works]
        if working:
            text = f" for page {page} in {', '.join(working)}"
            yield terminal.line((f"{client.profile} works", "bold green"), text, hang=2)
        if failing:
            text = f" for page {page} in {', '.join(failing)}"
            yield terminal.line((f"{client.profile} does not work", "bold red"), text, hang=2)
