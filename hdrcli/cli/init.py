"""`hdrcli init`."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import Annotated

import typer

from hdrcli.cli.options import with_options_of_settings
from hdrcli.cli.streams import complain, tell
from hdrcli.config.given import Given, settings_from
from hdrcli.records.errors import ExitStatus, UsageError
from hdrcli.structs import replace


@with_options_of_settings
def init(
    target: Annotated[str | None, typer.Argument(metavar="[URL]", show_default=False)] = None,
    *,
    output: Annotated[str, typer.Option("--output", "-o")] = "hdrcli.toml",
    **given: Given,
) -> int:
    """Create a configuration file: a template or, with a URL, expectations that its current responses meet."""
    from hdrcli.config import beginning, finding

    existing = finding.find(Path.cwd())
    if existing is not None:
        raise UsageError(f'"{existing.name}" is already the configuration here: edit it, or remove it first.')
    if Path(output).exists():
        raise UsageError(f'"{output}" exists, and is not overwritten: name another file.', option="--output")
    text = beginning.TEMPLATE
    if target is not None:
        from hdrcli.inspection import check

        settings, sources = settings_from((target,), given, os.environ)
        try:
            report = check(settings)
            if others := beginning.other_pages(report):
                report = check(replace(settings, origins=others))
        except UsageError as error:
            raise UsageError(error.message, option=sources.get(error.option, error.option)) from None
        if report.exit_status in {ExitStatus.UNREACHABLE, ExitStatus.USAGE}:
            complain(f"{target} gave no response that can be judged: nothing is written.")
            return report.exit_status
        text = beginning.beginning(report, is_named_by_url="://" in target)
    _write(output, text)
    found = finding.find(Path.cwd())
    option = "" if found is not None and found.path.samefile(output) else f" --config {shlex.quote(output)}"
    tell(f'Wrote {output}. "hdrcli config{option}" prints the settings in effect.')
    return ExitStatus.OK


def _write(output: str, text: str) -> None:
    """Write a file that does not exist; raises `UsageError` where that fails."""
    try:
        with Path(output).open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise UsageError(f'"{output}" cannot be written: {error.strerror}.', option="--output") from None
