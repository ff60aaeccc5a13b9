"""What went over the wire, line by line, for `--exchanges` and `--verbose`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from hdrcli.records.exchange import Exchange, identity
from hdrcli.records.route import Caller, FetchRecord, HeldFetch, RouteRecord
from hdrcli.reporters.html.markup import NOTHING, Markup, element, joined, lines
from hdrcli.reporters.raw_lines import is_http2, received_lines, sent_lines, summary, who
from hdrcli.reporters.view import count, shortened, shown_url

_MOST_LINES: Final = 500
_LONGEST: Final = 2000


def exchanges(route: RouteRecord) -> Markup:
    """All requests and responses of a route, each once, with the callers that it is for; the probes last."""
    fetches: tuple[FetchRecord | HeldFetch, ...] = (*route.fetches, *route.held)
    made = {exchange.number: exchange for fetch in fetches for exchange in fetch.exchanges}
    callers: dict[int, list[Caller]] = {}
    for fetch in fetches:
        for exchange in fetch.exchanges:
            callers.setdefault(exchange.number, []).append(fetch.caller)
    parts = [_exchange(exchange, who(callers[number])) for number, exchange in made.items()]
    parts += [_exchange(probe.exchange, f"probe: {probe.kind}") for probe in route.probes]
    if not parts:
        return NOTHING
    title = element("summary", f"{count(len(parts), 'request')} with {'its' if len(parts) == 1 else 'their'} responses")
    return element("details", title, element("div", *parts), class_="exchanges")


def _exchange(exchange: Exchange, by: str) -> Markup:
    sent = sent_lines(exchange.request, is_http2=is_http2(exchange))
    marked = [*_marked(">", sent), *_marked("<", received_lines(exchange))]
    return joined(element("h4", summary(exchange)), element("p", by, class_="dim"), lines(*marked))


def _marked(mark: str, texts: Iterable[str]) -> Iterator[str]:
    found = list(texts)
    yield from (f"{mark} {shortened(text, _LONGEST)}" for text in found[:_MOST_LINES])
    if len(found) > _MOST_LINES:
        yield f"{mark} and {len(found) - _MOST_LINES:,} more lines"


def requests_not_sent(route: RouteRecord) -> Markup:
    """The requests of fetches that were stopped, so that no write is repeated or no header goes elsewhere."""
    alike: dict[object, list[HeldFetch]] = {}
    for held in route.held:
        alike.setdefault(identity(held.request), []).append(held)
    return joined(*map(_not_sent, alike.values()))


def _not_sent(fetches: list[HeldFetch]) -> Markup:
    held = fetches[0]
    if held.kept_headers:
        names = ", ".join(held.kept_headers)
        why = f"Not sent: {names} would go to another origin, by a redirect to {shown_url(str(held.request.url))}."
    else:
        why = "Not sent:"
    modes = element("p", f"{why} {who(fetch.caller for fetch in fetches)}")
    return joined(modes, lines(*_marked(">", sent_lines(held.request))))
