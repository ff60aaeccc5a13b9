"""What a case is: a server, how a page asks it, and what hdrcli must find."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import Final

from hdrcli.fetch.request import CredentialsMode, Mode
from hdrcli.settings import Settings
from tests.serving.asgi import Served, Server

PAGE: Final = "https://app.example"
JSON: Final = ("Content-Type", "application/json")
TOKEN: Final = ("Authorization", "Bearer 7f3a")


@dataclass(frozen=True, slots=True)
class Case:
    """`findings` are all that hdrcli has to say, worst first: "error HDR101"; none for a healthy server.

    "{site}" in an origin is the server's own; no origins are the default page. `readable` are expected headers.
    `compared` holds the proxy's answer against that of the server behind it.
    """

    name: str
    server: Server
    _: KW_ONLY
    path: str = "/"
    origins: tuple[str, ...] = (PAGE,)
    credentials: tuple[CredentialsMode, ...] = ("omit",)
    mode: Mode = "cors"
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: str | None = None
    cookies: tuple[str, ...] = ()
    readable: tuple[str, ...] = ()
    compared: bool = False
    expect_status: tuple[str, ...] = ("2xx", "3xx", "4xx", "5xx")
    findings: tuple[str, ...] = ()

    def settings(self, site: Served, *, probe: bool = True) -> Settings:
        """The settings of the check."""
        return Settings(
            targets=(site.url + self.path,),
            find_openapi=False,
            origins=tuple(origin.format(site=site.url) for origin in self.origins),
            credentials=self.credentials,
            mode=self.mode,
            method=self.method,
            headers=self.headers,
            body=self.body,
            cookies=self.cookies,
            expect_readable=self.readable,
            probe=probe,
            expect_status=self.expect_status,
            compare=site.behind + self.path if self.compared else None,
            verify=False,
        )
