"""The settings of the page and its browser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hdrcli.settings.option import header, option, text_or_file

if TYPE_CHECKING:
    from hdrcli.fetch import ThirdPartyCookies
    from hdrcli.fetch.address_space import AddressSpace
    from hdrcli.fetch.request import CredentialsMode, Mode, RedirectMode


@dataclass(frozen=True, kw_only=True, init=False, eq=False, repr=False)
class Page:
    """What the page's `fetch()` does, and what the browser has stored.

    Empty `origins`, `credentials` and `browsers` stand for the defaults (see `hdrcli.planning.routes`).
    """

    origins: tuple[str, ...] = option(
        (),
        "--origin",
        metavar="ORIGIN",
        separator=",",
        help="The origin of the page, which may be that of an extension or an app (chrome-extension://ID, "
        "capacitor://localhost), or null for a sandboxed page or a file. Default: for an app in process, a page that "
        "its CORS layer allows; for a URL on this machine, http://localhost:3000; otherwise app.example with the "
        "URL's scheme.",
    )
    page_address_space: AddressSpace | None = option(
        None,
        "--page-address-space",
        choices=("public", "local", "loopback"),
        help="Where the page is loaded from: the internet, the local network or this machine. A public page needs the "
        "user's permission for addresses of the other two, and is simulated without it. Default: permission granted.",
    )
    method: str | None = option(
        None, "--method", "-X", metavar="METHOD", help="The request method. Default: GET, or POST with a body."
    )
    head: bool = option(False, "--head", "-I", "--no-head", help="Send a HEAD request, as --method HEAD does.")
    headers: tuple[tuple[str, str], ...] = option(
        (),
        "--header",
        "-H",
        metavar="'NAME: VALUE'",
        separator="\n",
        read=header,
        help="A request header that the page sets.",
    )
    body: str | None = option(
        None,
        "--data",
        "-d",
        metavar="TEXT",
        read=text_or_file,
        help="The request body, a JavaScript string; @FILE reads it from a file, @- from standard input.",
    )
    json: str | None = option(
        None,
        "--json",
        metavar="TEXT",
        read=text_or_file,
        help="Like --data, and the page also sets Content-Type: application/json.",
    )
    user: str | None = option(
        None,
        "--user",
        "-u",
        metavar="USER:PASSWORD",
        help="The page sets the header Authorization: Basic.",
    )
    bearer: str | None = option(
        None, "--bearer", metavar="TOKEN", help="The page sets the header Authorization: Bearer."
    )
    credentials: tuple[CredentialsMode, ...] = option(
        (),
        "--credentials",
        separator=",",
        choices=("omit", "same-origin", "include"),
        help="The credentials mode of fetch(). Default: omit, and include for comparison. With --cookie or --cert: "
        "include, and omit for comparison.",
    )
    mode: Mode = option(
        "cors",
        "--mode",
        choices=("cors", "no-cors", "same-origin"),
        help="The mode of fetch().",
    )
    redirect: RedirectMode = option(
        "follow",
        "--redirect",
        choices=("follow", "error", "manual"),
        help="The redirect mode of fetch().",
    )
    cookies: tuple[str, ...] = option(
        (),
        "--cookie",
        "-b",
        metavar="NAME=VALUE",
        separator="\n",
        help="A cookie that the browser has stored for the URL's host and sends there without restrictions, or several "
        "('a=1; b=2'). With attributes ('sid=1; SameSite=Lax'), it is stored as if the host had set it during a visit.",
    )
    third_party_cookies: ThirdPartyCookies = option(
        "default",
        "--third-party-cookies",
        choices=("default", "allow", "block"),
        help="Allow or block third-party cookies. Default: what each browser does as installed.",
    )
    browsers: tuple[str, ...] = option(
        (),
        "--browser",
        separator=",",
        choices=("standard", "chromium", "firefox", "webkit"),
        aliases={"chrome": "chromium", "edge": "chromium", "safari": "webkit"},
        help="The browser to simulate, or standard for the Fetch Standard to the letter. chrome, edge and safari are "
        "accepted, too. Default: chromium, firefox, webkit.",
    )
