"""`hdrcli lab`."""

from __future__ import annotations

import threading
from typing import Annotated

import typer

from hdrcli.cli.interrupts import end_in_order
from hdrcli.cli.pages import Open, PagePort, open_page
from hdrcli.cli.streams import tell
from hdrcli.settings import Settings

_ANNOUNCED = """The lab calls {base} ({count}), as a page of {origin}
Open it in your browser:  {url}
Ctrl-C stops it."""


def lab(
    target: Annotated[str, typer.Argument(metavar="TARGET", help="The URL of an API, or an app (package.module:app).")],
    *,
    port: Annotated[int, typer.Option(metavar="PORT", help="The port to serve an app on, 0 for any free one.")] = 0,
    page_port: PagePort = 0,
    open_in_browser: Open = False,
    insecure: Annotated[bool, typer.Option("--insecure", "-k", help="Do not verify TLS certificates.")] = False,
) -> None:
    """Serve a page that calls your API in your own browser, and shows which response headers it can read."""
    end_in_order()
    from hdrcli.lab.targets import subject_of
    from hdrcli.loopback.page_server import PageServer
    from hdrcli.reporters.view import count

    settings = Settings(targets=(target,), verify=not insecure)
    try:
        with PageServer(page_port) as served, subject_of(settings, port) as subject:
            from hdrcli.lab.app import lab_app  # no earlier: it loads FastAPI

            served.start(lab_app(subject), subject.base)
            number = count(len(subject.routes), "route")
            tell(_ANNOUNCED.format(base=subject.base, count=number, origin=served.origin, url=served.url))
            open_page(served.url, wanted=open_in_browser)
            threading.Event().wait()
    except KeyboardInterrupt:
        return
