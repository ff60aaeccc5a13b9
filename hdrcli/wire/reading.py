"""Reads the heads of an HTTP/1 response as a user agent does, sans I/O.

Theory of operation
-------------------
`HeadReader` has cut the bytes into heads; nothing has been decoded yet. `read_response` reads one head after the other
as one user agent reads them: 1xx responses are interim, the first other one is the response, and a head that the user
agent refuses is a `TransportFailure`. The same bytes are read once for each user agent that is simulated, so that one
request on the wire serves all of them. Almost every head is well-formed, and all user agents read it the same way:
`is_read_alike` recognises those, as `_read_lines` has noted that their lines are well-formed.

RFC 9112 leaves open what to do with a malformed head. This module does what Chromium, Firefox and WebKit agree on, or
two of them: it skips lines without a colon or with a malformed name, a bare LF ends a line, and a NUL makes the whole
head an error. Where one of them reads otherwise, a field of `UserAgent` says how. Every function here takes bytes or
text of any content and length and raises nothing.

A head is read in this order: does it begin with a status line (`_STATUS_LINES`), if not is it HTTP/0.9
(`_without_head`); is the status a number (`_STATUSES`); the header lines, with continued lines joined (`_read_lines`);
then the fields that say how long the body is, as contradictions among them are errors (`_body_length_fault`).

Source: https://www.rfc-editor.org/rfc/rfc9112.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Final, TypeGuard

from hdrcli.fetch import USER_AGENTS, Failure, HTTPRequest, HTTPResponse, TransportFailure, TransportSubject, UserAgent
from hdrcli.fetch.headers import HTTP_TAB_OR_SPACE, HTTP_WHITESPACE, Header, IndexedHeaders, is_token, values_of
from hdrcli.fetch.user_agent.head import ContinuedLine, StatusCode, StatusLine
from hdrcli.records.exchange import Exchange, RawHead, RawStream
from hdrcli.structs import replace
from hdrcli.wire.body import is_without_body
from hdrcli.wire.head import BEGINNING_SIZE

Head = HTTPResponse | TransportFailure

SWITCHING_PROTOCOLS: Final = 101
_STATUS_IF_ABSENT: Final = 200
_MAX_STATUS_DIGITS: Final = 9
QUOTED: Final = 40
"""Characters of a server's text that a message quotes."""

_SMALLEST_LIMIT: Final = min(user_agent.head.max_head_size for user_agent in USER_AGENTS.values())

_EMPTY_REPLY: Final = TransportFailure(failure=Failure.EMPTY_REPLY)


_well_formed_status_line = re.compile(rb"HTTP/1\.1 [2-5][0-9]{2} [\t -~]*\r\n").match


def read_response(raw: RawHead | RawStream, request: HTTPRequest, user_agent: UserAgent) -> Exchange:
    """The response to `request` as `user_agent` reads it: interim responses, and the final one or a failure."""
    if isinstance(raw, RawStream):
        from hdrcli.wire.http2.reading import read_stream

        return read_stream(raw, request, user_agent)
    interim: list[HTTPResponse] = []
    response: Head = _EMPTY_REPLY
    for number, data in enumerate(raw.heads):
        end = raw.end if number == len(raw.heads) - 1 else "whole"
        if len(data) > user_agent.head.max_head_size or end == "too large":
            head: Head = _invalid("head-too-large", expected=f"{user_agent.head.max_head_size // 1024} KiB")
        else:
            head = _read_head(data, request, user_agent, cut_off=end == "cut off", is_first=number == 0)
        if not _is_interim(head, user_agent):
            response = head
            break
        if end == "whole":
            interim.append(head)
    if raw.body and isinstance(response, HTTPResponse):
        response = replace(response, body=raw.body)
    return Exchange(request=request, response=response, interim=tuple(interim), raw=raw)


def is_read_alike(exchange: Exchange) -> bool:
    """Whether every user agent reads the response the same way, because it is well-formed."""
    if not isinstance(exchange.raw, RawHead) or not isinstance(exchange.response, HTTPResponse):
        return False  # over HTTP/2, Firefox adds a header to each
    (head, *more), end = exchange.raw.heads, exchange.raw.end
    if more or end != "whole" or len(head) > _SMALLEST_LIMIT or not _well_formed_status_line(head):
        return False
    headers = exchange.response.headers
    if not (isinstance(headers, IndexedHeaders) and headers.is_well_formed):
        return False
    lengths = values_of("Content-Length", headers)
    codings = values_of("Transfer-Encoding", headers)
    if codings:
        return codings == ["chunked"] and not lengths
    return not lengths or (len(lengths) == 1 and lengths[0].isdecimal())


