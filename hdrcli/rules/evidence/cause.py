"""Why a page was refused: the one decision that separates causes which look alike to a browser.

Theory of operation
-------------------
A response without an `Access-Control-Allow-Origin` that fits is what a browser sees of very different faults, each with
a fix in another place. `TREE` holds one question a line; the first that is answered with yes decides. The questions are
put to a `Refusal`: the response that blocked the page, and the other responses of the route (its other fetches and its
probes), so that each answer has a recorded response as its proof.

One answer needs more than the route: that *no* response shows a CORS layer. Another route of the service may show one.
The rules therefore attach to such a fault what holds instead if the service has a fact (`Fault.unless`), and the facts
of each route (`service_facts`) are collected until the service ends.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Final

from hdrcli.fetch.headers import contains, get
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.fetch.url import same_origin
from hdrcli.records.route import ProbeKind, RouteRecord
from hdrcli.rules.evidence.blocked import Blocked
from hdrcli.rules.evidence.guards import Check, sign_of_guard
from hdrcli.rules.evidence.in_front import Reason
from hdrcli.rules.evidence.refusal import Refusal
from hdrcli.rules.evidence.refusal_texts import denies_cors, matches_no_rule, refuses_origin
from hdrcli.rules.evidence.service import ALLOW_ORIGIN, allows, has_layer
from hdrcli.verdict.representation import sign_of_cache

_FIRST_REDIRECT: Final = 300
_FIRST_ERROR: Final = 400
_FIRST_CRASH: Final = 500
_BY_ROUTER: Final = frozenset({404, 405, 410, 501})
_DOCUMENT: Final = "/openapi.json"
_CLIENT_ERRORS: Final = range(_FIRST_ERROR, _FIRST_CRASH)
_NO_SERVICE_BEHIND: Final = frozenset({502, 503, 504, *range(520, 527), 530})
"""Those above 504 are Cloudflare's:
https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/."""

_DECIDING: Final[frozenset[ProbeKind]] = frozenset(
    {
        "no-origin",
        "foreign-origin",
        "preflight",
        "unknown-path",
        "root",
        "redirect-target",
        "without-preflight",
        "simpler-preflight",
        "refused-again",
    }
)
_OF_LAYERS: Final = frozenset(
    {
        "access-control-allow-credentials",
        "access-control-expose-headers",
        "access-control-allow-methods",
        "access-control-allow-headers",
        "access-control-max-age",
    }
)
"""Headers that only a CORS layer sends: next to no Access-Control-Allow-Origin, it has refused the origin."""


class Cause(StrEnum):
    """Why a page was refused."""

    CHALLENGE = "challenge"
    """A layer in front of the service responded with a challenge for humans."""
    FIREWALL = "firewall"
    """A layer in front of the service blocks the request."""
    KEY = "key"
    """A layer in front of the service wants a key, a token or a permission."""
    ROUTE = "route"
    """A layer in front of the service has no route for the request."""
    METHOD = "method"
    """A layer in front of the service doesn't pass on the method."""
    HOST = "host"
    """The service refuses requests to this host, whatever the page's origin is."""
    REDIRECTED = "redirected"
    """A redirect led to another origin, whose response this is."""
    CACHED = "cached"
    """A cached copy of the response to another origin."""
    PARTS = "parts"
    """The CORS layer allows the page, and refuses the method or the request headers of this preflight."""
    NOT_LISTED = "origin"
    """There is a CORS layer, and it doesn't allow the page's origin."""
    REFUSED = "refused"
    """So it is, and the layer responds with an error in place of the service."""
    GATEWAY = "gateway"
    """A gateway responded that the service behind it does not."""
    BYPASSED = "bypassed"
    """Another response allows the page: this one, or the preflight, doesn't pass the CORS layer."""
    GUARDED = "guarded"
    """A layer responds to every request alike, so that no response shows what is behind it."""
    ERRORS = "errors"
    """Pages get errors only, and none shows a CORS layer: it may cover what is no error, or only some routes."""
    NO_LAYER = "no-layer"
    """No response shows a CORS layer."""
    UNKNOWN = "unknown"
    """No probe that could decide it has a response."""


IN_FRONT: Final = frozenset({Cause.CHALLENGE, Cause.FIREWALL, Cause.KEY, Cause.ROUTE, Cause.METHOD})
"""The causes that a response of a layer in front of the service has."""

REMAINING: Final = (
    "there is no CORS layer",
    "its list lacks the page's origin",
    "this response doesn't pass through it",
)
"""The causes that remain where none was found."""


Question = Callable[[Refusal], bool]


def _responds_for(reason: Reason) -> Question:
    """Whether a layer in front of the service responded, for this reason."""
    return lambda refusal: refusal.in_front is not None and refusal.in_front.reason is reason


def _refuses_host(refusal: Refusal) -> bool:
    if refusal.response.status not in _CLIENT_ERRORS or has_layer(refusal.response):
        return False
    sign = sign_of_guard(refusal.body)
    return sign is not None and sign.check is Check.HOST


