"""The messages of browsers for a failed fetch: in their consoles, and to JavaScript.

A page never learns the reason. A developer reads it in the console, where each engine has its own name or sentence for
it (`hdrcli.verdict.console_table`). A response may have several faults: which one a console reports depends on the
order in which the engine checks (`EARLIER_CHECKS`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

from hdrcli.fetch import (
    REQUEST_ERRORS,
    STANDARD,
    URL,
    USER_AGENTS,
    Failure,
    HTTPRequest,
    HTTPResponse,
    NetworkError,
    parse_url,
)
from hdrcli.fetch.headers import get
from hdrcli.fetch.response import REDIRECT_STATUSES
from hdrcli.fetch.url import is_potentially_trustworthy
from hdrcli.records.exchange import RawStream
from hdrcli.records.route import FetchRecord
from hdrcli.records.verdict import ConsoleMessage
from hdrcli.structs import Record
from hdrcli.text.redaction import redact_text
from hdrcli.verdict.console_header import AUTHORIZATION, named_header
from hdrcli.verdict.console_table import NO_RESPONSE, PASTED, REJECTION, UNSPECIFIC, KnownMessage, known_messages

_ALLOW_ORIGIN: Final = "Access-Control-Allow-Origin"
_CORS_CHECK: Final = frozenset(
    {
        Failure.ALLOW_ORIGIN_MISSING,
        Failure.ALLOW_ORIGIN_MISMATCH,
        Failure.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS,
        Failure.ALLOW_CREDENTIALS_NOT_TRUE,
    },
)
_QUOTED: Final = frozenset(
    {
        Failure.ALLOW_ORIGIN_MISMATCH,
        Failure.ALLOW_CREDENTIALS_NOT_TRUE,
        Failure.PREFLIGHT_UNPARSABLE_METHODS,
        Failure.PREFLIGHT_UNPARSABLE_HEADERS,
        Failure.REDIRECT_WITH_CREDENTIALS,
        Failure.LOCAL_NETWORK,
    },
)
"""The failures whose messages quote the value that was checked."""

_HEADERS_NOT_ALLOWED: Final = frozenset({Failure.PREFLIGHT_HEADER, Failure.PREFLIGHT_AUTHORIZATION})
_UNSAFE_SCHEMES: Final = frozenset({"about", "blob", "data", "file", "filesystem"})


class _Facts(Record, frozen=True, kw_only=True):
    """A failed fetch: its error, and the request and response of the exchange it failed on, if there are any."""

    error: NetworkError
    page: str
    with_credentials: bool
    request: HTTPRequest | None
    response: HTTPResponse | None
    over_http2: bool

    @property
    def value(self) -> str:
        """The value that was checked: a header's lines, joined."""
        return ", ".join(self.error.seen)

    def sent(self, name: str) -> str:
        """The value of a request header, or "" if it was not sent."""
        return (get(name, self.request.headers) or "") if self.request else ""


_Condition = Callable[[_Facts], bool]


def _location(facts: _Facts) -> str | None:
    """The Location of the response, if it is a redirect."""
    if facts.response is None or facts.error.status not in REDIRECT_STATUSES:
        return None
    return get("Location", facts.response.headers)


def _redirected_to(facts: _Facts) -> URL | None:
    return None if facts.request is None else parse_url(_location(facts) or "", facts.request.url)


def _is_allowed_redirect(facts: _Facts) -> bool:
    """Whether the page may request the redirect's URL: http or https, no mixed content, no user name and password."""
    if _location(facts) is None:
        return False
    url = _redirected_to(facts)
    if url is None or not url.is_http or url.includes_credentials:
        return False
    return not facts.page.startswith("https:") or is_potentially_trustworthy(url.origin)


def _is_cross_origin(facts: _Facts) -> bool:
    """Whether the request is a CORS request, or the redirect makes it one."""
    location = parse_url(facts.value)
    leaves_page = location is not None and str(location.origin) != facts.page
    return bool(facts.sent("Origin")) or (leaves_page and facts.sent("Sec-Fetch-Mode") != "no-cors")


