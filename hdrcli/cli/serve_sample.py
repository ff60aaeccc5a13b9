"""`hdrcli serve-sample`."""

from __future__ import annotations

from typing import Annotated

import typer

from hdrcli.cli.streams import complain
from hdrcli.records.errors import ExitStatus


def serve_sample(
    *,
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="PORT", help="The port to listen on; 0 for a free one.")] = 8000,
    allow_origin: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ORIGIN",
            help="An origin for allow_origins. Repeatable. Default: the usual front ends on localhost.",
        ),
    ] = None,
    expose_header: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A name for expose_headers. Repeatable. Default: some of those sent."),
    ] = None,
    allow_credentials: Annotated[bool, typer.Option("--allow-credentials", help="Set allow_credentials=True.")] = False,
    no_cors: Annotated[bool, typer.Option("--no-cors", help="Leave CORSMiddleware out.")] = False,
    reload: Annotated[bool, typer.Option("--reload", help="Start again when the sample app's code changes.")] = False,
    stop_at_end_of_input: Annotated[bool, typer.Option("--stop-at-end-of-input", hidden=True)] = False,
) -> None:
    """Serve the sample app: every way in which FastAPI sets response headers, right and wrong."""
    from hdrcli.targets.sample_server import PortUnavailableError, serve
    from sample_app import DEFAULT_ALLOW_ORIGINS, DEFAULT_EXPOSE_HEADERS

    for option, values in (("--allow-origin", allow_origin), ("--expose-header", expose_header)):
        for value in values or ():
            # Anything else may be tried, faulty or not; this uvicorn would hang up on.
            if not value.isascii() or not value.isprintable():
                complain(f'{option} "{value}" cannot stand in a header: write it in printable ASCII.')
                raise typer.Exit(ExitStatus.USAGE)

    def announce(base: str) -> None:
        typer.echo(f"The sample app listens on {base}")
        if not stop_at_end_of_input:
            typer.echo(f"Try in another terminal:  hdrcli check {base}/headers/custom\nCtrl-C stops it.")

    try:
        serve(
            host=host,
            port=port,
            allow_origins=allow_origin or DEFAULT_ALLOW_ORIGINS,
            expose_headers=expose_header or DEFAULT_EXPOSE_HEADERS,
            allow_credentials=allow_credentials,
            cors=not no_cors,
            reload=reload,
            announce=announce,
            access_log=not stop_at_end_of_input,
            stop_on_stdin_eof=stop_at_end_of_input,
        )
    except PortUnavailableError as error:
        complain(f"{error}.")
        raise typer.Exit(ExitStatus.USAGE) from None
