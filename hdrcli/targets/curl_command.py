"""Makes the request of a curl command: https://curl.se/docs/manpage.html.

The page can make only what `fetch()` can. Options that only change how curl prints or connects are ignored, and those
that read or write files, or send what no page sends, are refused.
"""

from __future__ import annotations

import base64
import getopt
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import quote_plus

from msgspec import Struct, field

from hdrcli.fetch.headers import Header
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.fetch.safelist import normalize_method
from hdrcli.fetch.url import URL
from hdrcli.planning.page_request import headers_of
from hdrcli.planning.routes import Route
from hdrcli.records.errors import UsageError
from hdrcli.settings import Settings
from hdrcli.structs import replace
from hdrcli.targets.page_headers import call_of
from hdrcli.targets.scope import check_scope
from hdrcli.targets.shell_words import split_words
from hdrcli.targets.url import url_of
from hdrcli.text.escaping import printable

_FORM: Final = "application/x-www-form-urlencoded"
_JSON: Final = "application/json"
_READS_FILES: Final = "it reads a file: give the text itself"
_WRITES_FILES: Final = "it writes a file: use hdrcli's own --output"

_USED: Final = {
    "-A": "user-agent", "-b": "cookie", "-d": "data", "-e": "referer", "-G": "get", "-H": "header", "-I": "head",
    "-u": "user", "-X": "request",
}  # fmt: skip
_USED_WITH_VALUE: Final = (
    "cookie", "data", "data-ascii", "data-binary", "data-raw", "data-urlencode", "header", "json", "oauth2-bearer",
    "referer", "request", "url", "user", "user-agent",
)  # fmt: skip
_USED_WITHOUT_VALUE: Final = ("get", "head")

_IGNORED: Final = {
    "-#": "progress-bar", "-0": "http1.0", "-f": "fail", "-g": "globoff", "-i": "include", "-L": "location",
    "-N": "no-buffer", "-s": "silent", "-S": "show-error", "-v": "verbose",
}  # fmt: skip
_IGNORED_WITHOUT_VALUE: Final = (
    "compressed", "fail", "fail-with-body", "globoff", "http1.0", "http1.1", "http2", "http2-prior-knowledge", "http3",
    "include", "ipv4", "ipv6", "location", "no-buffer", "no-progress-meter", "path-as-is", "progress-bar",
    "show-error", "silent", "tcp-nodelay", "verbose",
)  # fmt: skip
_IGNORED_WITH_VALUE: Final = ["connect-timeout", "max-time", "retry", "write-out"]

_REFUSED: Final = {
    "cert": "give --cert to hdrcli",
    "cacert": "give --cacert to hdrcli",
    "config": "it reads a file of options: give the options themselves",
    "cookie-jar": _WRITES_FILES,
    "dump-header": _WRITES_FILES,
    "form": "it sends a form of several parts: check the request with -X POST, -H and -d",
    "form-string": "it sends a form of several parts: check the request with -X POST, -H and -d",
    "insecure": "give --insecure to hdrcli",
    "key": "give --key to hdrcli",
    "next": "it begins another request: give each request as a command of its own",
    "output": _WRITES_FILES,
    "proxy": "give --proxy to hdrcli",
    "remote-name": _WRITES_FILES,
    "upload-file": _READS_FILES,
}
_REFUSED_SHORT: Final = {
    "-E": "cert", "-F": "form", "-K": "config", "-O": "remote-name", "-T": "upload-file", "-c": "cookie-jar",
    "-D": "dump-header", "-k": "insecure", "-o": "output", "-x": "proxy", "-:": "next",
}  # fmt: skip
_REFUSED_WITHOUT_VALUE: Final = frozenset({"insecure", "next", "remote-name"})

_LONG_BY_SHORT: Final = _USED | _IGNORED | {"-m": "max-time", "-w": "write-out"} | _REFUSED_SHORT
_WITHOUT_VALUE: Final = {*_USED_WITHOUT_VALUE, *_IGNORED_WITHOUT_VALUE, *_REFUSED_WITHOUT_VALUE}
_LONG: Final = [
    name if name in _WITHOUT_VALUE else f"{name}="
    for name in (*_USED_WITH_VALUE, *_IGNORED_WITH_VALUE, *_REFUSED, *_USED_WITHOUT_VALUE, *_IGNORED_WITHOUT_VALUE)
]
_SHORT: Final = "".join(
    short[1] if name in _WITHOUT_VALUE else f"{short[1]}:" for short, name in _LONG_BY_SHORT.items() if short != "-:"
)


