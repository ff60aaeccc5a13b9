"""Fetches that were held, so that no write is sent twice: with `--dry-run`, the requests that they would send."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hdrcli.fetch import HTTPRequest
from hdrcli.records.route import Caller, HeldFetch, RouteRecord
from hdrcli.reporters.table.exchanges import sent_lines, who
from hdrcli.reporters.table.terminal import Terminal
from hdrcli.reporters.view import shown_url


def held_lines(terminal: Terminal, route: RouteRecord, *, verbose: bool) -> Iterator[str]:
    """A line for each page whose fetches were held; their requests where no fetch was made, or with `verbose`."""
    pages: dict[str, list[HeldFetch]] = {}
    for held in route.held:
        pages.setdefault(str(held.caller.page), []).append(held)
    for page, fetches in pages.items():
        request = fetches[0].request
        text = f" for page {page}: {request.method} {shown_url(str(request.url))}"
        yield terminal.line(("not sent", "yellow"), text, indent=2, hang=2)
        if verbose or not route.fetches:
            yield from _requests(terminal, fetches)


def _requests(terminal: Terminal, fetches: Iterable[HeldFetch]) -> Iterator[str]:
    """Each request once, with those who would send it."""
    callers: dict[HTTPRequest, list[Caller]] = {}
    for held in fetches:
        callers.setdefault(held.request, []).append(held.caller)
    for request, its_callers in callers.items():
        yield terminal.line((f"{who(its_callers)}:", "dim"), indent=4, hang=2)
        for line in sent_lines(request):
            yield terminal.line((f"> {line}", "dim"), indent=4, hang=2)
