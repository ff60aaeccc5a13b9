"""Recognise a pasted HTTP head, from `curl -i`, `curl -v` or DevTools, and name the command that judges it.

A head shows what was sent. Whether JavaScript can read it depends on the page, on the credentials mode and on the
browser, which only `hdrcli check` can judge, so that this module judges nothing. It parses four forms:

- `curl -i`: a status line and header lines
- `curl -v`: the same with `< `, and the request with `> `, among comments with `* `
- DevTools: "Request URL: …" and the like, pseudo-headers (`:authority: …`), header lines
- DevTools of newer versions: names and values on alternate lines

Unquoted in a shell, the lines of a paste arrive on one line; header names separate them then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct, field

from hdrcli.explanations.commands import check_command
from hdrcli.explanations.known_headers import KNOWN_HEADERS
from hdrcli.explanations.layout import blocks, columns, paragraph
from hdrcli.explanations.server_messages import SERVER_MESSAGES
from hdrcli.explanations.topics import explain_topics, related_rules
from hdrcli.fetch.headers import is_token
from hdrcli.fetch.safelist import is_cors_safelisted_request_header
from hdrcli.targets.page_headers import call_of
from hdrcli.text.escaping import printable
from hdrcli.text.field_names import is_registered
from hdrcli.text.header_redaction import redact_response_header
from hdrcli.text.redaction import redact_text

_STATUS_LINE: Final = re.compile(r"HTTP/[\d.]+ (?P<status>\d{3})\b")
_REQUEST_LINE: Final = re.compile(r"(?P<method>[A-Z]+) (?P<target>\S+) HTTP/[\d.]+")
_DEVTOOLS: Final = re.compile(
    r"(?P<label>Request URL|Request Method|Status Code|Remote Address|Referrer Policy):?(?:\s+(?P<value>.+))?",
    re.IGNORECASE,
)
_ON_ONE_LINE: Final = re.compile(r"\s+(?=(?:[<>*] )?(?:HTTP/[\d.]+ \d{3}|:?[A-Za-z][A-Za-z0-9-]*: ))")
_FEWEST: Final = 2
"""Header lines that make a head without a status line or a request line; a single one is explained as a header."""
_ERROR: Final = 400

_WIRE: Final = (
    "These headers show what was sent. Whether JavaScript in a page can read the response, and which of its headers, "
    "depends on the page's origin, on credentials and on the browser: hdrcli check finds out. If the service is out of "
    "reach, give it a file with what curl -v prints, or a HAR file of DevTools."
)
_NO_ORIGIN: Final = (
    "The request had no Origin header, as curl sends none by itself. Many services send CORS headers only to requests "
    "with an Origin, so their absence here proves nothing."
)
_ERROR_WITHOUT_CORS: Final = (
    "The status is an error, and there is no Access-Control-Allow-Origin. A browser would report CORS; the error is "
    "the real problem."
)


class Head(Struct, kw_only=True):
    """The parts of a pasted request and response; names are in lower case. Unknown parts are empty or None."""

    method: str | None = None
    target: str | None = None
    status: int | None = None
    has_request: bool = False
    request: list[tuple[str, str]] = field(default_factory=list)
    response: list[tuple[str, str]] = field(default_factory=list)

    def sent(self, name: str) -> str | None:
        """A header of the request."""
        return dict(self.request).get(name)

    @property
    def is_preflight(self) -> bool:
        """Whether the request asks for permission to send another one."""
        return self.sent("access-control-request-method") is not None

    @property
    def url(self) -> str | None:
        """The URL, from DevTools or from the request's target and host."""
        target = self.target or self.sent(":path")
        if target is None or "://" in target:
            return target
        host = self.sent("host") or self.sent(":authority")
        return f"{self.sent(':scheme') or 'http'}://{host}{target}" if host and target.startswith("/") else None


def explain_head(text: str) -> str:
    """Explain a pasted head, and the messages in the body below it; empty for any other text."""
    head = _parse(text)
    if head is None:
        return ""
    names = {name for name, _ in head.response}
    blocked_by_error = (head.status or 0) >= _ERROR and "access-control-allow-origin" not in names
    return blocks(
        _title(head),
        paragraph(_WIRE),
        f"Found in the text:\n{columns(_found(head))}",
        "" if not head.has_request or head.sent("origin") else paragraph(_NO_ORIGIN),
        blocks(paragraph(_ERROR_WITHOUT_CORS), related_rules(("HDR107", "HDR201"))) if blocked_by_error else "",
        explain_topics(SERVER_MESSAGES, text, with_commands=False),
        f"To see what a browser makes of it:\n  {_command(head)}",
    )


