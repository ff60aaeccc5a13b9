"""The diagnosis of a route: what its records show, each computed once and only when a rule needs it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Final

from hdrcli.fetch import Failure, FilteredResponse, HTTPResponse, NetworkError, Origin
from hdrcli.fetch.headers import UnparsableList, get
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.records.exchange import Exchange
from hdrcli.records.route import FetchRecord, Probe, ProbeKind, RouteRecord
from hdrcli.records.verdict import HeaderRecord
from hdrcli.rules.evidence.blocked import Blocked, Stage, blocked_fetches, last_response
from hdrcli.rules.evidence.declared import Declaration, declaration
from hdrcli.rules.evidence.hidden import EXPOSE_HEADERS, Hidden, Why, complete_expose_setting, hidden_headers
from hdrcli.rules.evidence.layers import BLOCKED_FOR, Layers, compare, proxy_of
from hdrcli.rules.evidence.origins import near_miss
from hdrcli.rules.evidence.service import service_facts
from hdrcli.rules.finding import Fault, sending
from hdrcli.settings import Settings
from hdrcli.stacks import ANY, Stack, stack_by_name
from hdrcli.stacks.setting import Setting
from hdrcli.verdict.expectations import demands_reading, expected_of, is_definite, is_expected_status, names_in
from hdrcli.verdict.exposure import expose_list

if TYPE_CHECKING:
    from hdrcli.rules.evidence.cause import Cause

_BLOCKED_BY_HEADERS: Final = frozenset({Stage.PREFLIGHT, Stage.REDIRECT, Stage.ERROR, Stage.RESPONSE})
"""The stages where headers block a fetch, and not a status or redirects."""


class Diagnosis:
    """A route's record, and what follows from it: all that rules read.

    A fetch is wanted unless it is there only for comparison: only wanted fetches can be at fault.
    """

    def __init__(self, route: RouteRecord, settings: Settings, service: str) -> None:
        self.route = route
        self._expose_lists: dict[int, list[str] | UnparsableList | None] = {}
        self.service = service
        """The name of the service, which is its origin if it has none."""
        self._causes: dict[tuple[Origin, int], Cause] = {}
        self.wanted = tuple(fetch for fetch in route.fetches if not fetch.caller.for_comparison)
        self.default_page = all(fetch.caller.is_default for fetch in route.fetches)
        """Whether the user named no page."""
        expected = expected_of(settings, route)
        readable = [each for each in expected.headers if demands_reading(each)]
        self.named = {byte_lowercase(each.name): each.name for each in readable if is_definite(each)}
        """The headers that are expected to be readable: lower-case name -> name as the user wrote it."""

        matching = {name for each in readable for fetch in self.wanted for name in names_in(each, fetch)}
        self.expected = frozenset(self.named) | {byte_lowercase(name) for name in matching}
        """Their names in lower case, and those of sent headers that match a pattern."""

        self.expects_blocked = expected.blocked
        """Whether the page's fetches are expected to be blocked."""
        self.page_address_space = settings.page_address_space
        """Where the page is loaded from, if the user said so."""
        self._stack = settings.stack
        self._expected_statuses = expected.statuses
        self.reported: set[FetchRecord] = set()
        """The fetches that a rule has reported so far."""

    @property
    def is_named(self) -> bool:
        """Whether the user named the URL; otherwise, it is from a document or a recording."""
        return self.route.is_named

    @property
    def states_statuses(self) -> bool:
        """Whether the user stated which statuses responses may have."""
        return bool(self._expected_statuses)

    def expects_status(self, status: int) -> bool:
        """Whether a response with this status may be judged."""
        return is_expected_status(status, self._expected_statuses)

    @property
    def head_differs(self) -> bool:
        """Whether HEAD fails where GET succeeds: HDR506."""
        probe = self.route.probed("get") if self.route.method == "HEAD" else None
        return probe is not None and probe.response is not None and self.expects_status(probe.response.status)

    def is_expected(self, fault: Fault) -> bool:
        """Whether a fault is only that fetches are blocked, as expected."""
        return self.expects_blocked and all(fetch.outcome == "network-error" for fetch in fault.fetches)

    def expects_readable(self, name: str) -> bool:
        """Whether a header is expected to be readable."""
        return byte_lowercase(name) in self.expected

    def as_page_spells(self, names: Iterable[str]) -> list[str]:
        """Names of request headers as the page has them: a preflight has them in lower case."""
        spelled = {byte_lowercase(name): name for name, _ in self.route.page_headers}
        return [spelled.get(name, name) for name in names]

    @cached_property
    def probes(self) -> dict[ProbeKind, Probe]:
        """The first probe of each kind."""
        return {probe.kind: probe for probe in reversed(self.route.probes)}

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of all headers that a fetch received or that an expose list names, in lower case."""
        return frozenset(byte_lowercase(header.name) for header in self.route.headers)

    @cached_property
    def redirected(self) -> tuple[FetchRecord, ...]:
        """The wanted fetches with more than one exchange: redirects, or a preflight."""
        return tuple(fetch for fetch in self.wanted if len(fetch.exchanges) > 1)

    def expose_list(self, fetch: FetchRecord) -> list[str] | UnparsableList | None:
        """The expose list where it counts, parsed once for browsers that share a result."""
        key = id(fetch.result)
        if key not in self._expose_lists:
            self._expose_lists[key] = expose_list(fetch)
        return self._expose_lists[key]

    # --- fetches that failed ---------------------------------------------------------------------------------------

    @cached_property
    def failures(self) -> dict[Failure, tuple[FetchRecord, ...]]:
        """The fetches of each failure, for failures that any wanted fetch has."""
        if all(isinstance(fetch.result, FilteredResponse) for fetch in self.route.fetches):
            return {}
        found: dict[Failure, list[FetchRecord]] = {}
        for fetch in self.route.fetches:
            if isinstance(fetch.result, NetworkError):
                found.setdefault(fetch.result.failure, []).append(fetch)
        return {failure: tuple(fetches) for failure, fetches in found.items() if self._is_wanted(fetches)}

    def failing(self, *failures: Failure) -> tuple[FetchRecord, ...]:
        """The fetches that failed in one of these ways; none unless a wanted fetch did."""
        return tuple(fetch for failure in failures for fetch in self.failures.get(failure, ()))

    @property
    def has_blocked(self) -> bool:
        """Whether a response blocked a wanted fetch."""
        return bool(self.failures) and bool(self._blocked)

    @cached_property
    def misled(self) -> frozenset[FetchRecord]:
        """The failed fetches and those with a log-in page that a faulty redirect explains: HDR402 and HDR409."""
        if not self.redirected and not self.failures:
            return frozenset()
        from hdrcli.rules.evidence.redirects import misled  # most routes have none

        return misled(self.route.fetches)

    @cached_property
    def astray(self) -> frozenset[FetchRecord]:
        """The fetches whose last redirect lost the path's prefix and led to an error: HDR410."""
        from hdrcli.rules.evidence.redirects import astray  # few routes need it

        return astray(self.route.fetches)

    @cached_property
    def _blocked(self) -> tuple[Blocked, ...]:
        blocked = blocked_fetches(self.route.fetches)
        return blocked if self._is_wanted(block.fetch for block in blocked) else ()

    def blocked(self, failures: Collection[Failure], *stages: Stage) -> tuple[Blocked, ...]:
        """The fetches that a response blocked in one of these ways and stages; none unless a wanted fetch is.

        Fetches are skipped if a redirect led them astray, or if a proxy blocks them by removing or overwriting a
        header: HDR511. A status that blocks them is a fault of its own.
        """
        if not self._blocked:
            return ()
        found = tuple(
            block
            for block in self._blocked
            if block.failure in failures and block.stage in stages and block.fetch not in self.astray
            if block.stage not in _BLOCKED_BY_HEADERS or block.failure not in self.failures_of_proxy
        )
        return found if self._is_wanted(block.fetch for block in found) else ()

    def cause(self, block: Blocked) -> Cause:
        """Why the page was refused."""
        from hdrcli.rules.evidence.cause import cause_of  # few pages are refused

        key = (block.fetch.page, block.exchange.number)
        if key not in self._causes:
            self._causes[key] = cause_of(block, self.route)
        return self._causes[key]

    def service_facts(self) -> Iterator[str]:
        """What the route proves for its whole service."""
        yield from service_facts(self.route.fetches, self.route)
        for header in self.route.headers:
            if header.is_sent:
                yield sending(byte_lowercase(header.name))

    def near_miss(self, block: Blocked) -> str | None:
        """The nearly equal origin that is allowed instead of the page's."""
        return near_miss(self.route, block)

    @cached_property
    def allowed_pages(self) -> tuple[str, ...]:
        """The origins of other pages of the run that a response allows by name."""
        pages = dict.fromkeys(
            str(fetch.page)
            for fetch in self.wanted
            for exchange in fetch.exchanges
            if isinstance(exchange.response, HTTPResponse)
            and get("Access-Control-Allow-Origin", exchange.response.headers) == str(fetch.page)
        )
        return tuple(page for page in pages if page != "null")

    # --- responses that a page reads -------------------------------------------------------------------------------

    @cached_property
    def cors_responses(self) -> tuple[tuple[FetchRecord, Exchange, HTTPResponse], ...]:
        """The wanted fetches with a response of type "cors", and the exchange that brought it."""
        return tuple(
            (fetch, fetch.exchanges[-1], response)
            for fetch in self.wanted
            if isinstance(fetch.result, FilteredResponse) and fetch.result.type == "cors"
            if (response := last_response(fetch)) is not None
        )

    @cached_property
    def readable_custom_headers(self) -> tuple[tuple[HeaderRecord, tuple[str, ...], tuple[FetchRecord, ...]], ...]:
        """The custom headers that wanted fetches let JavaScript read, each with its lines' values as first sent."""
        return tuple(self._readable_custom_headers())

    def _readable_custom_headers(self) -> Iterator[tuple[HeaderRecord, tuple[str, ...], tuple[FetchRecord, ...]]]:
        for header in self.route.headers:
            if not header.custom:
                continue
            read = [
                (fetch, verdict)
                for fetch, verdict in zip(self.route.fetches, header.verdicts, strict=True)
                if verdict.readable and not fetch.caller.for_comparison
            ]
            if read:
                yield header, read[0][1].values, tuple(fetch for fetch, _ in read)

    @cached_property
    def _hidden(self) -> tuple[Hidden, ...]:
        if self.is_lost(EXPOSE_HEADERS):
            return ()  # a proxy's fault: HDR511
        return hidden_headers(self.route, self.wanted, self.expected)

    def hidden(self, *whys: Why) -> tuple[Hidden, ...]:
        """The headers that are sent and hidden for these reasons, or for any."""
        return tuple(each for each in self._hidden if not whys or each.why in whys)

    @cached_property
    def expose_setting(self) -> Setting | None:
        """The complete expose list for this route."""
        return complete_expose_setting(self.route, self._hidden)

    # --- probes ----------------------------------------------------------------------------------------------------

    @cached_property
    def layers(self) -> Layers | None:
        """The responses with and without the proxy, if they are to be compared."""
        return compare(self.route)

    @cached_property
    def proxy(self) -> Stack:
        """The proxy of the comparison: the stack of `--stack`, or else the one that its response shows, or `ANY`."""
        if self._stack is not None:
            return stack_by_name(self._stack) or ANY
        return ANY if self.layers is None else proxy_of(self.layers.outer)

    @cached_property
    def lost(self) -> dict[str, str]:
        """The headers that the service sends and a proxy removes or overwrites: lower-case name -> name as sent."""
        layers = self.layers
        return {} if layers is None else {**layers.lost, **layers.overwritten(self.wanted)}

    def is_lost(self, name: str) -> bool:
        """Whether a proxy removes or overwrites this header: the service's settings are right then."""
        return byte_lowercase(name) in self.lost

    @cached_property
    def failures_of_proxy(self) -> frozenset[Failure]:
        """The failures that a proxy causes by removing or overwriting headers: HDR511."""
        return frozenset(
            failure for name in self.lost for failure in BLOCKED_FOR.get(name, ()) if failure in self.failures
        )

    @cached_property
    def declaration(self) -> Declaration | None:
        """The declaration of the response in the service's OpenAPI document."""
        return declaration(self.route)

    def probed(self, kind: ProbeKind) -> Exchange | None:
        """The exchange of a probe, if it has a response."""
        probe = self.probes.get(kind)
        return probe.exchange if probe is not None and probe.response is not None else None

    def _is_wanted(self, fetches: Iterable[FetchRecord]) -> bool:
        return any(not fetch.caller.for_comparison for fetch in fetches)
