"""Which response headers can JavaScript read, and by which clause of the standard?

Source: https://fetch.spec.whatwg.org/#concept-filtered-response-cors
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from hdrcli.fetch import FilteredResponse, NetworkError
from hdrcli.fetch.cors import extract_expose_list
from hdrcli.fetch.headers import (
    HTTP_TAB_OR_SPACE,
    UnparsableList,
    is_token,
    sort_and_combine,
    values_of,
)
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.fetch.response import CORS_SAFELISTED_RESPONSE_HEADER_NAMES, FORBIDDEN_RESPONSE_HEADER_NAMES
from hdrcli.records.route import FetchRecord
from hdrcli.records.verdict import Clause, HeaderRecord, HeaderVerdict
from hdrcli.text.field_names import is_registered

_EXPOSE_HEADERS: Final = "Access-Control-Expose-Headers"


def judge_headers(fetches: Sequence[FetchRecord]) -> tuple[HeaderRecord, ...]:
    """Every header that any of the fetches was sent or that an expose list names, in order of appearance."""
    judges = [_Judge(fetch) for fetch in fetches]
    names: dict[str, str] = {}
    for judge in judges:
        for name in judge.names:
            names.setdefault(byte_lowercase(name), name)
    return tuple(
        HeaderRecord(
            name=name,
            custom=not is_registered(name),
            verdicts=tuple(judge.verdict(name) for judge in judges),
        )
        for name in names.values()
    )


def judge_header(name: str, fetch: FetchRecord) -> HeaderVerdict:
    """What one fetch makes of the response header of this name, sent or not."""
    return _Judge(fetch).verdict(name)


def mending_expose_list(
    hidden: Iterable[str],
    headers: Sequence[HeaderRecord],
    fetches: Iterable[FetchRecord],
) -> tuple[str, ...]:
    """The value that Access-Control-Expose-Headers needs for these names to be readable, too.

    The names that stand in the list keep their places: other routes may send them. What "*" exposed is named.
    """
    answers = [fetch.answer for fetch in fetches if fetch.answer is not None]
    lines = [line for answer in answers for line in values_of(_EXPOSE_HEADERS, answer.headers)]
    elements = [element.strip(HTTP_TAB_OR_SPACE) for line in lines for element in line.split(",")]
    listed = [element for element in elements if is_token(element) and element != "*"]
    by_wildcard = [
        header.name
        for header in headers
        if header.custom and any(verdict.clause is Clause.WILDCARD for verdict in header.verdicts)
    ]
    names: dict[str, str] = {}
    for name in [*listed, *by_wildcard, *hidden]:
        names.setdefault(byte_lowercase(name), name)
    return tuple(names.values())


def expose_list(fetch: FetchRecord) -> list[str] | UnparsableList | None:
    """The expose list where it counts: on a response of type "cors"."""
    counts = isinstance(fetch.result, FilteredResponse) and fetch.result.type == "cors"
    return extract_expose_list(fetch.answer.headers) if counts and fetch.answer is not None else None


class _Judge:
    """One fetch's answer, read once: a server may send thousands of headers, and as many names in its list."""

    def __init__(self, fetch: FetchRecord) -> None:
        self._result = fetch.result
        self._with_credentials = fetch.credentials == "include"
        self._values: dict[str, list[str]] = {}
        sent = fetch.answer.headers if fetch.answer is not None else ()
        for name, value in sent:
            self._values.setdefault(byte_lowercase(name), []).append(value)
        taken = fetch.result.internal.header_list if isinstance(fetch.result, FilteredResponse) else ()
        self._taken = frozenset(byte_lowercase(name) for name, _ in taken)
        self._shown = frozenset(name for name, _ in sort_and_combine(taken))
        self._list = expose_list(fetch)
        listed = self._list if isinstance(self._list, list) else []
        self._listed = frozenset(map(byte_lowercase, listed))
        self._list_counts_up_to_fault = bool(
            isinstance(fetch.result, FilteredResponse) and fetch.result.cors_exposed_header_names
        )
        self.names = [*(name for name, _ in sent), *(name for name in listed if name != "*")]

    def verdict(self, name: str) -> HeaderVerdict:
        lowercase = byte_lowercase(name)
        values = tuple(self._values.get(lowercase, ()))
        result = self._result
        readable = isinstance(result, FilteredResponse) and lowercase in self._shown and result.is_readable(lowercase)
        clause, detail = self._clause(lowercase, sent=bool(values))
        return HeaderVerdict(values=values, readable=readable, clause=clause, detail=detail)

    def _clause(self, name: str, *, sent: bool) -> tuple[Clause, str]:
        result = self._result
        if isinstance(result, NetworkError):
            return Clause.BLOCKED, f"The whole response is blocked ({result.failure})."
        if result.type in {"opaque", "opaqueredirect"}:
            return Clause.OPAQUE, f'The response is of type "{result.type}": JavaScript sees none of its headers.'
        if not sent:
            if name in self._listed:
                return Clause.LISTED_NOT_SENT, f"{_EXPOSE_HEADERS} names it, but it is not sent."
            return Clause.NOT_SENT, "It is not sent."
        if name in FORBIDDEN_RESPONSE_HEADER_NAMES:
            return Clause.FORBIDDEN, "No browser ever shows it to JavaScript, exposed or not."
        if name not in self._taken and name == "clear-site-data":
            return Clause.FORBIDDEN, "This browser keeps it to itself, exposed or not."
        if name not in self._taken:
            return (
                Clause.LINES_HIDDEN,
                "It is sent in several lines, which this browser joins to what fetch() never shows.",
            )
        if name not in self._shown:
            return (
                Clause.VALUE_HIDDEN,
                "Its value holds a CR, which this browser leaves there: fetch() never shows that.",
            )
        if result.type == "basic":
            return Clause.SAME_ORIGIN, "The page and the URL are of the same origin."
        if name in CORS_SAFELISTED_RESPONSE_HEADER_NAMES:
            return Clause.SAFELISTED, "It is a CORS-safelisted response-header name: always readable."
        return self._clause_of_list(name)

    def _clause_of_list(self, name: str) -> tuple[Clause, str]:
        if isinstance(self._list, UnparsableList) and self._list_counts_up_to_fault:
            return Clause.WILDCARD, f'{_EXPOSE_HEADERS} has "*", before what voids the list in other browsers.'
        if isinstance(self._list, UnparsableList):
            return (
                Clause.LIST_VOID,
                f'{_EXPOSE_HEADERS} is void as a whole because of "{self._list.element}", which is no header name.',
            )
        if self._list is None:
            return Clause.NOT_LISTED, f"There is no {_EXPOSE_HEADERS} header."
        if name in self._listed:
            return Clause.LISTED, f"{_EXPOSE_HEADERS} names it."
        if "*" not in self._listed:
            return Clause.NOT_LISTED, f"{_EXPOSE_HEADERS} does not name it."
        if self._with_credentials:
            detail = f'{_EXPOSE_HEADERS} has "*", which does not count with credentials.'
            return Clause.WILDCARD_WITH_CREDENTIALS, detail
        return Clause.WILDCARD, f'{_EXPOSE_HEADERS} has "*".'
