"""A browser as the engine simulates it: each place where it differs from the standard is one field.

The fields are grouped by the step that reads them. A field's default is the standard, or, where the standard leaves a
choice open, what most browsers choose. A field's name is unique over all groups: reports print it. A field's docstring
is a sentence for users: it says which browser does what else, and ends with the anchor of the step it changes.

All fields were measured in November 2026 with the real browsers, Chromium 156, Firefox ESR 153 and WebKitGTK 2.50
(`tests/fetch/vectors`). "(libsoup)" marks behaviour of WebKitGTK's HTTP library, which Safari does not use.
"""

from __future__ import annotations

from typing import Literal

from msgspec import field

from hdrcli.fetch.user_agent.checks import CheckQuirks
from hdrcli.fetch.user_agent.cookies import CookieQuirks
from hdrcli.fetch.user_agent.head import HeadQuirks
from hdrcli.fetch.user_agent.http2 import HTTP2Quirks
from hdrcli.fetch.user_agent.preflight import PreflightQuirks
from hdrcli.fetch.user_agent.redirects import RedirectQuirks
from hdrcli.fetch.user_agent.request_headers import RequestHeaderQuirks
from hdrcli.structs import Record

__all__ = [
    "CheckQuirks",
    "CookieQuirks",
    "HTTP2Quirks",
    "HeadQuirks",
    "PreflightQuirks",
    "RedirectQuirks",
    "RequestHeaderQuirks",
    "UserAgent",
]


class UserAgent(Record, frozen=True, kw_only=True, eq=False):
    """A browser, or the standard: its name, and its choices in each group of steps."""

    name: Literal["standard", "chromium", "firefox", "webkit"]
    request_headers: RequestHeaderQuirks = field(default_factory=RequestHeaderQuirks)
    head: HeadQuirks = field(default_factory=HeadQuirks)
    http2: HTTP2Quirks = field(default_factory=HTTP2Quirks)
    checks: CheckQuirks = field(default_factory=CheckQuirks)
    preflight: PreflightQuirks = field(default_factory=PreflightQuirks)
    redirects: RedirectQuirks = field(default_factory=RedirectQuirks)
    cookies: CookieQuirks = field(default_factory=CookieQuirks)