def _is_cors_request(facts: _Facts) -> bool:
    """Whether Firefox reports a request without a response; an unspecified address has no request to look at."""
    failure = facts.error.failure
    is_cors = bool(facts.sent("Origin")) or failure is Failure.BAD_HOST
    return is_cors and failure is not Failure.REDIRECT_MODE_ERROR


def _has_several_lines(facts: _Facts) -> bool:
    """Whether several lines are spelled exactly Access-Control-Allow-Origin: Firefox counts no others."""
    return facts.response is not None and [name for name, _ in facts.response.headers].count(_ALLOW_ORIGIN) > 1


_CONDITIONS: Final[Mapping[str, _Condition]] = {
    PASTED: lambda _: False,
    REJECTION: lambda _: False,
    "list": lambda facts: bool(re.search("[ ,]", facts.value)),
    "comma": lambda facts: "," in facts.value,
    "lines": _has_several_lines,
    "invalid-origin": lambda facts: facts.value != "null" and parse_url(facts.value) is None,
    "redirect": lambda facts: bool(_location(facts)),
    "unparsable-redirect": lambda facts: bool(_location(facts)) and _redirected_to(facts) is None,
    "no-redirect": lambda facts: _location(facts) is None,
    "allowed-redirect": _is_allowed_redirect,
    "redirected": lambda facts: facts.error.at == "redirect",
    "direct": lambda facts: facts.error.at == "request",
    "different": lambda facts: len(set(facts.error.seen)) > 1,
    "locations": lambda facts: facts.error.subject == "Location",
    "dispositions": lambda facts: facts.error.subject == "Content-Disposition",
    "http2": lambda facts: facts.over_http2,
    "unsafe": lambda facts: facts.value in _UNSAFE_SCHEMES,
    "ftp": lambda facts: facts.value == "ftp",
    "cross-origin": _is_cross_origin,
    "redirect-mode": lambda facts: facts.error.failure is Failure.REDIRECT_MODE_ERROR,
    "insecure-page": lambda facts: facts.error.subject == "secure context",
    "same-site": lambda facts: facts.value == "same-site",
    "same-origin-mode": lambda facts: facts.error.failure is Failure.SAME_ORIGIN_MODE,
    "cors": _is_cors_request,
}
"""When a message is used, by the word in brackets in the table."""


class EarlierCheck(Record, frozen=True, kw_only=True):
    """A check of a preflight response that an engine makes earlier than the standard: before those of `before`."""

    sentence: str
    failure: Failure
    before: frozenset[Failure]
    condition: str = ""


EARLIER_CHECKS: Final[Mapping[str, EarlierCheck]] = {
    "Chromium": EarlierCheck(
        sentence="Chromium first checks whether the preflight was redirected",
        failure=Failure.PREFLIGHT_STATUS,
        before=_CORS_CHECK,
        condition="redirect",
    ),
    "Firefox": EarlierCheck(
        sentence="Firefox checks the method before it reads Access-Control-Allow-Headers",
        failure=Failure.PREFLIGHT_METHOD,
        before=frozenset({Failure.PREFLIGHT_UNPARSABLE_HEADERS}),
    ),
    "WebKit": EarlierCheck(
        sentence="WebKit first checks the status",
        failure=Failure.PREFLIGHT_STATUS,
        before=_CORS_CHECK,
    ),
}
"""By engine. The standard's order: https://fetch.spec.whatwg.org/#cors-preflight-fetch-0."""

_ENGINES: Final[Mapping[str, str]] = {"chromium": "Chromium", "firefox": "Firefox", "webkit": "WebKit"}


