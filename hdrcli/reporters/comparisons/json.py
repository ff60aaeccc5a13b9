"""A comparison as JSON: `comparison.schema.json` describes it."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from typing import Final, TextIO

from hdrcli import __version__
from hdrcli.comparison.direct import differences_of, two_ways
from hdrcli.comparison.facts import Call
from hdrcli.comparison.routes import Difference
from hdrcli.records.route import RouteRecord
from hdrcli.report.comparison import Comparison, RouteDifference, Side
from hdrcli.reporters.comparisons.texts import reason, text
from hdrcli.reporters.json import write_json
from hdrcli.reporters.json_bounds import bounded
from hdrcli.reporters.json_exchanges import JSON
from hdrcli.reporters.verdict_line import VERDICTS
from hdrcli.reporters.view import shown_text, shown_url, shown_value
from hdrcli.settings import Settings

SCHEMA: Final = "hdrcli/comparison@1"

_WITH_VALUES: Final = frozenset({"cors", "value"})


def schema_text() -> str:
    """The schema of `hdrcli compare --format json`: draft 2020-12."""
    return files("hdrcli.reporters.comparisons").joinpath("comparison.schema.json").read_text("utf-8")


def write(comparison: Comparison, out: TextIO, settings: Settings) -> None:
    """Write the document."""
    del settings
    write_json(as_json(comparison), out)


def as_json(comparison: Comparison) -> JSON:
    """The comparison as the values that `json` writes."""
    return {
        "schema": SCHEMA,
        "hdrcli": __version__,
        "summary": {
            "exit_status": int(comparison.exit_status),
            "verdict": VERDICTS[comparison.exit_status].lower(),
            "reason": reason(comparison),
            "differences": len(comparison.differences),
            "compared": comparison.compared,
            "differing": comparison.differing,
            "unjudged": comparison.unjudged,
            "cut": comparison.cut,
        },
        "a": _side(comparison.a),
        "b": _side(comparison.b),
        "callers": _callers(comparison.calls),
        "differences": [bounded(_difference(found)) for found in comparison.differences],
        "values_not_compared": list(comparison.varying),
        "set_in_one": [*map(shown_text, comparison.set_in_one)],
    }


def _side(side: Side) -> JSON:
    return {
        "targets": [*map(shown_text, side.targets)],
        "services": [*map(shown_text, side.services)],
        "pages": list(side.pages),
        "routes": side.totals.routes,
        "requests": side.totals.requests - side.totals.recorded,
        "skipped": side.totals.skipped,
        "unreachable": side.totals.unreachable,
        "time_limit_reached": side.totals.is_time_up,
        "limits": list(side.limits),
    }


def _difference(found: RouteDifference) -> JSON:
    difference = found.difference
    return {
        "kind": difference.kind,
        "subject": shown_text(difference.subject),
        **_sides(difference),
        "clause": None if difference.clause is None else str(difference.clause),
        "text": text(difference),
        "callers": _callers(difference.calls),
        "route_count": found.route_count,
        "routes": [{"method": method, "path": shown_text(path)} for method, path in found.routes],
    }


def two_ways_value(route: RouteRecord) -> JSON | None:
    """The result of `--compare`: "a" is what its URL sends, "b" what the URL sends that is checked."""
    ways = two_ways(route)
    if ways is None:
        return None
    differences = differences_of(ways, route)
    return {
        "url": shown_url(str(ways.inner.request.url)),
        "differences": None
        if differences is None
        else [{"kind": each.kind, "subject": shown_text(each.subject)} | _sides(each) for each in differences],
    }


def _sides(difference: Difference) -> JSON:
    """What either side has, without secrets."""
    if difference.kind in _WITH_VALUES:
        return {
            name: shown_value(difference.subject, value) for name, value in (("a", difference.a), ("b", difference.b))
        }
    return {"a": shown_text(difference.a), "b": shown_text(difference.b)}


def _callers(calls: Iterable[Call]) -> list[JSON]:
    """The callers, with all browsers of a page and a credentials mode in one object."""
    browsers: dict[tuple[str, str], list[str]] = {}
    for call in calls:
        browsers.setdefault((call.page, call.credentials), []).append(call.browser)
    return [
        {"page": page, "credentials": credentials, "browsers": names} for (page, credentials), names in browsers.items()
    ]
