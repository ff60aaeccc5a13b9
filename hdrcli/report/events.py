"""The events of a run, in the order in which they come.

ServiceStarted, then RequestSent and RouteChecked for its routes, then ServiceChecked: once for each service. RunEnded
is last. Where routes come while the run goes on, FindingsSoFar follows each RouteChecked. RouteChecked events of a
service come in the order of its routes, whatever is checked at once. Consumers (reporters, progress, the library's
`check`) know events and nothing of the run behind them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from hdrcli.records.expectation import UnmetExpectation
from hdrcli.records.route import RouteRecord, SkippedRoute
from hdrcli.report.totals import Totals
from hdrcli.rules.finding import Finding
from hdrcli.stacks import Stack
from hdrcli.structs import Record

if TYPE_CHECKING:
    from hdrcli.report.client import ClientResult


class ServiceStarted(Record, frozen=True, kw_only=True):
    """A service is about to be checked; `routes` is the number of its routes, None if that is not known yet."""

    service: str
    routes: int | None = None


class RequestSent(Record, frozen=True, kw_only=True):
    """A request is about to be sent; `number` counts those of its service from 1."""

    not_in_repr: ClassVar = frozenset({"url"})

    service: str
    method: str
    url: str
    number: int


class RouteChecked(Record, frozen=True, kw_only=True):
    """A route is checked; `number` counts the routes of its service from 1."""

    service: str
    number: int
    route: RouteRecord
    unmet: tuple[UnmetExpectation, ...]


class FindingsSoFar(Record, frozen=True, kw_only=True):
    """The findings of a service whose routes come while the run goes on; later routes may add to them.

    Those that other routes may refute are missing. A blocked response has the cause that the routes so far show, which
    may be another one in a later event. `stack` is whose settings the fixes name.
    """

    service: str
    stack: Stack
    findings: tuple[Finding, ...]


class ServiceChecked(Record, frozen=True, kw_only=True):
    """All routes of a service are checked.

    `stack` is whose settings the fixes name, `requests` how many were sent. `is_unreachable` says that none of
    them has a response, or that the service could not be opened, for the reason in `problem`. `skipped` and `limits`
    are those of `hdrcli.planning.routes.Service`. `client` is whether the client works whose requests were made.
    """

    service: str
    routes: int
    requests: int
    is_unreachable: bool
    stack: Stack
    findings: tuple[Finding, ...]
    skipped: tuple[SkippedRoute, ...] = ()
    limits: tuple[str, ...] = ()
    problem: str = ""
    client: ClientResult | None = None


class RunEnded(Record, frozen=True, kw_only=True):
    """The run is over: what it comes to, and the exit status."""

    totals: Totals


Event = ServiceStarted | RequestSent | RouteChecked | FindingsSoFar | ServiceChecked | RunEnded
