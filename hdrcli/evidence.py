"""Raw lines as evidence: what was seen, as it was sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hdrcli.fetch import HTTPResponse
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.model import FetchRecord, HeaderRecord


def raw_lines(answer: HTTPResponse, *names: str) -> tuple[str, ...]:
    """The lines of these names, each as sent, in order; "no Name" for a name that is not there."""
    wanted = {byte_lowercase(name): name for name in names}
    found = [(byte_lowercase(name), f"{name}: {value}") for name, value in answer.headers]
    missing = wanted.keys() - {name for name, _ in found}
    return (
        *(line for name, line in found if name in wanted),
        *(f"no {name}" for lowercase, name in wanted.items() if lowercase in missing),
    )


def answer_lines(fetches: Sequence[FetchRecord], *names: str) -> tuple[str, ...]:
    """`raw_lines` of the answers that these fetches got."""
    return tuple(
        dict.fromkeys(
            line for fetch in fetches if fetch.answer is not None for line in raw_lines(fetch.answer, *names)
        ),
    )


def sent_lines(headers: Iterable[HeaderRecord]) -> tuple[str, ...]:
    """The lines of these headers, from the first fetch that was sent them."""
    return tuple(
        dict.fromkeys(
            f"{header.name}: {value}"
            for header in headers
            for value in next((verdict.values for verdict in header.verdicts if verdict.sent), ())
        ),
    )
