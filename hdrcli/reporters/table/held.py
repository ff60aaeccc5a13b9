"""Fetches that were held, so that no write is sent twice: with `--dry-run`, the requests that they would send."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hdrcli.fetch import HTTPRequest
from hdrcli.records.exchange import identity
from hdrcli.records.route import HeldFetch, RouteRecord
from hdrcli.reporters.raw_lines import sent_lines, who
from hdrcli.reporters.table.exchanges import exchanges_in_full
from hdrcli.reporters.table.page import page_lines
from hdrcli.reporters.table.terminal import Terminal
from hdrcli.reporters.view import shown_url, title_of


def held_lines(terminal: Terminal, route: RouteRecord, *, verbose: bool) -> Iterator[str]:
    """For each page whose fetches were held, a line, or if none was made, the requests.

    With `verbose` also the exchanges that came before, as far as they are not part of a fetch that was made.
    """
    title = title_of(route)
    made = {exchange.number for fetch in route.fetches for exchange in fetch.exchanges}
    pages: dict[str, list[HeldFetch]] = {}
    for held in route.held:
        pages.setdefault(str(held.caller.page), []).append(held)
    for number, (page, fetches) in enumerate(pages.items()):
        if route.fetches:
            yield terminal.line(("not sent", "yellow"), f" for page {page}: {title}", indent=2, hang=2)
        else:
            if number:
                yield ""
            yield terminal.line((title, "bold"), "  not sent", hang=2)
            yield from page_lines(terminal, route, fetches[0].caller)
        if fetches[0].kept_headers:
            names = ", ".join(fetches[0].kept_headers)
            where = shown_url(str(fetches[0].request.url))
            yield terminal.line(f"{names} would go to another origin, by a redirect to {where}", indent=2, hang=2)
        if verbose:
            yield from exchanges_in_full(terminal, fetches, made)
        if verbose or not route.fetches:
            yield from _requests(terminal, fetches)


def _requests(terminal: Terminal, fetches: Iterable[HeldFetch]) -> Iterator[str]:
    """Equal requests once, as they would be sent, with their callers, unless these are all."""
    alike: dict[object, list[HeldFetch]] = {}
    for held in fetches:
        key = identity(held.request), held.following and identity(held.following)
        alike.setdefault(key, []).append(held)
    for its_fetches in alike.values():
        if len(alike) > 1:
            yield terminal.line((f"{who(held.caller for held in its_fetches)}:", "dim"), indent=4, hang=2)
        yield from _lines(terminal, its_fetches[0].request)
        following = its_fetches[0].following
        if following is not None:
            yield terminal.line(("if the preflight allows it:", "dim"), indent=4)
            yield from _lines(terminal, following)


def _lines(terminal: Terminal, request: HTTPRequest) -> Iterator[str]:
    for line in sent_lines(request):
        yield terminal.line((f"> {line}", "dim"), indent=4, hang=2)