class _Command(Struct):
    """The options of a command that make its request."""

    urls: list[str] = field(default_factory=list)
    method: str = ""
    headers: list[Header] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    is_json: bool = False
    is_get: bool = False
    is_head: bool = False

    def has(self, name: str) -> bool:
        return any(byte_lowercase(known) == name for known, _ in self.headers)


def parse_command(text: str, source: str, settings: Settings) -> tuple[Route, ...]:
    """The requests of a curl command, one for each URL, with the page and the cookies that it names.

    Headers of the settings come after those of the command. Raises `UsageError` for an option that a page's request
    cannot have, and for a command that is none.
    """
    check_scope("curl", settings)
    try:
        words = split_words(text)
        options, urls = getopt.gnu_getopt(words[1:], _SHORT, _LONG)
    except getopt.GetoptError as error:
        raise UsageError(f"The curl command cannot be read: {printable(error.msg)}.") from None
    except ValueError:
        raise UsageError("The curl command cannot be read: a quote is not closed.") from None
    command = _Command(urls=urls)
    for option, value in options:
        _take(command, _LONG_BY_SHORT.get(option, option.removeprefix("--")), value)
    if not command.urls:
        raise UsageError("The curl command has no URL.")
    return tuple(_route(command, _url(word), source, settings) for word in command.urls)


def _take(command: _Command, name: str, value: str) -> None:
    match name:
        case "url":
            command.urls.append(value)
        case "request":
            command.method = value
        case "header":
            command.headers += _header(value)
        case "user-agent" | "referer":
            command.headers.append((name, value))
        case "cookie":
            if "=" not in value:
                raise _refusal(name, _READS_FILES)
            command.headers.append(("Cookie", value))
        case "user":
            token = base64.b64encode(value.encode()).decode("ascii")
            command.headers.append(("Authorization", f"Basic {token}"))
        case "oauth2-bearer":
            command.headers.append(("Authorization", f"Bearer {value}"))
        case "get":
            command.is_get = True
        case "head":
            command.is_head = True
        case "json" | "data" | "data-ascii" | "data-binary" | "data-raw" | "data-urlencode":
            command.data.append(_data(name, value))
            command.is_json |= name == "json"
        case _ if name in _REFUSED:
            raise _refusal(name, _REFUSED[name])


def _refusal(name: str, reason: str) -> UsageError:
    return UsageError(f"The curl command has --{name}, which is not supported: {reason}.")


def _header(text: str) -> Iterator[Header]:
    """`Name: value`; `Name;` sends an empty value, `Name:` removes a header of curl's own."""
    if text.startswith("@"):
        raise _refusal("header", _READS_FILES)
    name, colon, value = text.partition(":")
    if value.strip():
        yield name.strip(), value.strip()
    elif not colon and name.endswith(";"):
        yield name[:-1].strip(), ""


def _data(option: str, value: str) -> str:
    if option == "data-raw":
        return value
    name, equals, content = value.partition("=")
    if value.startswith("@") or (option == "data-urlencode" and not equals and "@" in value):
        raise _refusal(option, _READS_FILES)
    if option != "data-urlencode":
        return value
    return f"{name}={quote_plus(content)}" if equals and name else quote_plus(content or value)


def _url(word: str) -> URL:
    url = url_of(word) or url_of(f"http://{word}")
    assert url is not None  # noqa: S101 -- it has a scheme
    return url


def _route(command: _Command, url: URL, source: str, settings: Settings) -> Route:
    body: str | None = None
    if command.data:
        joined = ("" if command.is_json else "&").join(command.data)
        if command.is_get or command.is_head:
            url = replace(url, query=f"{url.query or '?'}{'&' if len(url.query) > 1 else ''}{joined}")
        else:
            body = joined
    call = call_of([*command.headers, *_default_headers(command, body)])
    return Route(
        method=normalize_method(command.method or _default_method(command, body)),
        url=url,
        headers=(*call.headers, *headers_of(settings)),
        body=body,
        source=source,
        pages=(call.page,) if call.page else (),
        cookies=call.cookies,
    )


def _default_method(command: _Command, body: str | None) -> str:
    if command.is_head:
        return "HEAD"
    return "GET" if body is None else "POST"


def _default_headers(command: _Command, body: str | None) -> Sequence[Header]:
    """What curl adds to a request with a body, unless the command has it."""
    if body is None:
        return ()
    defaults = [("Content-Type", _JSON), ("Accept", _JSON)] if command.is_json else [("Content-Type", _FORM)]
    return [(name, value) for name, value in defaults if not command.has(name.lower())]
