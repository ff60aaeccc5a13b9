"""What the rules share that are about fetches which failed in some way, each with its one action."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from hdrcli.fetch import Failure
from hdrcli.records.route import FetchRecord, RouteRecord
from hdrcli.rules.evidence import TYPE_ERROR, failing, failure_details
from hdrcli.rules.finding import Context, Fault


def faults_by_failure(
    route: RouteRecord,
    context: Context,
    actions: Mapping[Failure, str],
    *,
    seen: Callable[[Sequence[FetchRecord]], Iterable[str]] = failure_details,
) -> Iterator[Fault]:
    """One fault for each of these failures; by default, what was seen is what the standard's algorithm saw."""
    for failure, action in actions.items():
        fetches = failing(route, context, {failure})
        if fetches:
            sent = any(fetch.exchanges for fetch in fetches)
            yield Fault(
                cause=failure,
                fetches=fetches,
                seen=tuple(seen(fetches)),
                javascript=(TYPE_ERROR if sent else f"{TYPE_ERROR} Nothing is sent.",),
                action=action,
            )
