"""Console messages of a failed fetch, dropped request headers, and why browsers differ."""

from __future__ import annotations

from collections.abc import Iterable

from hdrcli.records.route import FetchRecord
from hdrcli.reporters.table.printing import Output


def write_console(output: Output, fetches: Iterable[FetchRecord], *, verbose: bool) -> None:
    """Write each browser's console message, and (with `verbose`) the error that JavaScript gets."""
    messages = dict.fromkeys(message for fetch in fetches for message in fetch.console)
    if messages:
        output.line("in the console:", style="dim")
    width = max((len(message.browser) for message in messages), default=0)
    for message in messages:
        text = ": ".join(filter(None, (message.name, message.text))) or "(nothing)"
        error = f" ({message.error})" if verbose else ""
        output.hanging(f"  {message.browser:<{width}}  ", f"{text}{error}")


def write_dropped(output: Output, fetches: Iterable[FetchRecord]) -> None:
    """Write the headers that a page may not set, and in which browsers, unless that is so in all."""
    dropped: dict[tuple[str, ...], dict[str, None]] = {}
    for fetch in fetches:
        dropped.setdefault(fetch.dropped_header_names, {})[fetch.browser] = None
    for names, browsers in dropped.items():
        where = "" if len(dropped) == 1 else f"In {' and '.join(browsers)}: "
        if names:
            output.line(f"{where}The browser leaves out what a page may not set: {', '.join(names)}.", style="yellow")


def write_quirks(output: Output, fetches: Iterable[FetchRecord]) -> None:
    """Write which quirks made browsers get different results."""
    names = dict.fromkeys(name for fetch in fetches for name in fetch.quirks)
    if not names:
        return
    from hdrcli.verdict.quirks import quirk_sentence

    for name in names:
        output.line(f"why browsers differ: {quirk_sentence(name)}", style="dim")
