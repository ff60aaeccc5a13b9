"""Options of the commands that serve a page on this machine."""

from __future__ import annotations

from typing import Annotated

import typer

PagePort = Annotated[
    int,
    typer.Option(
        metavar="PORT",
        help="The port of the page, 0 for any free one. With 3000, its origin is http://localhost:3000.",
    ),
]
Open = Annotated[bool, typer.Option("--open", help="Open the page in your browser.")]


def open_page(url: str, *, wanted: bool) -> None:
    """Open a URL in the user's browser, if that is wanted. Where there is none, the printed URL has to do."""
    if wanted:
        import webbrowser

        webbrowser.open(url)
