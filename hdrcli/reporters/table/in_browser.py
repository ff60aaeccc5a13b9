"""What real browsers did, next to what their simulations did."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from hdrcli.fetch import NetworkError
from hdrcli.fetch.headers import Header
from hdrcli.records.route import BrowserRecord, FetchRecord
from hdrcli.reporters.phrases import MODES, failure_sentence
from hdrcli.reporters.route_notes import browser_title
from hdrcli.reporters.table.terminal import Terminal
from hdrcli.reporters.view import shown_headers
from hdrcli.verdict.agreement import agreement

_LABEL: Final = 12


def in_browser_lines(terminal: Terminal, fetches: Iterable[FetchRecord], *, verbose: bool) -> Iterator[str]:
    """A line for each fetch that a real browser made, and both sides where its simulation differs."""
    for fetch in fetches:
        real = fetch.in_browser
        if real is None:
            continue
        place = f" in {browser_title(real)} {MODES[fetch.credentials]}"
        match agreement(fetch):
            case "different":
                yield terminal.line(("different", "bold red"), f"{place}:", indent=2, hang=2)
                yield from _both(terminal, fetch, real)
            case "other-values":
                changed = ", ".join(_changed(fetch, real))
                yield terminal.line(
                    ("the same", "green"), f"{place}, but for values of another response: {changed}", indent=2, hang=2
                )
            case _:
                yield terminal.line(("the same", "green"), place, indent=2, hang=2)
        if verbose or agreement(fetch) == "different":
            for line in real.console:
                yield _labelled(terminal, "console:", line)


def _changed(fetch: FetchRecord, real: BrowserRecord) -> Iterator[str]:
    """Headers that have another value than in the response to the simulation."""
    simulated = () if isinstance(fetch.result, NetworkError) else fetch.result.headers
    for name, value in shown_headers(header for header in real.headers if header not in simulated):
        yield f"{name}: {value}"


def _both(terminal: Terminal, fetch: FetchRecord, real: BrowserRecord) -> Iterator[str]:
    result = fetch.result
    if isinstance(result, NetworkError):
        yield from _side(terminal, "simulated:", f"{failure_sentence(result)} ({result.failure})", ())
    else:
        yield from _side(terminal, "simulated:", f"{result.type}, status {result.status}", result.headers)
    yield from _side(terminal, "real:", real.error or f"{real.type}, status {real.status}", real.headers)
    yield from _side(terminal, "browser:", f"{real.version}, {real.program}", ())


def _side(terminal: Terminal, label: str, text: str, headers: Sequence[Header]) -> Iterator[str]:
    yield _labelled(terminal, label, text)
    for name, value in shown_headers(headers):
        yield _labelled(terminal, "", f"{name}: {value}")


def _labelled(terminal: Terminal, label: str, text: str) -> str:
    return terminal.line((f"{label:{_LABEL}}", "dim"), text, indent=4, hang=terminal.hang(_LABEL))
