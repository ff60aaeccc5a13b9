"""Parts that all formats share, made once: columns, redaction, the line of a fix."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from hdrcli.fetch import FilteredResponse, HTTPRequest, NetworkError
from hdrcli.fetch.headers import Header
from hdrcli.records.exchange import Exchange
from hdrcli.records.route import FetchRecord, RouteRecord
from hdrcli.records.verdict import HeaderRecord, HeaderVerdict
from hdrcli.rules.finding import Finding
from hdrcli.stacks import Stack, text_for
from hdrcli.stacks.fix import FixText
from hdrcli.structs import Record
from hdrcli.text.header_redaction import redact_head, redact_request_header, redact_response_header
from hdrcli.text.redaction import REDACTED, redact_text
from hdrcli.text.secrets import are_secrets_shown
from hdrcli.verdict.failures import sentence

_LONGEST_URL: Final = 2000
_LONGEST_LINE: Final = 2000
_SHOWN_HEAD: Final = 16_000
"""Characters of a head, beyond which lines are shortened."""
_SHOWN_END: Final = 40
"""Characters that stay at the end of a text that is shortened."""


class Column(Record, frozen=True, kw_only=True):
    """Fetches of one page and credentials mode whose results are the same: those of browsers that agree.

    `indexes` are their places in the route. `is_divided` says that other browsers got another result.
    """

    fetches: tuple[FetchRecord, ...]
    indexes: tuple[int, ...]
    is_divided: bool

    @property
    def fetch(self) -> FetchRecord:
        """The first of them, which stands for all."""
        return self.fetches[0]

    @property
    def browsers(self) -> tuple[str, ...]:
        return tuple(fetch.browser for fetch in self.fetches)

    @property
    def is_for_comparison(self) -> bool:
        """Whether nobody chose the credentials mode."""
        return self.fetches[0].caller.for_comparison

    def verdict(self, header: HeaderRecord) -> HeaderVerdict:
        """The verdict on a header of the route."""
        return header.verdicts[self.indexes[0]]


def columns_of(route: RouteRecord) -> tuple[tuple[Column, ...], ...]:
    """The results of a route for each of its pages, in the order of its fetches."""
    groups: dict[tuple[str, str], dict[object, list[int]]] = {}
    for index, fetch in enumerate(route.fetches):
        verdicts = tuple([(verdict.clause, verdict.sent) for verdict in (h.verdicts[index] for h in route.headers)])
        alike = groups.setdefault((page_of(fetch), fetch.credentials), {})
        alike.setdefault((status_of(fetch), _result(fetch), verdicts), []).append(index)
    pages: dict[str, list[Column]] = {}
    for (page, _), alike in groups.items():
        pages.setdefault(page, []).extend(
            Column(
                fetches=tuple(route.fetches[index] for index in indexes),
                indexes=tuple(indexes),
                is_divided=len(alike) > 1,
            )
            for indexes in alike.values()
        )
    return tuple(map(tuple, pages.values()))


def _result(fetch: FetchRecord) -> object:
    result = fetch.result
    return sentence(result) if isinstance(result, NetworkError) else result.type


@lru_cache(1024)
def _text(value: object) -> str:
    return str(value)


def page_of(fetch: FetchRecord) -> str:
    """The origin of the page."""
    return _text(fetch.caller.page)


def status_of(fetch: FetchRecord) -> int | None:
    """The status of the last response to the request itself; None if there is none."""
    return None if fetch.response is None else fetch.response.status


def final_url(fetch: FetchRecord) -> str | None:
    """The URL that responded last, if redirects led away from the URL that was requested."""
    requests = [exchange.request for exchange in fetch.exchanges if exchange.request.purpose == "request"]
    if fetch.response is None or len(requests) < 2 or requests[-1].url == requests[0].url:  # noqa: PLR2004
        return None
    return shown_url(str(requests[-1].url))


def name_of(route: RouteRecord) -> str:
    """The method and the path, and the step of a profile."""
    return f"{route.method} {shown_path(route.url)}{f' ({route.step})' if route.step else ''}"


def title_of(route: RouteRecord) -> str:
    """The step of a profile, the method and the URL."""
    step = f"{route.step}: " if route.step else ""
    return f"{step}{route.method} {shown_url(route.url)}"


def state_of(verdict: HeaderVerdict) -> str:
    """A verdict in one word."""
    if verdict.readable:
        return "readable"
    if verdict.clause == "blocked":
        return "blocked"
    return "hidden" if verdict.sent else "absent"


# --- findings -------------------------------------------------------------------------------------------


def headline(finding: Finding) -> str:
    """The fault in one sentence, without a full stop; of several subjects it states the number."""
    from hdrcli.rules import headline

    return headline(finding.code, finding.subjects)


def fix_text(finding: Finding, stack: Stack) -> FixText | None:
    """The setting that fixes it, as it is written in this stack; None where the fix is not a setting."""
    return None if finding.fix_setting is None else text_for(finding.fix_setting, stack)


# --- redaction ------------------------------------------------------------------------------------------


def shown_url(url: str) -> str:
    """A URL without secrets. A server may redirect to one of any length."""
    return shortened(redact_text(url), _LONGEST_URL)


def shown_text(text: str) -> str:
    """A text that quotes a server, without secrets."""
    return redact_text(text)


def shown_path(url: str) -> str:
    """A URL's path and query without secrets: in the report of one service its origin is known."""
    shown = shown_url(url)
    _, separator, path = shown.partition("://")[2].partition("/")
    return f"/{path}" if separator else shown


