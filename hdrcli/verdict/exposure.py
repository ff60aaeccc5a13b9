"""Which response headers can JavaScript read, and by which clause of the standard?

Source: https://fetch.spec.whatwg.org/#concept-filtered-response-cors
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from hdrcli.fetch import FilteredResponse, NetworkError
from hdrcli.fetch.cors import extract_expose_list
from hdrcli.fetch.headers import (
    HTTP_TAB_OR_SPACE,
    UnparsableList,
    is_header_value,
    is_token,
    sort_and_combine,
    values_by_name,
    values_of,
)
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.fetch.response import CORS_SAFELISTED_RESPONSE_HEADER_NAMES, FORBIDDEN_RESPONSE_HEADER_NAMES
from hdrcli.records.route import FetchRecord
from hdrcli.records.verdict import Clause, HeaderRecord, HeaderVerdict
from hdrcli.text.field_names import is_registered

_EXPOSE_HEADERS: Final = "Access-Control-Expose-Headers"


def judge_headers(fetches: Sequence[FetchRecord]) -> tuple[HeaderRecord, ...]:
    """Every header that any of the fetches received or that an expose list names, in order of appearance.

    Browsers mostly agree: fetches with equal results share their verdicts.
    """
    different: list[_Judge] = []
    places = []  # of the judge of each fetch
    for fetch in fetches:
        place = next((place for place, judge in enumerate(different) if judge.judges_alike(fetch)), len(different))
        if place == len(different):
            different.append(_Judge(fetch))
        places.append(place)
    names: dict[str, str] = {}
    for judge in different:
        for name in judge.names:
            names.setdefault(byte_lowercase(name), name)
    records = []
    for lowercase, name in names.items():
        verdicts = [judge.verdict(lowercase) for judge in different]
        in_order = tuple([verdicts[place] for place in places])
        records.append(HeaderRecord(name=name, custom=not is_registered(name), verdicts=in_order))
    return tuple(records)


def judge_header(name: str, fetch: FetchRecord) -> HeaderVerdict:
    """What one fetch makes of the response header of this name, sent or not."""
    return _Judge(fetch).verdict(byte_lowercase(name))


def complete_expose_list(
    hidden: Iterable[str],
    headers: Sequence[HeaderRecord],
    fetches: Iterable[FetchRecord],
) -> tuple[str, ...]:
    """The value of Access-Control-Expose-Headers that makes these names readable, too.

    The names that are in the list keep their places: other routes may send them. What "*" exposed is named.
    """
    responses = [fetch.response for fetch in fetches if fetch.response is not None]
    lines = [line for response in responses for line in values_of(_EXPOSE_HEADERS, response.headers)]
    elements = [element.strip(HTTP_TAB_OR_SPACE) for line in dict.fromkeys(lines) for element in line.split(",")]
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
    return extract_expose_list(fetch.response.headers) if counts and fetch.response is not None else None


class _Judge:
    """The response of one fetch, read once: a server may send thousands of headers, and name as many in its list."""

    def __init__(self, fetch: FetchRecord) -> None:
        self._fetch = fetch
        self._result = fetch.result
        self._with_credentials = fetch.credentials == "include"
        sent = fetch.response.headers if fetch.response is not None else ()
        self._values = values_by_name(sent)
        taken = fetch.result.internal.header_list if isinstance(fetch.result, FilteredResponse) else ()
        self._taken: Collection[str] = values_by_name(taken).keys()
        self._shown: Collection[str] = self._taken
        if not is_header_value("".join([value for _, value in taken])):
            self._shown = frozenset(name for name, _ in sort_and_combine(taken))
        self._list = expose_list(fetch)
        listed = self._list if isinstance(self._list, list) else []
        self._listed = frozenset(map(byte_lowercase, listed))
        self._list_counts_up_to_fault = bool(
            isinstance(fetch.result, FilteredResponse) and fetch.result.cors_exposed_header_names
        )
        self.names = [*(name for name, _ in sent), *(name for name in listed if name != "*")]

    def judges_alike(self, fetch: FetchRecord) -> bool:
        """Whether this fetch has the same verdicts: its page got the same from the same response."""
        if fetch.is_made_from(self._fetch):
            return True
        one, other = self._result, fetch.result
        if self._with_credentials != (fetch.credentials == "include") or self._fetch.response != fetch.response:
            return False
        if isinstance(one, NetworkError) or isinstance(other, NetworkError):
            return isinstance(one, NetworkError) and isinstance(other, NetworkError)
        return (
            one.type == other.type
            and one.internal.header_list == other.internal.header_list
            and one.cors_exposed_header_names == other.cors_exposed_header_names
        )

    def verdict(self, lowercase: str) -> HeaderVerdict:
        values = tuple(self._values.get(lowercase, ()))
        result = self._result
        readable = isinstance(result, FilteredResponse) and lowercase in self._shown and result.is_readable(lowercase)
        return HeaderVerdict(values=values, readable=readable, clause=self._clause(lowercase, sent=bool(values)))

    def _clause(self, name: str, *, sent: bool) -> Clause:
        result = self._result
        if isinstance(result, NetworkError):
            return Clause.BLOCKED
        if result.type in {"opaque", "opaqueredirect"}:
            return Clause.OPAQUE
        if not sent:
            return Clause.LISTED_NOT_SENT if name in self._listed else Clause.NOT_SENT
        if name in FORBIDDEN_RESPONSE_HEADER_NAMES:
            return Clause.FORBIDDEN
        if name not in self._taken and name == "clear-site-data":
            return Clause.FORBIDDEN_IN_THIS_BROWSER
        if name not in self._taken:
            return Clause.LINES_HIDDEN
        if name not in self._shown:
            return Clause.VALUE_HIDDEN
        if result.type == "basic":
            return Clause.SAME_ORIGIN
        if name in CORS_SAFELISTED_RESPONSE_HEADER_NAMES:
            return Clause.SAFELISTED
        return self._clause_of_list(name)

    def _clause_of_list(self, name: str) -> Clause:
        if isinstance(self._list, UnparsableList):
            return Clause.WILDCARD if self._list_counts_up_to_fault else Clause.LIST_VOID
        if self._list is None:
            return Clause.NO_LIST
        if name in self._listed:
            return Clause.LISTED
        if "*" not in self._listed:
            return Clause.NOT_LISTED
        return Clause.WILDCARD_WITH_CREDENTIALS if self._with_credentials else Clause.WILDCARD