def console_messages(fetch: FetchRecord) -> tuple[ConsoleMessage, ...]:
    """The messages of the simulated browser for a failed fetch, or of all three if it is the standard.

    Empty for a fetch that did not fail. Browsers in which it would not have failed are skipped.
    """
    error = fetch.result
    if not isinstance(error, NetworkError):
        return ()
    exchange = None if error.exchange is None else fetch.exchanges[error.exchange]
    facts = _Facts(
        error=error,
        page=str(fetch.page),
        with_credentials=fetch.credentials == "include",
        request=exchange.request if exchange else None,
        response=exchange.response if exchange and isinstance(exchange.response, HTTPResponse) else None,
        over_http2=exchange is not None and isinstance(exchange.raw, RawStream),
    )
    browsers = _ENGINES if fetch.browser == STANDARD.name else (fetch.browser,)
    return tuple(_message(browser, facts) for browser in browsers if not _succeeds(browser, facts))


def _succeeds(browser: str, facts: _Facts) -> bool:
    """Whether this browser accepts a response that the standard rejects."""
    if facts.error.failure is Failure.PREFLIGHT_AUTHORIZATION:
        is_covered = "*" in facts.error.seen and not facts.with_credentials
        return is_covered and USER_AGENTS[browser].preflight.wildcard_covers_authorization
    return facts.error.failure is Failure.PROXY_AUTHENTICATION and USER_AGENTS[browser].head.status_407_is_readable


def _message(browser: str, facts: _Facts) -> ConsoleMessage:
    engine = _ENGINES[browser]
    known = _known_message(engine, facts)
    text = _filled(known, facts) if known else ""
    rejection = next(known.phrase for known in _messages_of(engine) if known.when == REJECTION)
    return ConsoleMessage(
        browser=browser,
        name=_name(known, facts) if known else "",
        text=text,
        error=f"TypeError: {_thrown(text) if facts.error.failure in REQUEST_ERRORS else rejection}",
    )


def _thrown(text: str) -> str:
    """The message of an error that is thrown: it has a prefix of its own."""
    return f"… {text.removeprefix('… ')}"


def _known_message(engine: str, facts: _Facts) -> KnownMessage | None:
    """The first message in the table that applies; None if the console shows none."""
    messages = _messages_of(engine)
    for subject in (_reported_failure(engine, facts), NO_RESPONSE, UNSPECIFIC):
        for message in messages:
            if message.subject == subject and (not message.when or _CONDITIONS[message.when](facts)):
                return message
    return None


@cache
def _messages_of(engine: str) -> tuple[KnownMessage, ...]:
    """The messages of one engine, in the table's order."""
    return tuple(message for message in known_messages() if message.engine == engine)


def _reported_failure(engine: str, facts: _Facts) -> Failure:
    """The failure that the engine finds first: another than the standard's if an earlier check fails, too."""
    earlier, error = EARLIER_CHECKS[engine], facts.error
    is_earlier = (
        earlier.failure in error.also
        and error.failure in earlier.before
        and (not earlier.condition or _CONDITIONS[earlier.condition](facts))
    )
    if is_earlier:
        return earlier.failure
    if error.failure is Failure.PREFLIGHT_AUTHORIZATION and named_header(engine, error.expected) != AUTHORIZATION:
        return Failure.PREFLIGHT_HEADER
    return error.failure


def _name(message: KnownMessage, facts: _Facts) -> str:
    """The engine's name for the message. Chromium has two for each failure of the CORS check."""
    has_two_names = message.engine == "Chromium" and message.subject.startswith("allow-")
    return f"Preflight{message.name}" if has_two_names and facts.error.at == "preflight" else message.name


def _filled(known: KnownMessage, facts: _Facts) -> str:
    """The message with its values, and a mark in place of one that is not known."""
    error = facts.error
    expected = next(iter(error.expected), "…")
    values = {
        "page": facts.sent("Origin") or facts.page,
        "method": expected if error.failure is Failure.PREFLIGHT_METHOD else "…",
        "header": named_header(known.engine, error.expected) if error.failure in _HEADERS_NOT_ALLOWED else "…",
        "value": redact_text(facts.value) if error.failure in _QUOTED else "…",
        "status": str(error.status or 0),
    }
    return re.sub(r"\{(\w+)\}", lambda gap: values[gap[1]], known.phrase)
