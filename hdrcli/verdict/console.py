"""What browsers say of a failed fetch: in their consoles, and to JavaScript.

A page is told nothing of the reason; a developer reads it in the console, where each engine has a name or a sentence of
its own for it. Which one depends on the order of its checks: an answer may have several faults.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from hdrcli.fetch import (
    REQUEST_ERRORS,
    STANDARD,
    USER_AGENTS,
    Failure,
    HTTPRequest,
    HTTPResponse,
    NetworkError,
    parse_url,
)
from hdrcli.fetch.headers import UnparsableList, extract_token_list, get, values_of
from hdrcli.fetch.response import REDIRECT_STATUSES
from hdrcli.fetch.safelist import is_cors_safelisted_method
from hdrcli.records.route import ConsoleMessage, FetchRecord
from hdrcli.text.redaction import redact_url
from hdrcli.verdict.console_table import NO_ANSWER, PASTED, REJECTION, UNSAID, Wording, wordings

_ALLOW_ORIGIN: Final = "Access-Control-Allow-Origin"
_ALLOW_CREDENTIALS: Final = "Access-Control-Allow-Credentials"
_ALLOW_METHODS: Final = "Access-Control-Allow-Methods"
_ALLOW_HEADERS: Final = "Access-Control-Allow-Headers"
_LISTS: Final = frozenset({Failure.PREFLIGHT_UNPARSABLE_METHODS, Failure.PREFLIGHT_UNPARSABLE_HEADERS})
_QUOTED: Final[Mapping[Failure, str]] = {
    Failure.ALLOW_ORIGIN_MISMATCH: _ALLOW_ORIGIN,
    Failure.ALLOW_CREDENTIALS_NOT_TRUE: _ALLOW_CREDENTIALS,
    Failure.PREFLIGHT_UNPARSABLE_METHODS: _ALLOW_METHODS,
    Failure.PREFLIGHT_UNPARSABLE_HEADERS: _ALLOW_HEADERS,
    Failure.REDIRECT_WITH_CREDENTIALS: "Location",
}
"""The header whose value a wording quotes."""

_UNSAFE_SCHEMES: Final = ("about:", "blob:", "data:", "file:", "filesystem:")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """A failed fetch: why, and the last request and its answer, as far as there are any."""

    failure: Failure
    detail: str
    page: str
    with_credentials: bool
    request: HTTPRequest | None
    answer: HTTPResponse | None

    @property
    def is_preflight(self) -> bool:
        return self.request is not None and self.request.purpose == "preflight"

    @property
    def status(self) -> int:
        return self.answer.status if self.answer else 0

    def asked(self, name: str) -> str:
        """A header of the request, empty where it is not sent."""
        return (get(name, self.request.headers) or "") if self.request else ""

    def answered(self, name: str) -> str:
        """A header of the answer, its lines joined; empty where it is not sent."""
        return ", ".join(self.lines(name))

    def lines(self, name: str) -> list[str]:
        """The lines of the answer's header."""
        return values_of(name, self.answer.headers) if self.answer else []

    def listed(self, name: str) -> list[str]:
        """What the answer lists, if that can be read; a * only where it counts."""
        found = extract_token_list(name, self.answer.headers) if self.answer else None
        names = [] if isinstance(found, UnparsableList) else found or []
        return [name for name in names if name != "*" or not self.with_credentials]

    @property
    def allows_method(self) -> bool:
        """Whether the answer to a preflight does."""
        method = self.asked("Access-Control-Request-Method")
        return is_cors_safelisted_method(method) or not {method, "*"}.isdisjoint(self.listed(_ALLOW_METHODS))

    @property
    def missing_header(self) -> str:
        """The first request header that the answer to a preflight does not allow."""
        listed = {name.lower() for name in self.listed(_ALLOW_HEADERS)}
        asked = self.asked("Access-Control-Request-Headers").split(",")
        return next((name for name in asked if name not in listed), "")


_Condition = Callable[[_Facts], bool]


def _differ(name: str) -> _Condition:
    return lambda facts: len(set(facts.lines(name))) > 1


def _is_redirect(facts: _Facts) -> bool:
    return facts.status in REDIRECT_STATUSES and bool(facts.lines("Location"))


def _leads_elsewhere(facts: _Facts) -> bool:
    """A CORS request, or one that the redirect makes one."""
    location = parse_url(facts.answered("Location"), facts.request.url if facts.request else None)
    is_cross_origin = location is not None and str(location.origin) != facts.page
    return bool(facts.asked("Origin")) or (is_cross_origin and facts.asked("Sec-Fetch-Mode") != "no-cors")


