"""Other scanners as data: the origins that each sends to a service, and the responses that it reports.

Restated from the source of CORScanner 1.0.1 and Corsy 1.0, and from nuclei's template `cors-misconfig`. As these
scanners know no other origin than that of the service, it is the page's here: `PAGE`. All of them send GET requests
without cookies. CORScanner reports what it calls a vulnerability; Corsy also reports a response with `*`, as being of
low severity.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from hdrcli.fetch.url import site_of
from tests.audit.bed import HOST, PAGE, Server
from tests.serving.http import Request

_DOMAIN: Final = site_of(HOST)
_ALLOW_ORIGIN: Final = "access-control-allow-origin"
_ALLOW_CREDENTIALS: Final = "access-control-allow-credentials"

Lines = tuple[str, ...]
Reports = Callable[[str, Lines], bool]


@dataclass(frozen=True)
class Scanner:
    """`reports` says whether the response to a request from an origin is reported; it is tried in order.

    `starts_with` is an origin whose response must have Access-Control-Allow-Origin, or else nothing more is sent.
    `reports_last` is about the response to the last origin.
    """

    name: str
    origins: tuple[str, ...]
    reports: Reports
    starts_with: str = ""
    reports_last: Reports = lambda _, __: False

    def finds(self, server: Server) -> str:
        """The first origin whose response is reported, or nothing."""
        if self.starts_with and not get(_ALLOW_ORIGIN, lines_of(server, self.starts_with)):
            return ""
        found = (origin for origin in self.origins if self.reports(origin, lines_of(server, origin)))
        last = self.origins[-1]
        return next(found, last if self.reports_last(last, lines_of(server, last)) else "")


def lines_of(server: Server, origin: str) -> Lines:
    """The header lines of the response to a request from this origin."""
    request = Request(scheme="https", method="GET", target="/me", lines=(f"Origin: {origin}",), body=b"")
    return tuple(server(request).decode("latin-1").rstrip().split("\r\n")[1:])


def get(name: str, lines: Lines) -> str:
    """The values of a header, joined as libraries for HTTP do; or nothing."""
    pairs = (line.partition(": ") for line in lines)
    return ", ".join(value for known, _, value in pairs if known.lower() == name)


def _by_corscanner(origin: str, lines: Lines) -> bool:
    """The path and the port of the value do not count, nor does its case, nor whether credentials are allowed."""
    value = get(_ALLOW_ORIGIN, lines) or "None"
    parts = urlsplit(value)
    shown = value if origin == "null" else f"{parts.scheme}://{parts.netloc.partition(':')[0]}"
    return shown.lower() == origin.lower()


def _by_corsy(origin: str, lines: Lines) -> bool:
    value = get(_ALLOW_ORIGIN, lines)
    if "%60" in origin:
        return "`.example.com" in value
    return value.startswith("http://") if origin.startswith("http://") else value == origin


def _by_corsy_at_last(origin: str, lines: Lines) -> bool:
    """A response with a wildcard, or with the origin of another host."""
    del origin
    value = get(_ALLOW_ORIGIN, lines)
    host = "" if "*" in value else urlsplit(value).netloc
    return value == "*" or host not in {"", HOST}


def _by_nuclei(origin: str, lines: Lines) -> bool:
    text = "\n".join(lines).lower()
    return f"{_ALLOW_ORIGIN}: {origin}" in text and f"{_ALLOW_CREDENTIALS}: true" in text


CORSCANNER: Final = Scanner(
    name="CORScanner",
    origins=(
        "https://evil.com",
        f"{PAGE}.evil.com",
        f"https://evil{_DOMAIN}",
        "null",
        f"https://{_DOMAIN[1:]}",
        f"https://{HOST[::-1].replace('.', 'a', 1)[::-1]}",
        *("https://whatever.github.io", "http://jsbin.com", "https://codepen.io", "https://jsfiddle.net"),
        *("http://www.webdevout.net", "https://repl.it"),
        *(f"{PAGE}{character}.evil.com" for character in [*'_-"{}+^', "%60", *"!~`;|&'()*,$=+", "%0b"]),
        f"https://evil.{HOST}",
        f"http://{HOST}",
    ),
    reports=_by_corscanner,
)

CORSY: Final = Scanner(
    name="Corsy",
    starts_with=PAGE,
    origins=(
        "https://example.com",
        f"{PAGE}.example.com",
        f"https://d3v{HOST}",
        "null",
        f"{PAGE}_.example.com",
        f"{PAGE}%60.example.com",
        f"https://{HOST.replace('.', 'x', 1)}",
        f"http://{HOST}",
    ),
    reports=_by_corsy,
    reports_last=_by_corsy_at_last,
)

NUCLEI: Final = Scanner(
    name="nuclei",
    origins=(
        *(f"{scheme}://abcde{_DOMAIN}" for scheme in ("https", "http")),
        "https://abcde.com",
        f"{PAGE}.abcde.com",
        f"{PAGE}abcde.com",
        *(f"{scheme}://localhost.abcde.com" for scheme in ("https", "http")),
        f"http://s{_DOMAIN}",
        f"{PAGE}_.abcde.com",
        f"{PAGE}%60.abcde.com",
        *(f"{PAGE}.{character}.abcde.com" for character in "$~=+&*)('!;,-_"),
        "null",
        *(f"{scheme}://abcde.{_DOMAIN}" for scheme in ("https", "http")),
        *(f"{scheme}://{HOST.replace('.', 'a')}" for scheme in ("https", "http")),
    ),
    reports=_by_nuclei,
)

SCANNERS: Final = (CORSCANNER, CORSY, NUCLEI)
