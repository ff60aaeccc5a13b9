"""What to check, how a page would ask for it, and what CI demands."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Literal

from hdrcli.fetch import ThirdPartyCookies
from hdrcli.fetch.request import CredentialsMode, Mode, RedirectMode

FailOn = Literal["error", "warning", "advice", "never"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What a `--expect-…` option demands of a response header, on every route and in every fetch."""

    verdict: Literal["readable", "hidden", "absent"]
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What to check, and how a page would ask for it.

    `headers` and `body` are what the page gives to `fetch()`, `cookies` what the browser holds for the URLs' hosts:
    "n=v" goes wherever its host is asked, "n=v; SameSite=Lax" is as visiting the host has set it. Empty `origins`,
    `credentials` and `browsers` mean the defaults (see `hdrcli.planning.routes`). `timeout` is in seconds, for one
    exchange as a whole. `select` and `ignore` are rule codes or their beginnings; without `probe` nothing is asked beside
    the fetches; `stack` is a name of `hdrcli.stacks`, None to recognise it. `in_browser` has the real Chromium, Firefox
    make their fetches, too: those of `browsers`, or else Chromium.
    `cacert`, `cert` and `key` name PEM files: authorities to trust beside the system's, a client certificate, its key.
    `concurrency` is how many routes are checked at once.
    `expect_status` are the statuses that a response may have ("404", "4xx"); none means 2xx and 3xx. `expect_blocked`
    says that browsers are to block all fetches. Without `repeat_writes` only one request with an unsafe method is sent;
    with `preflight_only` none. `dry_run` sends nothing.
    `compare` is where the one URL is served without what stands before it: the same request is put to it, too.
    """

    urls: tuple[str, ...]
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: str | None = None
    origins: tuple[str, ...] = ()
    credentials: tuple[CredentialsMode, ...] = ()
    browsers: tuple[str, ...] = ()
    mode: Mode = "cors"
    redirect: RedirectMode = "follow"
    cookies: tuple[str, ...] = ()
    third_party_cookies: ThirdPartyCookies = "default"
    expectations: tuple[Expectation, ...] = ()
    fail_on_blocked: bool = False
    fail_on: FailOn = "error"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    probe: bool = True
    stack: str | None = None
    compare: str | None = None
    timeout: float = 10.0
    verify: bool = True
    in_browser: bool = False
    cacert: str | None = None
    cert: str | None = None
    key: str | None = None
    http2: bool = False
    concurrency: int = 10
    verbose: bool = False
    show: str = "problems"
    exchanges: bool = False
    expect_status: tuple[str, ...] = ()
    expect_blocked: bool = False
    repeat_writes: bool = False
    dry_run: bool = False
    preflight_only: bool = False


def is_debugging() -> bool:
    """Whether the environment variable `HDRCLI_DEBUG` is set to anything but "", "0" or "false"."""
    return os.environ.get("HDRCLI_DEBUG", "").lower() not in {"", "0", "false"}
