"""Raw lines as they were sent, without secrets, and the response they are from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hdrcli.fetch import HTTPRequest, HTTPResponse, NetworkError
from hdrcli.fetch.headers import contains, get
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.records.exchange import Exchange
from hdrcli.records.route import FetchRecord
from hdrcli.records.verdict import HeaderRecord
from hdrcli.rules.evidence.blocked import Blocked
from hdrcli.text.redaction import redact_response_header
from hdrcli.verdict.failures import sentence


def failure_sentences(fetches: Iterable[FetchRecord]) -> tuple[str, ...]:
    """The reasons why these fetches failed, one sentence each."""
    return tuple(dict.fromkeys(sentence(fetch.result) for fetch in fetches if isinstance(fetch.result, NetworkError)))


def response_lines(exchange: Exchange, *names: str, if_sent: Iterable[str] = ()) -> tuple[str, ...]:
    """Lines of a response: of `names`, sent or not, and of `if_sent`; the last one names the response."""
    response = exchange.response
    if not isinstance(response, HTTPResponse):
        return ()
    shown = [*names, *(name for name in if_sent if contains(name, response.headers))]
    return *raw_lines(response, *shown), f"in the response to {describe(exchange.request)}, status {response.status}"


def describe(request: HTTPRequest) -> str:
    """A request in a few words, such as "GET from https://app.example"."""
    origin = get("Origin", request.headers)
    page = "without Origin" if origin is None else f"from {origin}"
    if request.purpose != "preflight":
        return f"{request.method} {page}"
    names = get("Access-Control-Request-Headers", request.headers)
    method = get("Access-Control-Request-Method", request.headers)
    return f"the preflight for {method}{f' with {names}' if names else ''} {page}"


def lines_of_responses(exchanges: Iterable[Exchange], *names: str, if_sent: Iterable[str] = ()) -> tuple[str, ...]:
    """`response_lines` of these exchanges: lines that responses share appear once, followed by all of the responses.

    A line that one response has twice appears twice.
    """
    shown = tuple(if_sent)
    unique = {exchange.number: exchange for exchange in reversed(list(exchanges))}
    by_lines: dict[tuple[str, ...], list[str]] = {}
    for exchange in reversed(unique.values()):
        lines = response_lines(exchange, *names, if_sent=shown)
        sources = by_lines.setdefault(lines[:-1], [])
        sources.extend(line for line in lines[-1:] if line not in sources)
    return tuple(line for lines, responses in by_lines.items() for line in (*lines, *responses))


def blocking_lines(blocks: Iterable[Blocked], *names: str, if_sent: Iterable[str] = ()) -> tuple[str, ...]:
    """`response_lines` of the responses that these fetches were blocked over."""
    return lines_of_responses((block.exchange for block in blocks), *names, if_sent=if_sent)


def redirect_lines(exchanges: Iterable[Exchange], *names: str, if_sent: Iterable[str] = ()) -> tuple[str, ...]:
    """`response_lines` of redirects, with their Location."""
    return lines_of_responses(exchanges, "Location", *names, if_sent=if_sent)


def raw_lines(response: HTTPResponse, *names: str) -> tuple[str, ...]:
    """The lines of these names, each as sent, without secrets, in order; "no Name" for a name that is not sent."""
    wanted = {byte_lowercase(name): name for name in names}
    lines = []
    found = set()
    for header in response.headers:
        lowercase = byte_lowercase(header[0])
        if lowercase in wanted:
            found.add(lowercase)
            name, value = redact_response_header(header)
            lines.append(f"{name}: {value}")
    return (*lines, *(f"no {name}" for lowercase, name in wanted.items() if lowercase not in found))


def lines_of_fetches(fetches: Sequence[FetchRecord], *names: str) -> tuple[str, ...]:
    """`raw_lines` of the responses that these fetches received, each line once."""
    responses = {
        fetch.exchanges[-1].number: fetch.response for fetch in reversed(fetches) if fetch.response is not None
    }
    return tuple(
        dict.fromkeys(line for response in reversed(responses.values()) for line in raw_lines(response, *names))
    )


def sent_lines(headers: Iterable[HeaderRecord]) -> tuple[str, ...]:
    """The lines of these headers, without secrets, from the first fetch that received them."""
    return tuple(
        dict.fromkeys(
            f"{header.name}: {redact_response_header((header.name, value))[1]}"
            for header in headers
            for value in next((verdict.values for verdict in header.verdicts if verdict.sent), ())
        ),
    )
