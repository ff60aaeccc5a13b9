"""What went over the wire: one line an exchange, and (with --verbose) its raw lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from hdrcli.fetch import HTTPResponse, TransportFailure
from hdrcli.records.exchange import Exchange
from hdrcli.records.route import RouteRecord
from hdrcli.reporters.table.printing import INDENT, Output
from hdrcli.text.redaction import redact_head, redact_request_header, redact_response_header
from hdrcli.verdict.failures import transport_sentence

_EARLY_HINTS: Final = 103
_SHOWN_LINES: Final = 2000
"""A server may send hundreds of thousands."""


def exchange_lines(exchange: Exchange, *, verbose: bool) -> Iterator[str]:
    """What the exchange was, and (with `verbose`) its raw lines behind ">" and "<"."""
    request, response = exchange.request, exchange.response
    received = list(map(redact_response_header, response.headers)) if isinstance(response, HTTPResponse) else []
    preflight = "preflight " if request.purpose == "preflight" else ""
    status = response.status if isinstance(response, HTTPResponse) else response.failure
    location = next((f" to {value}" for name, value in received if name.lower() == "location"), "")
    yield f"{preflight}{request.method} {request.url} -> {status}{location}"
    if verbose:
        yield f"> {request.method} {request.url.target} HTTP/1.1"
        yield from (f"> {name}: {value}" for name, value in map(redact_request_header, request.headers))
        lines = list(_received_lines(exchange))
        yield from (f"< {line}" for line in lines[:_SHOWN_LINES])
        if len(lines) > _SHOWN_LINES:
            yield f"< and {len(lines) - _SHOWN_LINES} more lines"


def _received_lines(exchange: Exchange) -> Iterator[str]:
    """The heads as they came; where the transport has read them itself, what it read."""
    response = exchange.response
    if exchange.raw is not None and any(exchange.raw.heads):
        for head in exchange.raw.heads:
            yield from redact_head(head)
    elif isinstance(response, TransportFailure):
        yield transport_sentence(response)
    else:
        yield str(response.status)
        yield from (f"{name}: {value}" for name, value in map(redact_response_header, response.headers))


def early_hints(exchanges: Iterable[Exchange]) -> str | None:
    """A sentence on the 103 answers that came before others, if any did."""
    hints = [interim for exchange in exchanges for interim in exchange.interim if interim.status == _EARLY_HINTS]
    if not hints:
        return None
    names = ", ".join(dict.fromkeys(name for hint in hints for name, _ in hint.headers))
    return f"103 Early Hints came first{f' ({names})' if names else ''}: JavaScript never sees their headers."


def write_probes(output: Output, route: RouteRecord) -> None:
    """Write what was asked beside the fetches, line by line."""
    for probe in route.probes:
        output.line(f"probe {probe.kind}:", style="dim")
        write_lines(output, exchange_lines(probe.exchange, verbose=True))


def write_lines(output: Output, lines: Iterable[str]) -> None:
    """Write the lines of exchanges, the raw ones further in."""
    for line in lines:
        raw = line.startswith(("> ", "< "))
        output.line(line, style="dim", indent=2 * INDENT if raw else INDENT)
