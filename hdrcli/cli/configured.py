"""The configuration that a command takes: the file of --config, or the project's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from hdrcli.records.errors import UsageError

if TYPE_CHECKING:
    from hdrcli.config.configuration import Configuration

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


def configuration(config: str | None, *, no_config: bool) -> Configuration | None:
    """The configuration, if there is one; raises `UsageError` for one that cannot be read."""
    import os

    from hdrcli.config import finding

    if no_config:
        if config is not None:
            raise UsageError("contradicts --no-config: omit one.", option="--config")
        return None
    document = finding.find(Path.cwd()) if config is None else finding.read(config)
    if document is None:
        return None
    from hdrcli.config.configuration import read_configuration

    return read_configuration(document, os.environ)
