"""The headers of a route in JSON reports, with what each caller can read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hdrcli.records.route import RouteRecord
from hdrcli.records.verdict import HeaderVerdict
from hdrcli.reporters.json_exchanges import JSON
from hdrcli.reporters.view import page_of, shown_value


def header_values(route: RouteRecord) -> Iterator[JSON]:
    """Each header, with what each caller can read.

    Callers are grouped once for each pattern of verdicts, which most headers of a route share.
    """
    callers = [(page_of(fetch), fetch.credentials, fetch.browser) for fetch in route.fetches]
    wanted = [index for index, fetch in enumerate(route.fetches) if not fetch.caller.for_comparison]
    in_order = [*wanted, *(index for index in range(len(callers)) if index not in wanted)]
    grouped: dict[object, list[JSON]] = {}
    for header in route.headers:
        verdicts = header.verdicts
        values = next((sent for index in in_order if (sent := verdicts[index].values)), ())
        readable = {verdicts[index].readable for index in wanted}
        pattern = _pattern(verdicts, values)
        has_others = any(own is not None for _, _, own in pattern)  # whose secrets depend on the name
        key = (pattern, header.name if has_others else "")
        if key not in grouped:
            grouped[key] = _header_callers(header.name, callers, pattern)
        yield {
            "name": header.name,
            "custom": header.custom,
            "values": [shown_value(header.name, value) for value in values],
            "readable": readable.pop() if len(readable) == 1 else None,
            "callers": grouped[key],
        }


_Seen = tuple[bool, str, tuple[str, ...] | None]
"""A verdict: readable, by which clause, and the values if they are not those that the header has first."""


def _pattern(verdicts: Sequence[HeaderVerdict], values: tuple[str, ...]) -> tuple[_Seen, ...]:
    seen: list[_Seen] = []
    last: HeaderVerdict | None = None
    for verdict in verdicts:
        if verdict is not last:  # browsers that agree share one verdict
            last = verdict
            own = None if verdict.values == values else verdict.values
            shown = (verdict.readable, verdict.clause.value, own)
        seen.append(shown)
    return tuple(seen)


def _header_callers(name: str, callers: Sequence[tuple[str, str, str]], pattern: Sequence[_Seen]) -> list[JSON]:
    groups: dict[tuple[str, str, _Seen], list[str]] = {}
    for (page, credentials, browser), verdict in zip(callers, pattern, strict=True):
        groups.setdefault((page, credentials, verdict), []).append(browser)
    return [
        {
            "page": page,
            "credentials": credentials,
            "browsers": browsers,
            "readable": readable,
            "clause": clause,
            **({} if own is None else {"values": [shown_value(name, value) for value in own]}),
        }
        for (page, credentials, (readable, clause, own)), browsers in groups.items()
    ]
