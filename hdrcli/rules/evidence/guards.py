"""Errors of an application that refuses a request for its Host, its Origin or its CSRF token, whatever CORS allows.

Such a check runs before the route, and is configured apart from the CORS layer: adding the page there changes nothing.
`SIGNS` has what each check writes, and the name of its own list.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache
from typing import Final

from hdrcli.structs import Record


class Check(StrEnum):
    """What the application has checked."""

    HOST = "host"
    """The host that the request was sent to."""
    ORIGIN = "origin"
    """The origin of the page."""
    CSRF = "csrf"
    """A token that only the service's own pages know."""


class Guard(Record, frozen=True, kw_only=True):
    """The body of a refusal, as a regular expression; `place` is what the check's list is called, or its token."""

    check: Check
    body: str
    place: str
    is_certain: bool = True


_DJANGO_ORIGINS: Final = "CSRF_TRUSTED_ORIGINS (Django)"

SIGNS: Final = (
    # https://docs.djangoproject.com/en/stable/ref/settings/#allowed-hosts
    Guard(check=Check.HOST, body="<title>DisallowedHost\\b|invalid HTTP_HOST header", place="ALLOWED_HOSTS (Django)"),
    Guard(
        check=Check.HOST,
        body=r"<h1>Bad Request \(400\)</h1><p></p>",
        place="ALLOWED_HOSTS (Django)",
        is_certain=False,
    ),
    # https://mlflow.org/docs/latest/self-hosting/security/network/
    Guard(check=Check.HOST, body="^invalid host header - possible dns rebinding", place="--allowed-hosts (MLflow)"),
    Guard(check=Check.ORIGIN, body="^cross-origin request blocked$", place="--cors-allowed-origins (MLflow)"),
    # https://starlette.dev/middleware/#trustedhostmiddleware, Litestar's AllowedHostsConfig, the MCP SDKs
    Guard(check=Check.HOST, body=r"\binvalid host header\b", place="the allowed hosts"),
    Guard(check=Check.ORIGIN, body=r"\binvalid origin header\b", place="the allowed origins"),
    # https://werkzeug.palletsprojects.com/en/stable/utils/#werkzeug.wsgi.host_is_trusted
    Guard(check=Check.HOST, body=r"\bhost .{1,255}? is not trusted", place="TRUSTED_HOSTS (Flask)"),
    # https://vite.dev/config/server-options#server-allowedhosts, https://guides.rubyonrails.org/configuring.html
    Guard(check=Check.HOST, body=r"^blocked request\. this host ", place="server.allowedHosts (Vite)"),
    Guard(check=Check.HOST, body="\\bblocked hosts?: ", place="config.hosts (Rails)"),
    # https://docs.djangoproject.com/en/stable/ref/csrf/
    Guard(check=Check.ORIGIN, body="origin checking failed|referer checking failed", place=_DJANGO_ORIGINS),
    Guard(check=Check.CSRF, body="CSRF verification failed|CSRF Failed: CSRF", place=_DJANGO_ORIGINS),
    # Flask-WTF, Tornado and Jupyter, Rails, Laravel, Spring
    Guard(
        check=Check.CSRF,
        body=r"\bCSRF\b.{0,20}\btoken\b.{0,60}\b(?:missing|invalid|incorrect|mismatch|not match|expired)"
        r"|\b(?:invalid|missing)\b.{0,20}\bCSRF\b|'_xsrf' argument|XSRF cookie|CSRF token authenticity",
        place="",
    ),
)


def sign_of_guard(body: str) -> Guard | None:
    """The sign of the check that wrote this body, the beginning of an error's."""
    return next((sign for sign in SIGNS if _compiled(sign.body).search(body) is not None), None)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def fix_of_guard(sign: Guard, *, host: str, page: str) -> str:
    """What lets the request pass."""
    match sign.check:
        case Check.HOST:
            if not sign.is_certain:
                return f"Find out in the service's log whether it refuses this host: if so, add {host} to {sign.place}"
            return f"Add {host} to {sign.place}: the service refuses requests to this host"
        case Check.ORIGIN:
            return f"Add {page} to {sign.place}: the service itself refuses this origin, whatever CORS allows"
        case Check.CSRF:
            listed = f", and add {page} to {sign.place}" if sign.place else ""
            return f"Send the CSRF token as the page does, by --header and --cookie{listed}"
