"""The options that name the configuration of a command."""

from __future__ import annotations

from typing import Annotated, Final

import typer

ConfigFile = Annotated[str | None, typer.Option("--config", envvar="HDRCLI_CONFIG")]
NoConfig = Annotated[bool, typer.Option("--no-config", envvar="HDRCLI_NO_CONFIG")]

HELP: Final = (
    (
        "--config FILE",
        (
            "The configuration. Default: hdrcli.toml or [tool.hdrcli] of pyproject.toml, in this folder or the nearest "
            "one above it, up to the root of the repository."
        ),
    ),
    ("--no-config", "Use no configuration."),
)
