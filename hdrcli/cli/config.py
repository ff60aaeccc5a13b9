"""`hdrcli config`."""

from __future__ import annotations

import os
from typing import Annotated, Literal

import typer

from hdrcli.cli.configured import ConfigFile, NoConfig
from hdrcli.cli.options import with_options_of_settings
from hdrcli.cli.streams import tell
from hdrcli.config.given import Given, configuration, settings_from
from hdrcli.records.errors import ExitStatus
from hdrcli.text.secrets import secrets_shown

ConfigFormat = Literal["toml", "json"]


@with_options_of_settings
def config(
    *,
    formats: Annotated[ConfigFormat, typer.Option("--format")] = "toml",  # in place of that of reports
    config: ConfigFile = None,
    no_config: NoConfig = False,
    **given: Given,
) -> int:
    """Print the settings in effect here, and where each one comes from: flag, environment, file or default."""
    from hdrcli.config.showing import as_json, as_text

    project = configuration(config, os.environ, no_config=no_config)
    settings, sources = settings_from((), given, os.environ, project)
    with secrets_shown(settings.show_secrets, settings.secrets):
        tell((as_json if formats == "json" else as_text)(settings, sources, project))
    return ExitStatus.OK
