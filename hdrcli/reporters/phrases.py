"""The sentences that reports make of facts: why a header is hidden, why a fetch failed, why an expectation is unmet.

Phrases fit into a table or behind a colon, and have no full stop. Sentences stand alone.
"""

from __future__ import annotations

from typing import Final

from hdrcli.fetch import Failure, FilteredResponse, NetworkError
from hdrcli.fetch.headers import UnparsableList
from hdrcli.records.expectation import UnmetExpectation
from hdrcli.records.route import FetchRecord
from hdrcli.records.verdict import Clause
from hdrcli.text.redaction import redact_text
from hdrcli.verdict.expectations import is_definite, is_pattern
from hdrcli.verdict.exposure import expose_list
from hdrcli.verdict.failures import sentence

_EXPOSE_HEADERS: Final = "Access-Control-Expose-Headers"

CLAUSES: Final[dict[Clause, tuple[str, str]]] = {
    Clause.SAFELISTED: ("safelisted", "It is a CORS-safelisted response header, which is always readable."),
    Clause.LISTED: ("listed", f"{_EXPOSE_HEADERS} names it."),
    Clause.WILDCARD: ('"*"', f'{_EXPOSE_HEADERS} is "*".'),
    Clause.SAME_ORIGIN: ("same origin", "The page and the URL have the same origin."),
    Clause.NOT_LISTED: ("not listed", f"{_EXPOSE_HEADERS} does not name it."),
    Clause.NO_LIST: ("no list", f"The response has no {_EXPOSE_HEADERS} header."),
    Clause.WILDCARD_WITH_CREDENTIALS: (
        '"*"',
        f'{_EXPOSE_HEADERS} is "*", which does not count for requests with credentials.',
    ),
    Clause.FORBIDDEN: ("forbidden", "No browser shows it to JavaScript, exposed or not."),
    Clause.FORBIDDEN_IN_THIS_BROWSER: (
        "forbidden here",
        "This browser does not show it to JavaScript, exposed or not.",
    ),
    Clause.LIST_VOID: ("list is invalid", f"{_EXPOSE_HEADERS} is invalid as a whole."),
    Clause.LINES_HIDDEN: (
        "several lines",
        "It is sent on several lines, which this browser joins to a value that fetch() does not show.",
    ),
    Clause.VALUE_HIDDEN: (
        "CR in value",
        "Its value contains a CR. This browser keeps it, and fetch() hides such values.",
    ),
    Clause.OPAQUE: ("opaque", "The response is opaque: JavaScript can read none of its headers."),
    Clause.BLOCKED: ("blocked", "The whole response is blocked."),
    Clause.LISTED_NOT_SENT: ("not sent", f"{_EXPOSE_HEADERS} names it, but it is not sent."),
    Clause.NOT_SENT: ("not sent", "It is not sent."),
}
"""Clause -> phrase and sentence."""

FAILURES: Final[dict[Failure, str]] = {
    Failure.INVALID_URL: "the URL is invalid",
    Failure.URL_WITH_CREDENTIALS: "the URL contains credentials",
    Failure.INVALID_METHOD: "the method is invalid",
    Failure.FORBIDDEN_METHOD: "the method is forbidden to pages",
    Failure.NO_CORS_METHOD: "the method does not go with no-cors",
    Failure.INVALID_HEADER_NAME: "a request header's name is invalid",
    Failure.INVALID_HEADER_VALUE: "a request header's value is invalid",
    Failure.BODY_NOT_ALLOWED: "the method does not take a body",
    Failure.BAD_PORT: "browsers block this port",
    Failure.BAD_HOST: "this browser sends nothing to the unspecified address",
    Failure.MIXED_CONTENT: "mixed content (an http URL on an https page)",
    Failure.LOCAL_NETWORK: "the user has not allowed access to the local network",
    Failure.SAME_ORIGIN_MODE: 'the mode is "same-origin", the URL is not',
    Failure.NO_CORS_REDIRECT_MODE: "the redirect mode does not go with no-cors",
    Failure.SCHEME_NOT_HTTP: "the scheme is not http or https",
    Failure.ALLOW_ORIGIN_MISSING: "no Access-Control-Allow-Origin",
    Failure.ALLOW_ORIGIN_MISMATCH: "Access-Control-Allow-Origin is not the page's origin",
    Failure.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS: 'Access-Control-Allow-Origin is "*"',
    Failure.ALLOW_CREDENTIALS_NOT_TRUE: 'Access-Control-Allow-Credentials is not "true"',
    Failure.PREFLIGHT_STATUS: "the preflight's status is not a success",
    Failure.PREFLIGHT_UNPARSABLE_METHODS: "Access-Control-Allow-Methods is invalid",
    Failure.PREFLIGHT_UNPARSABLE_HEADERS: "Access-Control-Allow-Headers is invalid",
    Failure.PREFLIGHT_METHOD: "Access-Control-Allow-Methods lacks the method",
    Failure.PREFLIGHT_HEADER: "Access-Control-Allow-Headers lacks a request header",
    Failure.PREFLIGHT_AUTHORIZATION: "Access-Control-Allow-Headers lacks Authorization",
    Failure.RESOURCE_POLICY: "Cross-Origin-Resource-Policy",
    Failure.REDIRECT_MODE_ERROR: 'a redirect, and the redirect mode is "error"',
    Failure.REDIRECT_LOCATION_UNPARSABLE: "the redirect's Location is invalid",
    Failure.REDIRECT_SCHEME: "the redirect's Location is not an http URL",
    Failure.REDIRECT_LIMIT: "too many redirects",
    Failure.REDIRECT_WITH_CREDENTIALS: "the redirect's Location contains credentials",
    Failure.PROXY_AUTHENTICATION: "status 407",
    Failure.CONTENT_CODING: "the content coding is invalid",
    Failure.DNS: "the host name was not found",
    Failure.CONNECTION_REFUSED: "connection refused",
    Failure.CONNECTION_FAILED: "connection failed",
    Failure.CONNECTION_RESET: "connection reset",
    Failure.CERTIFICATE: "the certificate is not trusted",
    Failure.TLS: "TLS failed",
    Failure.TIMEOUT: "time limit reached",
    Failure.EMPTY_REPLY: "empty reply",
    Failure.INVALID_HTTP: "not valid HTTP",
    Failure.NOT_RECORDED: "not in the recording",
}
"""Failure -> phrase."""


