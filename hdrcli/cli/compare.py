"""`hdrcli compare`."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from hdrcli.cli.configured import ConfigFile, NoConfig
from hdrcli.cli.interrupts import end_in_order
from hdrcli.cli.options import with_options_of_comparisons
from hdrcli.cli.streams import check_writable, opened, opened_whole, writing
from hdrcli.config.given import Given, configuration, settings_from
from hdrcli.records.errors import UsageError
from hdrcli.settings import Settings
from hdrcli.settings.output import ComparisonFormat
from hdrcli.structs import replace


@with_options_of_comparisons
def compare(
    a: Annotated[str, typer.Argument(metavar="A")],
    b: Annotated[str, typer.Argument(metavar="B")],
    *,
    ignore_header: Annotated[list[str] | None, typer.Option("--ignore-header")] = None,
    formats: Annotated[ComparisonFormat, typer.Option("--format")] = "table",
    output: Annotated[str | None, typer.Option("--output", "-o")] = None,
    config: ConfigFile = None,
    no_config: NoConfig = False,
    **given: Given,
) -> int:
    """Compare what pages get from two targets: readable headers, permissions, statuses and other headers."""
    sources: dict[str, str] = {}
    try:
        project = configuration(config, os.environ, no_config=no_config)
        settings, sources = settings_from((), given, os.environ, project)
        ignored = tuple(name.strip() for names in ignore_header or () for name in names.split(","))
        file = None if output is None or output == "-" else Path(output)
        check_writable(file, "--output")
        return _compare(replace(settings, targets=(a,)), replace(settings, targets=(b,)), ignored, formats, file)
    except UsageError as error:
        raise UsageError(error.message, option=sources.get(error.option, error.option)) from None


def _compare(a: Settings, b: Settings, ignored: tuple[str, ...], name: ComparisonFormat, file: Path | None) -> int:
    from hdrcli.cli.progress import progress
    from hdrcli.cli.running import Problems
    from hdrcli.comparing import compare_async
    from hdrcli.inspection import in_event_loop
    from hdrcli.report.events import Event
    from hdrcli.reporters.comparisons import writer
    from hdrcli.text.secrets import secrets_shown

    end_in_order()
    problems = Problems()
    standard = sys.stdout
    with (
        secrets_shown(a.show_secrets, a.secrets),
        progress(shown=not a.quiet) as line,
        contextlib.redirect_stdout(sys.stderr),  # for what an app in process prints
    ):

        def take(event: Event) -> None:
            line.take(event)
            problems.take(event)

        comparison = in_event_loop(
            lambda: compare_async(a, b, ignore_headers=ignored, consumer=take, on_request=line.sending)
        )
    with secrets_shown(a.show_secrets, a.secrets):
        if file is not None:
            with opened_whole(file) as out, writing(file, out):
                writer(name)(comparison, out, a)
        elif not a.quiet:
            with opened(None, standard) as out, writing(None, out):
                writer(name)(comparison, out, a)
    return comparison.exit_status
