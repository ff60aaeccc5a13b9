"""Raw lines as they were sent, without secrets, and the response they are from."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Sequence
from typing import Final

from hdrcli.fetch import URL, HTTPRequest, HTTPResponse, NetworkError
from hdrcli.fetch.headers import contains, get
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.records.exchange import Exchange
from hdrcli.records.route import FetchRecord
from hdrcli.records.verdict import HeaderRecord
from hdrcli.rules.evidence.blocked import Blocked
from hdrcli.text.header_redaction import redact_line, redact_response_header
from hdrcli.text.redaction import REDACTED, redact_text
from hdrcli.text.secrets import are_secrets_shown
from hdrcli.verdict.failures import sentence


def failure_sentences(fetches: Iterable[FetchRecord]) -> tuple[str, ...]:
    """The reasons why these fetches failed, one sentence each."""
    return tuple(dict.fromkeys(sentence(fetch.result) for fetch in fetches if isinstance(fetch.result, NetworkError)))


_LONGEST_BODY_LINE: Final = 120
_tags = re.compile(r"<[^<>]*+>").sub
_line_breaks = re.compile(r"<br\b[^<>]*+>", re.IGNORECASE).sub
_has_two_words = re.compile(r"[^\W\d_]{2,}\W+[^\W\d_]{2,}").search
_long_words = re.compile(r"[^\s\"'<>,;]{25,}").sub


def text_of_body(response: HTTPResponse) -> str:
    """The beginning of a body, as text in UTF-8; empty if it is compressed or wasn't read."""
    if contains("Content-Encoding", response.headers):
        return ""
    return response.body.removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace")


def body_line(body: str) -> str:
    """The first line of a body that says something, without tags, controls, and words that may be secrets.

    That is one of two words, as a title such as "Error" says less than the text below it; JSON is read as one line.
    """
    is_json = body.lstrip().startswith(("{", "["))
    lines = [body] if is_json else _line_breaks("\n", body).splitlines()
    lines = [" ".join(_tags(" ", line).split()) for line in lines]
    line = next(filter(_has_two_words, lines), None) or next(filter(None, lines), "")
    line = line[:_LONGEST_BODY_LINE]
    plain = redact_line("".join(character for character in line if character.isprintable()))
    return plain if are_secrets_shown() else _long_words(REDACTED, plain)


def body_evidence(line: str) -> tuple[str, ...]:
    """The note that quotes `body_line`; none if the body has no text."""
    return (f"its body begins: {line}",) if line else ()


def response_lines(exchange: Exchange, *names: str, if_sent: Iterable[str] = (), url: bool = False) -> tuple[str, ...]:
    """Lines of a response: of `names`, sent or not, and of `if_sent`; the last one names the response.

    `url` says that its URL is not that of the route.
    """
    response = exchange.response
    if not isinstance(response, HTTPResponse):
        return ()
    shown = [*names, *(name for name in if_sent if contains(name, response.headers))]
    where = f" of {redact_text(str(exchange.request.url))}" if url else ""
    source = f"in the response to {describe(exchange.request)}{where}, status {response.status}"
    return *raw_lines(response, *shown), source


def describe(request: HTTPRequest) -> str:
    """A request in a few words, such as "GET from https://app.example"."""
    origin = get("Origin", request.headers)
    page = "without Origin" if origin is None else f"from {origin}"
    if request.purpose != "preflight":
        return f"{request.method} {page}"
    names = get("Access-Control-Request-Headers", request.headers)
    method = get("Access-Control-Request-Method", request.headers)
    return f"the preflight for {method}{f' with {names}' if names else ''} {page}"


def lines_of_responses(
    exchanges: Iterable[Exchange], *names: str, if_sent: Iterable[str] = (), route: URL | None = None
) -> tuple[str, ...]:
    """`response_lines` of these exchanges: lines that responses share appear once, followed by all of the responses.

    A line that one response has twice appears twice.
    """
    shown = tuple(if_sent)
    unique = {exchange.number: exchange for exchange in reversed(list(exchanges))}
    by_lines: dict[tuple[str, ...], list[str]] = {}
    for exchange in reversed(unique.values()):
        is_elsewhere = route is not None and exchange.request.url != route
        lines = response_lines(exchange, *names, if_sent=shown, url=is_elsewhere)
        sources = by_lines.setdefault(lines[:-1], [])
        sources.extend(line for line in lines[-1:] if line not in sources)
    return tuple(line for lines, responses in by_lines.items() for line in (*lines, *responses))


def blocking_lines(blocks: Iterable[Blocked], *names: str, if_sent: Iterable[str] = ()) -> tuple[str, ...]:
    """`response_lines` of the responses that these fetches were blocked over."""
    blocks = tuple(blocks)
    route = blocks[0].fetch.exchanges[0].request.url if blocks else None
    return lines_of_responses((block.exchange for block in blocks), *names, if_sent=if_sent, route=route)


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
