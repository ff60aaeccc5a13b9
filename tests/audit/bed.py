"""Servers as data: each with one fault that lets others read its responses, and such as only look faulty.

The page that is meant to be allowed is `PAGE`. A server is a function of the request's Origin, which is None if there
is none, and of whether the request has a cookie; it returns the CORS headers of its response.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tests.serving.http import Request, answer

PAGE: Final = "https://app.shop.example"
HOST: Final = "app.shop.example"

_WILDCARD: Final = "Access-Control-Allow-Origin: *"
_CREDENTIALS: Final = "Access-Control-Allow-Credentials: true"
_NAMED: Final = f"Access-Control-Allow-Origin: {PAGE}"

Allows = Callable[[str], bool]


@dataclass(frozen=True)
class Server:
    """`allows` says which origins are sent back, with credentials unless they are off; `fixed` are other headers."""

    allows: Allows = lambda _: False
    credentials: bool = True
    fixed: tuple[str, ...] = ()
    status: str = "200 OK"
    needs_cookie: bool = False

    def __call__(self, request: Request) -> bytes:
        origin = request.get("origin")
        is_allowed = origin is not None and self.allows(origin) and (not self.needs_cookie or request.get("cookie"))
        lines = list(self.fixed)
        if is_allowed:
            lines += [f"Access-Control-Allow-Origin: {origin}", "Vary: Origin"]
            lines += ["Access-Control-Allow-Credentials: true"] if self.credentials else []
        return answer(*lines, status=self.status)


def _matching(pattern: str) -> Allows:
    return lambda origin: re.search(pattern, origin) is not None


def _host(origin: str) -> str:
    return origin.partition("://")[2]


def _is_page(origin: str) -> bool:
    return origin == PAGE


def _looks_like_page(origin: str) -> bool:
    """Decode the host, and write it with the Latin letters that its letters look like."""
    text = _host(origin).encode().decode("idna") if "xn--" in origin else _host(origin)
    latin = str.maketrans("\u0430\u0441\u0435\u043e\u0440\u0445\u0443", "aceopxy")
    return origin.startswith("https://") and text.translate(latin) == HOST


FAULTY: Final[dict[str, tuple[Server, dict[str, str]]]] = {
    "reflects any origin": (Server(lambda _: True), {"any-origin": "error"}),
    "reflects any origin of a request with a cookie": (
        Server(lambda _: True, needs_cookie=True),
        {"any-origin-with-cookie": "error"},
    ),
    "reflects any origin on an error": (Server(lambda _: True, status="403 Forbidden"), {"any-origin": "error"}),
    "allows null": (Server(lambda origin: origin in {PAGE, "null"}), {"null": "error"}),
    "allows null without credentials": (
        Server(lambda origin: origin in {PAGE, "null"}, credentials=False),
        {"null": "advice"},
    ),
    "compares the beginning": (Server(lambda origin: origin.startswith(PAGE)), {"label-appended": "error"}),
    "compares the beginning, without credentials": (
        Server(lambda origin: origin.startswith(PAGE), credentials=False),
        {"label-appended": "advice"},
    ),
    "anything but a dot may follow": (
        Server(_matching(r"^https://app\.shop\.example([^.].*)?$")),
        {"text-appended": "error", "special-character": "error", "other-port": "advice"},
    ),
    "compares the end": (
        Server(lambda origin: origin.endswith(HOST)),
        {"text-prepended-to-host": "warning", "http": "error"},
    ),
    "compares the end of the domain": (
        Server(lambda origin: origin.endswith("shop.example")),
        {"text-prepended": "error", "http": "error"},
    ),
    "compares the end of https origins": (
        Server(_matching(r"^https://.*shop\.example$")),
        {"text-prepended": "error"},
    ),
    "compares the end of http origins": (
        Server(lambda origin: _is_page(origin) or _matching(r"^http://[a-z-]+shop\.example$")(origin)),
        {"http-text-prepended": "error"},
    ),
    "allows names below two labels": (
        Server(_matching(r"^https://([a-z-]+\.)?app\.shop\.example(\..+)?$")),
        {"label-appended": "error", "subdomain": "warning"},
    ),
    "contains the host between dots": (
        Server(lambda origin: _is_page(origin) or f".{HOST}." in origin),
        {"contained": "error"},
    ),
    "is contained in the allowed origin": (
        Server(lambda origin: origin.startswith("https://") and _host(origin) in HOST),
        {"part-of-host": "error"},
    ),
    "does not escape the dots": (Server(_matching(r"^https://app.shop.example$")), {"dot-replaced": "error"}),
    "takes an underscore for the end": (
        Server(_matching(r"^https://app\.shop\.example(_.*)?$")),
        {"special-character": "error"},
    ),
    "takes a backtick for the end": (
        Server(_matching(r"^https://app\.shop\.example(`.*)?$")),
        {"special-character": "error"},
    ),
    "takes a label of a special character for the end": (
        Server(_matching(r"^https://app\.shop\.example(\.[^a-z0-9].*)?$")),
        {"special-label": "error"},
    ),
    "takes Cyrillic letters for Latin ones": (Server(_looks_like_page), {"other-alphabet": "error"}),
    "allows any top-level domain": (
        Server(_matching(r"^https://app\.shop\.[a-z]+$")),
        {"other-top-level-domain": "error"},
    ),
    "allows localhost and what follows": (
        Server(lambda origin: _is_page(origin) or re.match("https?://localhost", origin) is not None),
        {"localhost-label": "error", "localhost": "warning"},
    ),
    "allows what follows localhost over http": (
        Server(lambda origin: _is_page(origin) or origin.startswith("http://localhost.")),
        {"localhost-label": "error"},
    ),
    "allows the page over http": (Server(_matching(r"^https?://app\.shop\.example$")), {"http": "error"}),
    "allows subdomains over http": (
        Server(_matching(r"^https?://([a-z-]+\.)*shop\.example$")),
        {"http": "error", "http-subdomain": "error", "sibling": "warning"},
    ),
    "allows subdomains of the host": (
        Server(_matching(r"^https://([a-z-]+\.)?app\.shop\.example$")),
        {"subdomain": "warning"},
    ),
    "allows subdomains of the domain": (
        Server(_matching(r"^https://[a-z-]+\.shop\.example$")),
        {"sibling": "warning"},
    ),
    "allows any port": (Server(_matching(r"^https://app\.shop\.example(:\d+)?$")), {"other-port": "advice"}),
    "allows localhost": (
        Server(_matching(r"^https://app\.shop\.example$|^http://localhost(:\d+)?$")),
        {"localhost": "warning"},
    ),
    "allows 127.0.0.1": (Server(lambda origin: origin in {PAGE, "http://127.0.0.1"}), {"localhost": "warning"}),
    "allows ::1": (Server(lambda origin: origin in {PAGE, "http://[::1]"}), {"localhost": "warning"}),
    "allows private addresses": (
        Server(_matching(r"^https://app\.shop\.example$|^http://(10|192\.168)\.[\d.]+$")),
        {"private-address": "warning"},
    ),
    "allows pages of GitHub": (
        Server(_matching(r"^https://app\.shop\.example$|\.github\.io$")),
        {"shared-hosting": "error"},
    ),
    "allows CodePen": (Server(lambda origin: origin in {PAGE, "https://codepen.io"}), {"shared-hosting": "error"}),
    "allows storage of Amazon": (
        Server(_matching(r"^https://app\.shop\.example$|\.amazonaws\.com$")),
        {"shared-hosting": "error"},
    ),
    "allows extensions": (
        Server(lambda origin: _is_page(origin) or "-extension://" in origin),
        {"extension": "warning", "extension-of-firefox": "warning", "extension-of-safari": "warning"},
    ),
    "allows extensions of Chromium": (
        Server(lambda origin: _is_page(origin) or origin.startswith("chrome-extension://")),
        {"extension": "warning"},
    ),
    "names another website": (
        Server(fixed=("Access-Control-Allow-Origin: https://partner.example", _CREDENTIALS)),
        {"named-origin": "advice"},
    ),
    "names a server of development": (
        Server(fixed=("Access-Control-Allow-Origin: http://localhost:1234", _CREDENTIALS)),
        {"localhost": "warning"},
    ),
    "allows the server of a build tool": (
        Server(lambda origin: origin in {PAGE, "http://localhost:5173"}),
        {"localhost": "warning"},
    ),
    "reflects any origin, with data that are the same for everyone": (
        Server(lambda _: True, fixed=("Cache-Control: public, max-age=60",)),
        {"any-origin": "warning"},
    ),
    "says that data are for everyone, and sets a cookie": (
        Server(lambda _: True, fixed=("Cache-Control: public, max-age=60", "Set-Cookie: sid=1")),
        {"any-origin": "error"},
    ),
}
"""Servers, and the severities of what is to be found, by the probe that shows it."""

SAFE: Final[dict[str, Server]] = {
    "no CORS": Server(),
    "a list of origins": Server(_is_page),
    "a list of origins, without credentials": Server(_is_page, credentials=False),
    "always the page": Server(fixed=(_NAMED, _CREDENTIALS)),
    "a wildcard for public data": Server(fixed=(_WILDCARD,)),
    "a wildcard with credentials, which browsers refuse": Server(fixed=(_WILDCARD, _CREDENTIALS)),
    "any origin for public data": Server(lambda _: True, credentials=False),
    "credentials that are not true": Server(
        lambda _: True, credentials=False, fixed=("Access-Control-Allow-Credentials: True",)
    ),
    "credentials without an origin": Server(fixed=(_CREDENTIALS,)),
    "an escaped and anchored pattern": Server(
        lambda origin: re.fullmatch(r"https://app\.shop\.example", origin) is not None
    ),
    "ignores the case, which browsers do not vary": Server(lambda origin: origin.lower() == PAGE),
    "ignores a dot at the end, which is the same host": Server(lambda origin: origin.rstrip(".") == PAGE),
    "allows the default port, which browsers omit": Server(lambda origin: origin in {PAGE, f"{PAGE}:443"}),
    "allows a user, which no origin has": Server(lambda origin: _is_page(origin) or "@" in origin),
    "allows the page of its app": Server(lambda origin: origin in {PAGE, "capacitor://localhost"}),
    "several origins in one line, which browsers refuse": Server(
        fixed=(f"Access-Control-Allow-Origin: {PAGE}, https://hdrcli-probe.invalid, null", _CREDENTIALS)
    ),
    "a pattern in the header, which browsers refuse": Server(
        fixed=("Access-Control-Allow-Origin: https://*.shop.example", _CREDENTIALS)
    ),
    "a placeholder for any origin, which browsers refuse": Server(
        fixed=("Access-Control-Allow-Origin: //", _CREDENTIALS)
    ),
    "names another page of the same site": Server(
        fixed=("Access-Control-Allow-Origin: https://www.shop.example", _CREDENTIALS)
    ),
    "the origin twice, which browsers refuse": Server(lambda _: True, fixed=(_WILDCARD,)),
}
"""Servers whose responses nobody else can read, or which are public."""

MIRRORING: Final = Server(lambda _: True)
