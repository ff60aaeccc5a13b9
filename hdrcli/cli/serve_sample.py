"""`hdrcli serve-sample`."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from typing import Annotated

import typer

from hdrcli.cli.interrupts import end_in_order
from hdrcli.cli.pages import Open, PagePort, open_page
from hdrcli.cli.streams import tell
from hdrcli.records.errors import UsageError

_NEXT = """Try in another terminal:  hdrcli check {base}/headers/custom
Or see it in your browser:  {page}
Ctrl-C stops it."""


def serve_sample(
    *,
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="PORT", help="The port to listen on, 0 for any free one.")] = 8000,
    allow_origin: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ORIGIN",
            help="An origin for allow_origins. Repeatable. Default: the usual front ends on localhost.",
        ),
    ] = None,
    expose_header: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A name for expose_headers. Repeatable. Default: some of the headers sent."),
    ] = None,
    allow_credentials: Annotated[bool, typer.Option("--allow-credentials", help="Set allow_credentials=True.")] = False,
    no_cors: Annotated[bool, typer.Option("--no-cors", help="Serve without CORSMiddleware.")] = False,
    reload: Annotated[bool, typer.Option("--reload", help="Restart when the code of the sample app changes.")] = False,
    page_port: PagePort = 0,
    open_in_browser: Open = False,
    stop_at_end_of_input: Annotated[bool, typer.Option("--stop-at-end-of-input", hidden=True)] = False,
) -> None:
    """Serve the sample app: every way to set response headers in FastAPI, right and wrong."""
    end_in_order()
    from hdrcli.lab.running_sample import RunningSample
    from hdrcli.lab.subject import CorsSettings
    from hdrcli.loopback.page_server import PageServer
    from hdrcli.targets.bundled import find_sample_app
    from hdrcli.targets.sample_server import PortUnavailableError, serve

    find_sample_app()
    from sample_app import DEFAULT_ALLOW_ORIGINS, DEFAULT_EXPOSE_HEADERS

    _check_values("--allow-origin", allow_origin)
    _check_values("--expose-header", expose_header)
    with contextlib.ExitStack() as stack:
        lab = None if stop_at_end_of_input else stack.enter_context(PageServer(page_port))
        origins_of_page = () if lab is None or lab.origin in DEFAULT_ALLOW_ORIGINS else (lab.origin,)
        cors = CorsSettings(
            allow_origins=allow_origin or (*DEFAULT_ALLOW_ORIGINS, *origins_of_page),
            expose_headers=expose_header or DEFAULT_EXPOSE_HEADERS,
            allow_credentials=allow_credentials,
            cors=not no_cors,
        )
        sample = RunningSample(cors)

        def announce(base: str) -> None:
            tell(f"The sample app listens on {base}")
            if lab is not None:
                tell(_NEXT.format(base=base, page=lab.url))
                from hdrcli.lab.app import lab_app  # no earlier: it loads FastAPI

                lab.start(lab_app(sample.subject(base, changes=not reload)), base)
                open_page(lab.url, wanted=open_in_browser)

        try:
            serve(
                host=host,
                port=port,
                allow_origins=cors.allow_origins,
                expose_headers=cors.expose_headers,
                allow_credentials=allow_credentials,
                cors=not no_cors,
                reload=reload,
                announce=announce,
                access_log=not stop_at_end_of_input,
                stop_on_stdin_eof=stop_at_end_of_input,
                app=None if reload else sample,
            )
        except PortUnavailableError as error:
            raise UsageError(f"{error}.") from None


def _check_values(option: str, values: Iterable[str] | None) -> None:
    """Raise `UsageError` for values on which uvicorn closes the connection; any others may be tried, faulty or not."""
    for value in values or ():
        if not value.isascii() or not value.isprintable():
            raise UsageError(f'"{value}" is not a header value: write it in printable ASCII.', option=option)
