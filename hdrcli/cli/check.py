"""`hdrcli check`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from hdrcli.cli.interrupts import end_in_order
from hdrcli.cli.options import Given, settings_from, with_options_of_settings
from hdrcli.cli.streams import check_writable, complain, emit
from hdrcli.records.errors import ExitStatus, UsageError
from hdrcli.settings import Format, Settings, is_debugging

if TYPE_CHECKING:
    from hdrcli.report.report import Report


@with_options_of_settings
def check(
    urls: Annotated[list[str] | None, typer.Argument(metavar="URL...")] = None,
    *,
    sample: Annotated[bool, typer.Option("--sample")] = False,
    **given: Given,
) -> int:
    """Call a URL as a page in a browser does, and show which response headers JavaScript can read."""
    sources: dict[str, str] = {}
    try:
        settings, sources = settings_from(tuple(urls or ()), given, os.environ)
        if sample and "--fail-on" not in sources:
            settings = replace(settings, fail_on="never")
        file = None if settings.output is None or settings.output == "-" else Path(settings.output)
        check_writable(file)
        inspect = _load()
        report = _check_sample(inspect, settings) if sample else _check_urls(inspect, settings)
        _write(report, settings, file)
    except UsageError as error:
        raise UsageError(error.message, option=sources.get(error.option, error.option)) from None
    return report.exit_status


def _load() -> Callable[[Settings], Report]:
    """Load all that a check needs; from here on there is something to clean up when a signal comes."""
    from hdrcli.cli.progress import progress
    from hdrcli.inspection import check

    def inspect(settings: Settings) -> Report:
        with progress() as tell:
            return check(settings, tell)

    end_in_order()
    return inspect


def _check_urls(inspect: Callable[[Settings], Report], settings: Settings) -> Report:
    if not settings.urls:
        raise UsageError("There is nothing to check: give a URL, or --sample for the bundled sample app.")
    return inspect(settings)


def _check_sample(inspect: Callable[[Settings], Report], settings: Settings) -> Report:
    """Check every route of the sample app, which runs for as long as that takes."""
    from hdrcli.targets.process import ServiceError, running_service
    from sample_app import ROUTES

    if settings.urls:
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
            return inspect(replace(settings, urls=tuple(base + route for route in ROUTES)))
    except ServiceError as error:
        complain(str(error))
        raise typer.Exit(ExitStatus.UNREACHABLE) from None


def _write(report: Report, settings: Settings, output: Path | None) -> None:
    """Print the problems that kept the check from running, and write the report if it says more."""
    from hdrcli.fetch import TRANSPORT_FAILURES, NetworkError

    verbose = settings.verbose or is_debugging()
    problems: dict[tuple[str, str], list[str]] = {}
    nothing_was_asked = report.exit_status is ExitStatus.USAGE
    for route in report.routes:
        for fetch in route.fetches:
            result = fetch.result
            if isinstance(result, NetworkError) and (nothing_was_asked or result.failure in TRANSPORT_FAILURES):
                key = (f"{route.method} {route.url}".lstrip(), result.detail)
                problems.setdefault(key, []).append(fetch.browser)
    for (place, detail), browsers in problems.items():
        who = dict.fromkeys(browsers)
        concerned = f" in {', '.join(who)}" if who.keys() != set(report.browsers) else ""
        complain(f"{place}{concerned}: {detail}")
    for exchange, failure in report.failed_comparisons:
        complain(f"--compare {exchange.request.url}: {failure.detail}")
    # A block that holds nothing but the failure would say it twice.
    says_more = (
        settings.format != "table"
        or verbose
        or any(fetch.answer or fetch.in_browser for fetch in report.fetches)
        or not problems
    )
    if output is not None or says_more:
        emit(partial(_render, report, settings.format, verbose=verbose), output)


def _render(report: Report, output_format: Format, out: TextIO, *, verbose: bool) -> None:
    if output_format == "table":
        from hdrcli.reporters import table

        table.write(report, out, verbose=verbose)
        return
    from hdrcli.reporters import json as json_reporter

    if output_format == "jsonl":
        json_reporter.write_lines(report, out)
    else:
        json_reporter.write(report, out)
