"""What the formats of a comparison share: each difference in a sentence, its callers, and the verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from hdrcli.comparison.facts import Call
from hdrcli.comparison.routes import ALLOWED, PRESENT, READABLE, Difference, Kind
from hdrcli.fetch import TRANSPORT_FAILURES, Failure
from hdrcli.records.errors import ExitStatus
from hdrcli.report.comparison import Comparison, RouteDifference, Side
from hdrcli.reporters.phrases import FAILURES, MODES, clause_phrase
from hdrcli.reporters.verdict_line import VERDICTS
from hdrcli.reporters.view import count, listing, shortened, shown_text, shown_value

LABELS: Final[dict[Kind, str]] = {
    "outcome": "fetch",
    "verdict": "verdict",
    "permission": "preflight",
    "status": "status",
    "lost": "lost",
    "added": "added",
    "cors": "CORS",
    "route": "route",
    "value": "value",
}
"""Kind of a difference -> one word."""

WIDTH: Final = max(map(len, LABELS.values())) + 2
"""Of the column of these words."""

_LONGEST_VALUE: Final = 200
_SHOWN_ROUTES: Final = 3
_SHOWN_NAMES: Final = 40
_MOST_LINES: Final = 200
"""Differences that people are shown: a server may send any number of headers."""
_HAVE_VALUES: Final = frozenset({"origin", "max-age", "preflight status"})
"""Permissions that are values."""


def text(difference: Difference, names: tuple[str, str] = ("in A", "in B"), subjects: str = "") -> str:
    """A difference without its routes, which `places` has.

    `names` are those of the sides, `subjects` those of all differences that are otherwise equal.
    """
    if difference.kind == "route":
        return f"only {names[0] if difference.a == PRESENT else names[1]}"
    a, b = (_side(difference, value) for value in (difference.a, difference.b))
    subject = subjects or shown_text(difference.subject)
    clause = f" ({clause_phrase(difference.clause)})" if difference.clause is not None else ""
    return f"{subject}{subject and ': '}{a} {names[0]}, {b} {names[1]}{clause}"


def lines(comparison: Comparison) -> Iterator[tuple[str, RouteDifference]]:
    """The text of each difference; those of several headers that are otherwise equal, on the same routes, are one."""
    alike: dict[object, list[RouteDifference]] = {}
    for found in comparison.differences:
        alike.setdefault(_likeness(found), []).append(found)
    for group in list(alike.values())[:_MOST_LINES]:
        first = group[0]
        is_example = first.difference.kind == "value" and first.route_count > 1
        subjects = listing([shown_text(found.difference.subject) for found in group], _SHOWN_NAMES)
        yield text(first.difference, subjects=subjects) + (", for example" if is_example else ""), first


def more_lines(comparison: Comparison) -> int:
    """How many differences `lines` does not have, as there are too many."""
    return max(len({_likeness(found) for found in comparison.differences}) - _MOST_LINES, 0)


def _likeness(found: RouteDifference) -> object:
    """Equal for differences that are one line. Values make a line of their own."""
    difference = found.difference
    if difference.kind in {"value", "cors"}:
        return id(found)
    cause = difference.kind, difference.a, difference.b, difference.clause, difference.calls
    return cause, found.routes, found.route_count


def _side(difference: Difference, value: str) -> str:
    match difference.kind:
        case "outcome" if value not in {READABLE, ALLOWED}:
            failure = Failure(value)
            return f"{'no response' if failure in TRANSPORT_FAILURES else 'blocked'} ({FAILURES[failure]})"
        case "cors" | "value":
            return _quoted(difference.subject, value) if value else "not sent"
        case "permission" if difference.subject in _HAVE_VALUES:
            return _quoted("", value) if value else "none"
    return value


def _quoted(name: str, value: str) -> str:
    return f'"{shortened(shown_value(name, value), _LONGEST_VALUE)}"'


def places(found: RouteDifference) -> str:
    """The first of its routes."""
    named = [f"{method} {shortened(shown_text(path), _LONGEST_VALUE)}" for method, path in found.routes]
    more = found.route_count - len(named[:_SHOWN_ROUTES])
    return listing(named[:_SHOWN_ROUTES], _SHOWN_ROUTES) + (f" and {more:,} more" if more else "")


def callers(calls: Sequence[Call]) -> str:
    """Pages, credentials modes and browsers."""
    pages = dict.fromkeys(call.page for call in calls)
    modes = dict.fromkeys(MODES[call.credentials] for call in calls)
    browsers = dict.fromkeys(call.browser for call in calls)
    return f"page{'s' * (len(pages) > 1)} {', '.join(pages)}, {' and '.join(modes)}, in {', '.join(browsers)}"


def compared(comparison: Comparison) -> str:
    """What was compared."""
    if not comparison.calls:
        return "No route was compared."
    return f"Compared {count(comparison.compared, 'route')} for {callers(comparison.calls)}."


def side(side: Side) -> str:
    """A target, and what there was of it."""
    skipped = f", {side.totals.skipped:,} skipped" if side.totals.skipped else ""
    return f"{', '.join(map(shown_text, side.targets))}  {count(side.totals.routes, 'route')}{skipped}"


def notes(comparison: Comparison) -> Iterator[str]:
    """What was not compared, and why."""
    a, b = comparison.a, comparison.b
    if a.pages != b.pages and a.pages and b.pages:
        yield f"The page of A is {', '.join(a.pages)}, the page of B {', '.join(b.pages)}: --origin sets one for both."
    names: dict[str, list[str]] = {}
    for name, one in (("A", a), ("B", b)):
        for limit in one.limits:
            names.setdefault(limit, []).append(name)
    for limit, sides in names.items():
        yield f"{' and '.join(sides)}: {limit}"
    if comparison.set_in_one:
        listed = listing([shown_text(name) for name in comparison.set_in_one], _SHOWN_NAMES)
        yield f"The page sets request headers for one target only, which may be why they differ: {listed}."
    if comparison.unjudged:
        yield f"{count(comparison.unjudged, 'route')} could not be compared: no response on either side."
    if comparison.cut:
        yield f"Of {count(comparison.cut, 'route')} with very many headers, only the first headers are compared."
    if comparison.varying:
        listed = listing(comparison.varying, _SHOWN_NAMES)
        yield f"Values that vary from response to response are not compared: {listed}."


def reason(comparison: Comparison) -> str:
    """Why the comparison has its exit status."""
    status, sides = comparison.exit_status, (("A", comparison.a), ("B", comparison.b))
    reached = [f"the time limit of {name} was reached" for name, side in sides if side.totals.is_time_up]
    if status is ExitStatus.USAGE:
        is_rejected = any(side.totals.rejected for _, side in sides)
        nothing = "fetch() throws before it sends a request" if is_rejected else "no route was compared"
        return ", ".join([nothing, *reached])
    silent = [_silent(name, side) for name, side in sides if side.totals.unreachable]
    reached = [*([f"no response from {' and '.join(silent)}"] if silent else []), *reached]
    if comparison.unjudged:
        reached.append(f"{count(comparison.unjudged, 'route')} without a response on either side")
    number = len(comparison.differences)
    routes = count(comparison.differing if number else comparison.compared, "route")
    if number or not silent:
        reached.insert(0, f"{count(number, 'difference') if number else 'no difference'} on {routes}")
    return ", ".join(reached)


def _silent(name: str, side: Side) -> str:
    if side.is_silent:
        return name
    return f"{side.totals.unreachable:,} of {count(len(side.services), 'service')} of {name}"


def verdict_line(comparison: Comparison) -> str:
    """The last line of a report."""
    status = comparison.exit_status
    return f"{VERDICTS[status]}: {reason(comparison)} (exit {int(status)})"
