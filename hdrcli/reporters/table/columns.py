"""The columns of a page's table: its fetches, those that came to the same end together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from hdrcli.fetch import NetworkError
from hdrcli.records.route import FetchRecord, RouteRecord
from hdrcli.records.verdict import HeaderRecord
from hdrcli.verdict.failures import sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """Fetches of one page that differ in nothing that is shown but a browser's words, and what they are called."""

    label: str
    fetches: tuple[FetchRecord, ...]

    @property
    def fetch(self) -> FetchRecord:
        """Any of them."""
        return self.fetches[0]


def by_page(route: RouteRecord) -> Iterable[tuple[str, list[Column], list[HeaderRecord]]]:
    """The columns of each page, with the headers' verdicts for them alone.

    Browsers that agree share a column, which does not name them.
    """
    for page, group in groupby(range(len(route.fetches)), key=lambda index: str(route.fetches[index].page)):
        alike: dict[tuple[object, ...], list[int]] = {}
        for index in group:
            fetch = route.fetches[index]
            verdicts = tuple((header.verdicts[index].sent, header.verdicts[index].clause) for header in route.headers)
            seen = (final_status(fetch), failure_of(fetch), verdicts)
            alike.setdefault((fetch.credentials, *seen), []).append(index)
        split = Counter(credentials for credentials, *_ in alike)
        columns = [
            Column(
                label=_label(fetches, alone=split[str(credentials)] == 1),
                fetches=fetches,
            )
            for (credentials, *_), indexes in alike.items()
            for fetches in [tuple(route.fetches[index] for index in indexes)]
        ]
        firsts = [indexes[0] for indexes in alike.values()]
        headers = [
            HeaderRecord(name=header.name, custom=header.custom, verdicts=tuple(header.verdicts[i] for i in firsts))
            for header in route.headers
        ]
        yield page, columns, headers


def fetches_of(columns: Iterable[Column]) -> list[FetchRecord]:
    """All that the columns stand for."""
    return [fetch for column in columns for fetch in column.fetches]


def failure_of(fetch: FetchRecord) -> tuple[str, str] | None:
    """The code of the failure and its sentence; None where there is a response."""
    result = fetch.result
    return (str(result.failure), sentence(result)) if isinstance(result, NetworkError) else None


def final_status(fetch: FetchRecord) -> str:
    """The status of the last answer to the request itself, or why there is none."""
    if fetch.answer is not None:
        return str(fetch.answer.status)
    asked = any(exchange.request.purpose == "request" for exchange in fetch.exchanges)
    return "no answer" if asked else "not sent"


def _label(fetches: Sequence[FetchRecord], *, alone: bool) -> str:
    mode = fetches[0].credentials
    return mode if alone else " ".join([mode, *dict.fromkeys(fetch.browser for fetch in fetches)])
