"""A comparison as JSON: `comparison.schema.json` describes it."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from typing import Final, TextIO

from hdrcli import __version__
from hdrcli.comparison.facts import Call
from hdrcli.report.comparison import Comparison, RouteDifference, Side
from hdrcli.reporters.comparisons.texts import reason, text
from hdrcli.reporters.json import write_json
from hdrcli.reporters.json_bounds import bounded
from hdrcli.reporters.json_exchanges import JSON
from hdrcli.reporters.view import VERDICTS, shown_text, shown_value
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
    has_values = difference.kind in _WITH_VALUES
    a, b = (
        shown_value(difference.subject, value) if has_values else shown_text(value)
        for value in (difference.a, difference.b)
    )
    return {
        "kind": difference.kind,
        "subject": shown_text(difference.subject),
        "a": a,
        "b": b,
        "clause": None if difference.clause is None else str(difference.clause),
        "text": text(found),
        "callers": _callers(difference.calls),
        "route_count": found.route_count,
        "routes": [{"method": method, "path": shown_text(path)} for method, path in found.routes],
    }


def _callers(calls: Iterable[Call]) -> list[JSON]:
    """The callers, with all browsers of a page and a credentials mode in one object."""
    browsers: dict[tuple[str, str], list[str]] = {}
    for call in calls:
        browsers.setdefault((call.page, call.credentials), []).append(call.browser)
    return [
        {"page": page, "credentials": credentials, "browsers": names} for (page, credentials), names in browsers.items()
    ]