def _is_led_elsewhere(refusal: Refusal) -> bool:
    first, last = refusal.block.fetch.exchanges[0].request.url, refusal.block.exchange.request.url
    return not same_origin(first.origin, last.origin)


def _is_cached_copy(refusal: Refusal) -> bool:
    uncached = refusal.probed("uncached")
    return uncached is not None and sign_of_cache(refusal.response) is not None and allows(uncached, refusal.page)


def _names_the_origin(refusal: Refusal) -> bool:
    """A header that only a CORS layer sends, or a sentence in the body."""
    names = {byte_lowercase(name) for name, _ in refusal.response.headers}
    if refusal.block.exchange.request.purpose == "request" and names & _OF_LAYERS:
        return True
    return refusal.response.status >= _FIRST_ERROR and refuses_origin(refusal.body)


def _is_refused_by_status(refusal: Refusal) -> bool:
    """Whether the same request succeeds without Origin, and fails from any foreign page."""
    without, foreign = refusal.probed("no-origin"), refusal.probed("foreign-origin")
    return (
        refusal.response.status in _CLIENT_ERRORS
        and without is not None
        and without.status < _FIRST_ERROR
        and (foreign is None or foreign.status == refusal.response.status)
    )


def is_unavailable(refusal: Refusal) -> bool:
    """Whether a gateway responds in place of the service: not if the service responds to this URL, but for OPTIONS."""
    response, request = refusal.response, refusal.block.exchange.request
    if refusal.in_front is not None:
        return refusal.in_front.reason in {Reason.UNAVAILABLE, Reason.CRASHED}
    if response.status not in _NO_SERVICE_BEHIND:
        return False
    return request.purpose != "preflight" or not any(
        other.request.url == request.url and other.request.purpose != "preflight" and answer.status < _FIRST_CRASH
        for other, answer in refusal.others
    )


def _is_allowed_elsewhere(refusal: Refusal) -> bool:
    return any(True for _ in refusal.allowing())


def _allows_less(refusal: Refusal) -> bool:
    return not contains(ALLOW_ORIGIN, refusal.response.headers) and refusal.allowed_preflight is not None


def _matches_no_rule(refusal: Refusal) -> bool:
    return matches_no_rule(refusal.body)


def _denies_cors(refusal: Refusal) -> bool:
    return denies_cors(refusal.body)


def _shows_layer(refusal: Refusal) -> bool:
    return has_layer(refusal.response) or any(has_layer(response) for _, response in refusal.others)


def _is_guarded(refusal: Refusal) -> bool:
    """Authentication, a check of the host, a redirect to https: 404 and 405 come from the router, behind them."""
    status = refusal.response.status
    others = [response.status for exchange, response in refusal.others if exchange.request.url.path != _DOCUMENT]
    return status >= _FIRST_REDIRECT and status not in _BY_ROUTER and bool(others) and set(others) == {status}


def _are_errors(refusal: Refusal) -> bool:
    """Hooks and decorators of many frameworks don't see the errors that a handler raises, or those of the router."""
    of_pages = (response for exchange, response in refusal.others if get("Origin", exchange.request.headers))
    return all(response.status >= _FIRST_ERROR for response in (refusal.response, *of_pages))


def _is_unprobed(refusal: Refusal) -> bool:
    return not any(probe.kind in _DECIDING and probe.response is not None for probe in refusal.route.probes)


TREE: Final[tuple[tuple[Question, Cause], ...]] = (
    (_responds_for(Reason.CHALLENGE), Cause.CHALLENGE),
    (_is_led_elsewhere, Cause.REDIRECTED),
    (_is_cached_copy, Cause.CACHED),
    (_responds_for(Reason.FIREWALL), Cause.FIREWALL),
    (_responds_for(Reason.KEY), Cause.KEY),
    (_responds_for(Reason.ROUTE), Cause.ROUTE),
    (_responds_for(Reason.METHOD), Cause.METHOD),
    (_refuses_host, Cause.HOST),
    (_allows_less, Cause.PARTS),
    (_names_the_origin, Cause.NOT_LISTED),
    (_is_refused_by_status, Cause.REFUSED),
    (is_unavailable, Cause.GATEWAY),
    (_is_allowed_elsewhere, Cause.BYPASSED),
    (_matches_no_rule, Cause.NOT_LISTED),
    (_denies_cors, Cause.NO_LAYER),
    (_shows_layer, Cause.NOT_LISTED),
    (_is_unprobed, Cause.UNKNOWN),
    (_is_guarded, Cause.GUARDED),
    (_are_errors, Cause.ERRORS),
)


def cause_of(block: Blocked, route: RouteRecord) -> Cause:
    """The first cause whose question is answered with yes, of what blocked a fetch of this route."""
    refusal = Refusal(block, route)
    return next((cause for question, cause in TREE if question(refusal)), Cause.NO_LAYER)