def _read_head(data: bytes, request: HTTPRequest, user_agent: UserAgent, *, cut_off: bool, is_first: bool) -> Head:
    if cut_off and not data.strip(b"\r\n"):
        return _EMPTY_REPLY
    text = data.decode("latin-1")
    status_line = _status_line(user_agent.head.status_line, user_agent.head.status_code).match(text)
    may_be_a_head = status_line is not None or len(data) < BEGINNING_SIZE
    if cut_off and may_be_a_head and not _may_be_cut_off(data, request, user_agent):
        return _invalid("head-cut-off")
    if status_line is None:
        return _without_head(text, request, user_agent, is_first=is_first)
    if "\0" in text and not user_agent.head.nul_allowed_outside_values:
        return _NUL
    if status_line["faulty"] is not None:
        return _no_status_line(text.lstrip("\r\n"))
    lines = text[status_line.end() :]
    headers = _read_lines(lines.removesuffix("\r") if cut_off else lines, user_agent)
    if "\0" in text and any("\0" in value for _, value in headers):
        return _NUL
    status = _STATUS_IF_ABSENT if status_line["status"] is None else _number(status_line["status"])
    return _body_length_fault(status, headers, request, user_agent) or HTTPResponse(status=status, headers=headers)


# --- status lines --------------------------------------------------------------------------------------------------

_STATUS_LINES: Final[Mapping[StatusLine, str]] = {
    "version": r".{0,4}?HTTP/(?:[0-9]+\.[0-9]+|[0-9]+(?=[ \t]))|\s{0,4}ICY(?=[ \t])",
    "any-version": r".{0,4}?(?i:HTTP)[^ \r\n]*",
    "major-version-1": r"(?:.{0,4}?HTTP/1\.|[ \t\r\n]{0,5}HTTP/[23]|[ \t\r\n]{0,7}(?i:ICY(?=[ ])))[^ \n]*",
    "version-1.0-or-1.1": r"(?![\r\n]+\n\n)[\r\n]{0,4}(?:HTTP/0*1\.0*[01](?![0-9])|ICY)",
}
_LINE_END: Final = r"\r*(?:\n|\Z)"
_STATUSES: Final[Mapping[StatusCode, str]] = {
    "up-to-three-digits": r"(?:[ \t]+(?P<status>[0-9]{1,3})(?![0-9])[^\n]*)?" + _LINE_END,
    "up-to-three-digits-and-space": r"(?:[ ][ \t\r]*(?P<status>[0-9]{1,3})(?:[ \t\r][^\n]*)?)?" + _LINE_END,
    "any-digits": r"(?:[ ]+(?P<status>[0-9]+))?[^\r\n]*",  # a bare CR is a line end, too
    "three-digits-from-100": r"[ \t]*(?P<status>[1-9][0-9]{2})(?![0-9])[^\n]*" + _LINE_END,
}


@cache
def _status_line(status_line: StatusLine, status: StatusCode) -> re.Pattern[str]:
    """Matches a beginning that counts as a status line, to the end of the line; the group "faulty" if its status is."""
    pattern = rf"(?:{_STATUS_LINES[status_line]})(?:{_STATUSES[status]}|(?P<faulty>))"
    return re.compile(pattern, re.DOTALL)


def _number(digits: str) -> int:
    """A status as a number of 16 bits: Chromium accepts any number of digits, and JavaScript gets 16 bits."""
    significant = digits.lstrip("0")
    return 0xFFFF if len(significant) > _MAX_STATUS_DIGITS else int(significant or "0") & 0xFFFF


def _without_head(text: str, request: HTTPRequest, user_agent: UserAgent, *, is_first: bool) -> Head:
    """A response without a status line may be HTTP/0.9: a body and nothing else."""
    on_all_ports = user_agent.head.response_without_head == "body"
    taken = on_all_ports or (
        user_agent.head.response_without_head == "body-on-default-ports" and request.url.port is None
    )
    if taken and is_first and request.method != "PUT":
        return HTTPResponse(status=_STATUS_IF_ABSENT, headers=())
    if text.startswith("\x15\x03"):
        return _invalid("tls-alert")
    return _NUL if "\0" in text else _no_status_line(text)


def _no_status_line(text: str) -> TransportFailure:
    first = text.partition("\n")[0].rstrip("\r")
    return _invalid("status-line", first[:QUOTED]) if first else _invalid("empty-lines")


def _may_be_cut_off(data: bytes, request: HTTPRequest, user_agent: UserAgent) -> bool:
    match user_agent.head.head_cut_off:
        case "accepted":
            return True
        case "accepted-over-http":
            return request.url.scheme != "https"
        case "accepted-after-whole-line":
            return data.endswith(b"\n")


# --- header lines --------------------------------------------------------------------------------------------------

_JOINS: Final[Mapping[ContinuedLine, Callable[[list[str]], str]]] = {
    "one-space": lambda parts: " ".join(part.rstrip("\r") for part in _without_indent(parts)),
    "spaces-kept": "".join,
    "spaces-collapsed": lambda parts: " ".join(filter(None, (part.rstrip("\t\r ") for part in _without_indent(parts)))),
}
"""By what line breaks and the spaces around them become: joins a line and the lines that continue it."""