def _title(head: Head) -> str:
    if head.is_preflight:
        return "A preflight, as curl or DevTools show it"
    if head.response or head.status is not None:
        return "The headers of a response, as curl or DevTools show them"
    return "The headers of a request, as curl or DevTools show them"


def _found(head: Head) -> list[tuple[str, str]]:
    cors = [redact_response_header(header) for header in head.response if header[0].startswith("access-control-")]
    custom = dict.fromkeys(name for name, _ in head.response if not is_registered(name) and not name.startswith(":"))
    rows = [
        ("URL", redact_text(head.url or "")),
        ("method", head.method or ""),
        ("page", head.sent("origin") or ""),
        ("status", str(head.status or "")),
        *cors,
        ("custom headers", ", ".join(custom)),
    ]
    if not cors and head.response:
        rows.append(("CORS headers", "none"))
    return [(label, printable(value)) for label, value in rows if value]


def _command(head: Head) -> str:
    """The page's request: that of a preflight is the one that it asks for."""
    method = head.sent("access-control-request-method") if head.is_preflight else head.method
    return printable(
        check_command(
            url=head.url and redact_text(head.url),
            page=head.sent("origin"),
            method=None if method in {None, "GET"} else method,
            header_names=_names_set_by_the_page(head),
            credentials=head.sent("cookie") is not None,
        )
    )


def _names_set_by_the_page(head: Head) -> list[str]:
    """The headers because of which the browser sends a preflight."""
    listed = head.sent("access-control-request-headers")
    if listed is not None:
        return [name.strip() for name in listed.split(",") if is_token(name.strip())]
    set_by_page = call_of(head.request).headers
    return [name for name, value in set_by_page if not is_cors_safelisted_request_header(name, value)]


def _parse(text: str) -> Head | None:
    """Read the lines; of several responses, as `curl -L` prints them, the last one counts."""
    lines = [line.strip("\r") for line in text.strip().splitlines()]
    if len(lines) == 1:
        lines = _ON_ONE_LINE.split(lines[0])
    head = Head()
    side = head.response
    is_head = False
    known = 0
    rest = iter(lines)
    for line in rest:
        mark, bare = line[:1], line[2:] if line[:2] in {"< ", "> "} else line.strip()
        if (devtools := _DEVTOOLS.fullmatch(bare)) is not None:
            _take_from_devtools(head, devtools["label"].lower(), devtools["value"] or next(rest, ""))
            is_head = True
        elif (request := _REQUEST_LINE.fullmatch(bare)) is not None:
            head.method, head.target, head.has_request = request["method"], request["target"], True
            side, is_head = head.request, True
        elif (status := _STATUS_LINE.match(bare)) is not None:
            head.status, head.response, is_head = int(status["status"]), [], True
            side = head.response
        elif (header := _header(bare, rest)) is not None:
            own = _side(head, header[0], mark)
            (side if own is None else own).append(header)
            known += _is_known(header[0])
    return head if (is_head and known) or known >= _FEWEST else None


def _take_from_devtools(head: Head, label: str, value: str) -> None:
    value = value.strip()
    if label == "request url":
        head.target = value
    elif label == "request method":
        head.method = value
    elif label == "status code" and (status := re.search(r"\d{3}", value)) is not None:
        head.status = int(status[0])


def _header(line: str, rest: Iterator[str]) -> tuple[str, str] | None:
    """A header line, or a name on a line of its own, the value of which is on the next one."""
    name, colon, value = line.lstrip(":").partition(":")
    pseudo = ":" if line.startswith(":") else ""
    if colon and is_token(name):
        return pseudo + name.lower(), value.strip()
    if not colon and _is_known(line.lower()) and is_token(line):
        return line.lower(), next(rest, "").strip()
    return None


def _side(head: Head, name: str, mark: str) -> list[tuple[str, str]] | None:
    """The list that a header belongs to, if it can be determined: DevTools does not mark the sides."""
    if mark in {"<", ">"}:
        return head.request if mark == ">" else head.response
    known = KNOWN_HEADERS.get(name)
    if name.startswith((":", "sec-fetch-", "sec-ch-", "access-control-request-")):
        return head.request
    if known is not None and not known.on_response and name != "set-cookie":
        return head.request
    if known is not None and not known.on_request:
        return head.response
    return None


def _is_known(name: str) -> bool:
    return is_registered(name) or name in KNOWN_HEADERS or name.startswith(("x-", ":"))
