"""`--export curl`: a curl command for each request of the fetches, as a browser sends it.

The commands are for a POSIX shell, and print the head of the response. Secrets are redacted, as in every report.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from typing import Final, TextIO

from hdrcli.fetch import HTTPRequest, HTTPResponse
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.records.route import Caller, FetchRecord, HeldFetch, RouteRecord
from hdrcli.reporters import Reporter
from hdrcli.reporters.raw_lines import who
from hdrcli.reporters.snippets import Snippet, snippets
from hdrcli.reporters.view import shown_body, shown_request_headers, shown_url
from hdrcli.settings import Settings
from hdrcli.settings.redacted import shown_setting
from hdrcli.text.escaping import printable, without_commands
from hdrcli.text.redaction import redact_text, redact_tokens

_BY_CURL: Final = frozenset({"host", "connection"})
"""Headers that curl sends itself, as the connection needs them."""
_DEFAULTS: Final = ("Accept", "User-Agent")
"""Headers that curl sends by default."""
_NEXT_LINE: Final = " \\\n  "


def reporter(out: TextIO, settings: Settings) -> Reporter:
    """Write the commands of each route when it is checked."""
    return snippets(out, "#", lambda route: _commands(route, settings))


def _commands(route: RouteRecord, settings: Settings) -> Iterator[Snippet]:
    """For each request once, a comment and the command."""
    requests: dict[object, tuple[HTTPRequest, str]] = {}
    callers: dict[object, list[Caller]] = {}
    fetches: tuple[FetchRecord | HeldFetch, ...] = (*route.fetches, *route.held)
    for fetch in fetches:
        for exchange in fetch.exchanges:
            response = exchange.response
            result = f"{response.status}" if isinstance(response, HTTPResponse) else "no response"
            requests[exchange.number] = exchange.request, result
            callers.setdefault(exchange.number, []).append(fetch.caller)
    for held in route.held:
        requests.setdefault(held.request, (held.request, "not sent"))
        callers.setdefault(held.request, []).append(held.caller)
    if not requests:
        yield f"{route.method} {shown_url(route.url)}: no request is sent", ""
    for key, (request, result) in requests.items():
        kind = "preflight " if request.purpose == "preflight" else ""
        by = f", {who(callers[key])}" if len(callers[key]) < len(fetches) else ""
        pages = ", ".join(dict.fromkeys(str(caller.page) for caller in callers[key]))
        what = f"{kind}{request.method} {shown_url(str(request.url))}: {result}"
        yield f"{what} (page {pages}{by})", _command(request, settings)


def _command(request: HTTPRequest, settings: Settings) -> str:
    """The command that sends this request."""
    words = ["curl -sSg -o /dev/null -D -"]
    if request.method == "HEAD":
        words[0] += " -I"
    elif request.method != "GET" or request.body is not None:
        words.append(f"-X {_word(request.method)}")
    words += [f"-H {word}" for word in _headers(request)]
    feed = ""
    if request.body is not None:
        body = shown_body(request.body.decode())
        if all(map(_is_plain, body.split("\n"))):
            words.append(f"--data-raw {shlex.quote(body)}")
        else:
            feed = f"printf %b {_escaped(body.encode())} |{_NEXT_LINE}"
            words.append("--data-binary @-")
    words += _options(request, settings)
    words.append(_word(shown_url(str(request.url.with_fragment(None)))))
    return feed + _NEXT_LINE.join(words)


def _headers(request: HTTPRequest) -> Iterator[str]:
    """The words of `-H`: a name with a semicolon is an empty header, a name with a colon none of curl's."""
    names = {byte_lowercase(name) for name, _ in request.sent_headers}
    by_curl = _BY_CURL if request.body is None else _BY_CURL | {"content-length"}
    for name, value in shown_request_headers(request):
        if byte_lowercase(name) not in by_curl:
            yield _word(f"{name}: {value}" if value else f"{name};")
    defaults = _DEFAULTS if request.body is None else (*_DEFAULTS, "Content-Type")
    yield from (_word(f"{name}:") for name in defaults if name.lower() not in names)


def _options(request: HTTPRequest, settings: Settings) -> Iterator[str]:
    """The options of the connection, which curl has by the same names."""
    values: Iterable[tuple[str, Iterable[str]]] = (
        ("--cacert", [settings.cacert] if settings.cacert else []),
        ("--cert", [settings.cert] if settings.cert and request.client_certificate else []),
        ("--key", [settings.key] if settings.key and request.client_certificate else []),
        ("--proxy", [] if settings.proxy is None else [str(shown_setting("proxy", settings.proxy))]),
        ("--resolve", settings.resolve),
        ("--connect-to", settings.connect_to),
        ("--unix-socket", [settings.unix_socket] if settings.unix_socket else []),
    )
    for option, its_values in values:
        yield from (f"{option} {_word(redact_text(value))}" for value in its_values)
    if not settings.verify:
        yield "-k"
    if request.url.scheme == "https" and settings.http2 is not None:
        yield "--http2" if settings.http2 else "--http1.1"


def _word(text: str) -> str:
    """Text of code units U+0000-U+00FF, which is sent as bytes, as one word of a shell."""
    text = redact_tokens(text)
    if text.isascii() and _is_plain(text):
        return shlex.quote(text)
    return f'"$(printf %b {_escaped(text.encode("latin-1", "replace"))})"'


def _escaped(data: bytes) -> str:
    """The argument of `printf %b` that prints these bytes, without what a terminal or a CI system obeys."""
    plain = {byte: chr(byte) for byte in range(0x20, 0x7F)} | {0x5C: r"\\"}
    text = "".join(plain.get(byte) or f"\\0{byte:03o}" for byte in data)
    return shlex.quote(without_commands(text, lambda char: f"\\0{ord(char):03o}"))


def _is_plain(text: str) -> bool:
    """Whether a line of text can stand in a report as it is."""
    return printable(text) == text