_plain_lines = re.compile(r"^([!#$%&'*+.^_`|~0-9A-Za-z-]+):([^\r\n]*)\r\n", re.MULTILINE).findall
"""The names and the values of well-formed lines."""


def _well_formed_lines(text: str) -> IndexedHeaders | None:
    """The header lines if all are well-formed, as almost always; otherwise None."""
    if text != "\r\n":
        text = text.removeprefix("\r\n")  # the status line's, for a user agent that ends it at the CR
    found = _plain_lines(text)
    is_whole = text.endswith("\n\r\n") or text == "\r\n"
    if not is_whole or not len(found) + 1 == text.count("\n") == text.count("\r") or "\0" in text:
        return None
    headers = IndexedHeaders([(name, value.strip(HTTP_TAB_OR_SPACE)) for name, value in found])
    headers.is_well_formed = True
    return headers


def _without_indent(parts: list[str]) -> list[str]:
    return [parts[0], *(part.lstrip(HTTP_TAB_OR_SPACE) for part in parts[1:])]


def _read_lines(text: str, user_agent: UserAgent) -> tuple[Header, ...]:
    """The header lines that have a name, each joined with the lines that continue it."""
    well_formed = _well_formed_lines(text)
    if well_formed is not None:
        return well_formed
    text = text.replace("\r\n", "\n")
    if user_agent.head.bare_cr == "line-end":
        text = text.replace("\r", "\n")
    cut_off_space = user_agent.head.space_before_colon_ignored
    headers: list[Header] = []
    for line in _whole_lines(text, user_agent.head.continued_line):
        name, colon, value = line.partition(":")
        if cut_off_space:
            name = name.rstrip(HTTP_TAB_OR_SPACE)
        if colon and is_token(name):
            headers.append((name, value.strip(HTTP_TAB_OR_SPACE)))
    if "\r" in text and user_agent.head.bare_cr == "space":
        headers = [(name, value.replace("\r", " ").strip(HTTP_TAB_OR_SPACE)) for name, value in headers]
    return IndexedHeaders(headers)


def _whole_lines(text: str, continued_line: ContinuedLine) -> list[str]:
    """Lines that begin with a space continue the line before (RFC 9112, 5.2), or are skipped with it."""
    lines = text.split("\n")
    if "\n " not in text and "\n\t" not in text:
        return lines
    groups: list[list[str]] = []
    for line in lines:
        if groups and line.startswith((" ", "\t")):
            groups[-1].append(line)
        elif line:
            groups.append([line])
    join = _JOINS[continued_line]
    return [join(group) if ":" in group[0] else group[0] for group in groups]


# --- the length of the body (RFC 9112, 6.3) ------------------------------------------------------------------

_LENGTH: Final = r"(?:[+-]?[0-9]+)?"
_NAME_SIZE: Final = len("content-length")


def _body_length_fault(
    status: int, headers: tuple[Header, ...], request: HTTPRequest, user_agent: UserAgent
) -> TransportFailure | None:
    if user_agent.head.body_length == "last-line-counts":
        return None if is_without_body(request.method, status) else _last_line_fault(headers)
    lengths = [value for name, value in headers if len(name) == _NAME_SIZE and name.lower() == "content-length"]
    if lengths_agree(lengths):
        return None
    codings = {coding.strip(HTTP_TAB_OR_SPACE).lower() for coding in values_of("Transfer-Encoding", headers)}
    if user_agent.head.body_length == "lengths-agree-unless-chunked" and "chunked" in codings:
        return None
    return _invalid("content-lengths")


def lengths_agree(lengths: Iterable[str]) -> bool:
    """Whether all values of Content-Length, and all elements of those that are lists, are equal."""
    return len({element.strip(HTTP_WHITESPACE) for length in lengths for element in length.split(",")}) <= 1


def _last_line_fault(headers: tuple[Header, ...]) -> TransportFailure | None:
    """The last line that gives a length counts, but no Content-Length after "chunked"; "identity" gives none."""
    fault: TransportFailure | None = None
    chunked = False
    for name, value in headers:
        match name.lower():
            case "transfer-encoding" if value.lower() != "identity":
                chunked = value.lower() == "chunked"
                fault = None if chunked else _invalid("transfer-encoding", value[:QUOTED])
            case "content-length" if not chunked:
                fault = None if re.fullmatch(_LENGTH, value) else _invalid("content-length", value[:QUOTED])
    return fault


def _is_interim(head: Head, user_agent: UserAgent) -> TypeGuard[HTTPResponse]:
    if isinstance(head, TransportFailure) or head.status // 100 != 1:
        return False
    return head.status != SWITCHING_PROTOCOLS or not user_agent.head.switching_protocols_is_final


def _invalid(subject: TransportSubject, seen: str = "", expected: str = "") -> TransportFailure:
    return TransportFailure(failure=Failure.INVALID_HTTP, subject=subject, seen=seen, expected=expected)


_NUL: Final = _invalid("nul")