def clause_phrase(clause: Clause) -> str:
    """A clause in two or three words."""
    return CLAUSES[clause][0]


def clause_sentence(clause: Clause, fetch: FetchRecord) -> str:
    """Why a header of this fetch is readable or hidden."""
    match clause, fetch.result:
        case Clause.BLOCKED, NetworkError() as error:
            return f"The whole response is blocked: {FAILURES[error.failure]}."
        case Clause.OPAQUE, FilteredResponse() as result:
            return f'The response is of type "{result.type}": JavaScript can read none of its headers.'
        case Clause.LIST_VOID, _:
            found = expose_list(fetch)
            if isinstance(found, UnparsableList):
                return f'{_EXPOSE_HEADERS} is invalid as a whole: "{redact_text(found.element)}" is not a header name.'
    return CLAUSES[clause][1]


def failure_phrase(error: NetworkError) -> str:
    """Why a fetch failed, in a few words."""
    return FAILURES[error.failure]


def failure_sentence(error: NetworkError) -> str:
    """Why a fetch failed, with what was seen and what was expected."""
    return sentence(error)


def unmet_sentence(unmet: UnmetExpectation) -> str:
    """What was expected, and what the first fetch that shows it got instead."""
    expectation, fetch = unmet.expectation, unmet.fetch
    own = expectation.name
    name = own if unmet.name.lower() == own.lower() else f"{unmet.name} ({own})"
    name = " or ".join([name, *expectation.alternatives]) if name == own else name
    expected = "readable" if expectation.verdict == "readable-if-sent" else expectation.verdict
    return f"{name} should be {expected}{_where(unmet)}. {_instead(unmet, fetch)}"


def _where(unmet: UnmetExpectation) -> str:
    mode = f" {with_cookies(unmet.fetch)}" if unmet.holds_in_a_mode else ""
    return f"{mode} in {', '.join(unmet.browsers)}" if unmet.browsers else mode


def _instead(unmet: UnmetExpectation, fetch: FetchRecord) -> str:
    result = fetch.result
    if fetch.response is None and isinstance(result, NetworkError):
        return f"There is no response: {FAILURES[result.failure]}."
    if fetch.response is not None and not unmet.has_expected_status:
        by = "the client does not accept" if unmet.step else "--expect-status does not allow"
        return f"The response has status {fetch.response.status}, which {by}."
    if is_pattern(unmet.name) or not (unmet.verdict.sent or is_definite(unmet.expectation)):
        return "No header of this name is sent."
    if unmet.verdict.readable:
        return f"It is readable: {clause_sentence(unmet.verdict.clause, fetch)}"
    if unmet.verdict.sent and unmet.expectation.verdict == "absent":
        return "It is sent."
    return clause_sentence(unmet.verdict.clause, fetch)


def with_cookies(fetch: FetchRecord) -> str:
    """The credentials mode of a fetch as a phrase."""
    return MODES[fetch.credentials]


MODES: Final = {"omit": "without cookies", "include": "with cookies", "same-origin": "with cookies on its own origin"}
"""Credentials mode -> phrase."""