def shown_value(name: str, value: str) -> str:
    """The value of a response header without secrets."""
    return redact_response_header((name, value))[1]


def shown_headers(headers: Iterable[Header]) -> Iterator[Header]:
    """Response headers without secrets."""
    return map(redact_response_header, headers)


def shown_request_headers(request: HTTPRequest) -> Iterator[Header]:
    """The headers of a request without secrets: none of those that are added to the browser's shows its value."""
    browser_s = len(request.sent_headers) - len(request.added)
    for number, header in enumerate(request.sent_headers):
        is_shown = number < browser_s or are_secrets_shown()
        yield redact_request_header(header) if is_shown else (header[0], REDACTED)


def shown_body(body: str) -> str:
    """The body of a request, all of which may be a secret."""
    return body if are_secrets_shown() else REDACTED


def shown_heads(exchange: Exchange) -> Iterator[str] | None:
    """The lines of a response as they came, but for secrets; None if the transport has parsed them itself."""
    if exchange.raw is None or not any(exchange.raw.heads):
        return None
    return _shortened_lines(line for head in exchange.raw.heads for line in redact_head(head))


def _shortened_lines(lines: Iterable[str]) -> Iterator[str]:
    """Each line shortened, and more so when there are many."""
    total = 0
    for line in lines:
        shown = shortened(line, _LONGEST_LINE if total < _SHOWN_HEAD else 2 * _SHOWN_END)
        total += len(shown)
        yield shown


def count(number: int, one: str, several: str = "") -> str:
    """A number and its noun: 1 route, 2 routes."""
    return f"{number:,} {one if number == 1 else several or f'{one}s'}"


def listing(names: Sequence[str], most: int) -> str:
    """The first names, and how many more there are."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more:,} more" if more > 0 else "")


def shortened(text: str, length: int) -> str:
    """A text of about `length` at most, as the server decides how long a header is. Its end stays, as it may matter."""
    if len(text) <= length:
        return text
    return f"{text[: length - _SHOWN_END]} ... ({len(text)} characters) ... {text[-_SHOWN_END:]}"


def is_blocked(fetch: FetchRecord) -> bool:
    """Whether the page gets no response at all."""
    return not isinstance(fetch.result, FilteredResponse)
