"""`hdrcli check`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from hdrcli.cli.interrupts import end_in_order
from hdrcli.cli.options import Given, settings_from, with_options_of_settings
from hdrcli.cli.streams import check_writable, complain
from hdrcli.records.errors import ExitStatus, UsageError
from hdrcli.settings import Settings, is_debugging

RunCheck = Callable[[Settings, Path | None], ExitStatus]


@with_options_of_settings
def check(
    targets: Annotated[list[str] | None, typer.Argument(metavar="URL...")] = None,
    *,
    sample: Annotated[bool, typer.Option("--sample")] = False,
    **given: Given,
) -> int:
    """Call a URL as a page in a browser does, and show which response headers JavaScript can read."""
    sources: dict[str, str] = {}
    try:
        settings, sources = settings_from(tuple(targets or ()), given, os.environ)
        _check_output(settings)
        settings = replace(settings, verbose=settings.verbose or is_debugging())
        if sample and "--fail-on" not in sources:
            settings = replace(settings, fail_on="never")
        file = _report_file(settings)
        check_writable(file)
        run_check = _load()
        return _check_sample(run_check, settings, file) if sample else _check_targets(run_check, settings, file)
    except UsageError as error:
        raise UsageError(error.message, option=sources.get(error.option, error.option)) from None


def _check_output(settings: Settings) -> None:
    if settings.quiet and settings.verbose:
        raise UsageError("contradicts --verbose: omit one.", option="--quiet")
    if settings.export is not None and (settings.format != "table" or settings.verbose):
        other = "--verbose" if settings.verbose else f"--format {settings.format}"
        raise UsageError(f"is printed instead of a report: omit {other}.", option="--export")


def _report_file(settings: Settings) -> Path | None:
    """The file of the report; None is standard output."""
    if settings.output not in {None, "-"}:
        return Path(str(settings.output))
    return Path(os.devnull) if settings.quiet else None


def _load() -> RunCheck:
    """Load all that a check needs; from here on there is something to clean up when a signal comes."""
    from hdrcli.cli.running import run_check

    end_in_order()
    return run_check


def _check_targets(run_check: RunCheck, settings: Settings, output: Path | None) -> ExitStatus:
    if not settings.targets:
        raise UsageError("There is nothing to check: give a URL, or --sample for the bundled sample app.")
    return run_check(settings, output)


def _check_sample(run_check: RunCheck, settings: Settings, output: Path | None) -> ExitStatus:
    """Check every route of the sample app, which runs for as long as that takes."""
    from hdrcli.targets.bundled import find_sample_app
    from hdrcli.targets.process import ServiceError, running_service

    find_sample_app()
    from sample_app import ROUTES

    if settings.targets:
        raise UsageError("brings its own URLs: give either a URL or --sample.", option="--sample")
    if settings.compare is not None:
        raise UsageError("takes a single URL to check: give it instead of --sample.", option="--compare")
    command = [
        sys.executable,
        "-m",
        "hdrcli",
        "serve-sample",
        "--port=0",
        "--allow-credentials",
        "--stop-at-end-of-input",
    ]
    try:
        with running_service(command) as base:
            targets = tuple(base + route for route in ROUTES)
            return run_check(replace(settings, targets=targets, sample=True), output)
    except ServiceError as error:
        complain(str(error))
        return ExitStatus.UNREACHABLE