_CONDITIONS: Final[Mapping[str, _Condition]] = {
    PASTED: lambda _: False,
    REJECTION: lambda _: False,
    "list": lambda facts: bool(re.search("[ ,]", facts.answered(_ALLOW_ORIGIN))),
    "comma": lambda facts: "," in facts.answered(_ALLOW_ORIGIN),
    "lines": lambda facts: (
        facts.answer is not None and [name for name, _ in facts.answer.headers].count(_ALLOW_ORIGIN) > 1
    ),
    "no-origin": lambda facts: (
        facts.answered(_ALLOW_ORIGIN) != "null" and parse_url(facts.answered(_ALLOW_ORIGIN)) is None
    ),
    "redirect": _is_redirect,
    "redirected": lambda facts: facts.request is not None,
    "locations": _differ("Location"),
    "dispositions": _differ("Content-Disposition"),
    "unsafe": lambda facts: facts.answered("Location").startswith(_UNSAFE_SCHEMES),
    "ftp": lambda facts: facts.answered("Location").startswith("ftp:"),
    "cross-origin": _leads_elsewhere,
    "redirect-mode": lambda facts: facts.failure is Failure.REDIRECT_MODE_ERROR,
    "same-site": lambda facts: facts.answered("Cross-Origin-Resource-Policy") == "same-site",
    "same-origin-mode": lambda facts: facts.failure is Failure.SAME_ORIGIN_MODE,
    "certificate": lambda facts: "certificate" in facts.detail,
    "cors": lambda facts: bool(facts.asked("Origin")) and facts.failure is not Failure.REDIRECT_MODE_ERROR,
}
"""When a wording counts, by the word in brackets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierCheck:
    """What an engine looks at earlier than the standard when it judges the answer to a preflight."""

    sentence: str
    failure: Failure
    fails: _Condition


EARLIER_CHECKS: Final[Mapping[str, EarlierCheck]] = {
    "Chromium": EarlierCheck(
        sentence="Chromium refuses a redirect before all else",
        failure=Failure.PREFLIGHT_STATUS,
        fails=_is_redirect,
    ),
    "Firefox": EarlierCheck(
        sentence="Firefox looks for the method before it reads Access-Control-Allow-Headers",
        failure=Failure.PREFLIGHT_METHOD,
        fails=lambda facts: facts.failure is Failure.PREFLIGHT_UNPARSABLE_HEADERS and not facts.allows_method,
    ),
    "WebKit": EarlierCheck(
        sentence="WebKit looks at the status before all else",
        failure=Failure.PREFLIGHT_STATUS,
        fails=lambda facts: facts.answer is not None and not 200 <= facts.status <= 299,  # noqa: PLR2004
    ),
}
"""By engine. The standard: https://fetch.spec.whatwg.org/#cors-preflight-fetch-0."""

_ENGINES: Final[Mapping[str, str]] = {"chromium": "Chromium", "firefox": "Firefox", "webkit": "WebKit"}


def console_messages(fetch: FetchRecord) -> tuple[ConsoleMessage, ...]:
    """What the browser that was played says of a failed fetch, or, where the standard was, each of the three.

    Empty for a fetch that did not fail; a browser that lets pass what the standard does not is left out.
    """
    if not isinstance(fetch.result, NetworkError):
        return ()
    last = fetch.exchanges[-1] if fetch.exchanges else None
    facts = _Facts(
        failure=fetch.result.failure,
        detail=fetch.result.detail,
        page=str(fetch.page),
        with_credentials=fetch.credentials == "include",
        request=last.request if last else None,
        answer=last.response if last and isinstance(last.response, HTTPResponse) else None,
    )
    browsers = _ENGINES if fetch.browser == STANDARD.name else (fetch.browser,)
    return tuple(_message(browser, facts) for browser in browsers if not _passes(browser, facts))


def _passes(browser: str, facts: _Facts) -> bool:
    """Whether this browser takes for good what the standard does not."""
    if facts.failure is Failure.PREFLIGHT_AUTHORIZATION:
        return USER_AGENTS[browser].preflight.wildcard_covers_authorization and "*" in facts.listed(_ALLOW_HEADERS)
    return facts.failure is Failure.PROXY_AUTHENTICATION and USER_AGENTS[browser].head.status_407_is_readable


def _message(browser: str, facts: _Facts) -> ConsoleMessage:
    engine = _ENGINES[browser]
    wording = _wording(engine, facts)
    phrase = _filled(wording.phrase, facts) if wording else ""
    rejection = next(known.phrase for known in wordings() if known.engine == engine and known.when == REJECTION)
    return ConsoleMessage(
        browser=browser,
        name=_name(wording, facts) if wording else "",
        text=phrase,
        javascript=f"TypeError: {_thrown(phrase) if facts.failure in REQUEST_ERRORS else rejection}",
    )


def _thrown(phrase: str) -> str:
    """What throws has a preface of its own."""
    return f"… {phrase.removeprefix('… ')}"


def _wording(engine: str, facts: _Facts) -> Wording | None:
    """The first wording that counts; None where a console says nothing."""
    earlier = EARLIER_CHECKS[engine]
    subject = earlier.failure if facts.is_preflight and earlier.fails(facts) else facts.failure
    known = [wording for wording in wordings() if wording.engine == engine]
    for about in (subject, NO_ANSWER, UNSAID):
        for wording in known:
            if wording.subject == about and (not wording.when or _CONDITIONS[wording.when](facts)):
                return wording
    return None


def _name(wording: Wording, facts: _Facts) -> str:
    """Chromium has two names for each failure of the CORS check."""
    is_twofold = wording.engine == "Chromium" and wording.subject.startswith("allow-")
    return f"Preflight{wording.name}" if is_twofold and facts.is_preflight else wording.name


def _filled(phrase: str, facts: _Facts) -> str:
    """The phrase with the values in place, and a mark where one is not known."""
    values = {
        "page": facts.asked("Origin") or facts.page,
        "method": facts.asked("Access-Control-Request-Method") or "…",
        "header": facts.missing_header or "…",
        "value": _quoted(facts),
        "status": str(facts.status),
    }
    return re.sub(r"\{(\w+)\}", lambda gap: values[gap[1]], phrase)


def _quoted(facts: _Facts) -> str:
    """The value that a wording quotes: of the header that did not pass, or of its element."""
    name = _QUOTED.get(facts.failure)
    if name is None:
        return "…"
    unparsable = extract_token_list(name, facts.answer.headers) if facts.answer else None
    if facts.failure in _LISTS and isinstance(unparsable, UnparsableList):
        return unparsable.element
    return redact_url(facts.answered(name))
