"""Who may use the server of a page: that page, under its own host, with the token of the printed URL.

Theory of operation. Every web page can send requests to this machine. Three checks keep them out:

- `Host`: a name that a stranger's DNS points to 127.0.0.1 (DNS rebinding) is not one of ours.
- `Origin`: a request that changes something comes from our page.
- The token: it is in the URL's fragment, which browsers do not send, and which no other page can read. The page sends
  it in a header. A cookie would not do: all ports of a host share it.

The Content-Security-Policy lets the page run only its own scripts, and connect only to its server and to the origins
that it is for.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from fastapi import Request, Response
from fastapi.responses import PlainTextResponse

_SAFE_METHODS: Final = frozenset({"GET", "HEAD"})
_HOSTS: Final = ("localhost", "127.0.0.1", "[::1]")
_HTTP_PORT: Final = 80
_FORBIDDEN: Final = 403
_MISDIRECTED: Final = 421
_UNAUTHORIZED: Final = 401

API_PATH: Final = "/api/"
"""The paths that need the token: all others are files that tell nothing."""


class Guard:
    """The middleware that checks each request to `port`, whose page also connects to the origins `connects_to`."""

    def __init__(self, *, port: int, connects_to: Iterable[str], token: str) -> None:
        self._hosts = tuple(f"{host}{'' if port == _HTTP_PORT else f':{port}'}" for host in _HOSTS)
        self._token = token
        self._headers = _headers(connects_to)

    async def __call__(self, request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        """Respond to a request: with a refusal, or else with what `call_next` makes of it."""
        refusal = self._refusal(request)
        response = refusal if refusal is not None else await call_next(request)
        response.headers.update(self._headers)
        return response

    def _refusal(self, request: Request) -> Response | None:
        host, origin = request.headers.get("host", ""), request.headers.get("origin")
        if host not in self._hosts:
            return PlainTextResponse("This host is not the page's.\n", _MISDIRECTED)
        if origin != f"http://{host}" and (origin is not None or request.method not in _SAFE_METHODS):
            return PlainTextResponse("Only the page itself may send this.\n", _FORBIDDEN)
        if request.url.path.startswith(API_PATH) and not self._has_token(request):
            return PlainTextResponse("The token is missing: open the URL that hdrcli printed.\n", _UNAUTHORIZED)
        return None

    def _has_token(self, request: Request) -> bool:
        given = request.headers.get("authorization", "")
        return secrets.compare_digest(given.encode(), f"Bearer {self._token}".encode())


def _headers(connects_to: Iterable[str]) -> dict[str, str]:
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "data:",
        "connect-src": " ".join(["'self'", *connects_to]),
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
