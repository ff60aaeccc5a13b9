"""`hdrcli check`."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from hdrcli.cli.configured import ConfigFile, NoConfig
from hdrcli.cli.options import with_options_of_settings
from hdrcli.cli.plain import RunCheck, load_check, naming_sources, planned_check
from hdrcli.cli.reports import Planned
from hdrcli.cli.streams import complain
from hdrcli.config.given import Given, configuration, settings_from
from hdrcli.records.errors import ExitStatus, UsageError
from hdrcli.settings import Settings
from hdrcli.structs import replace


@with_options_of_settings
def check(
    targets: Annotated[list[str] | None, typer.Argument(metavar="TARGET...")] = None,
    *,
    sample: Annotated[bool, typer.Option("--sample")] = False,
    config: ConfigFile = None,
    no_config: NoConfig = False,
    diff: Annotated[bool, typer.Option("--diff")] = False,
    fix: Annotated[bool, typer.Option("--fix")] = False,
    unsafe_fixes: Annotated[bool, typer.Option("--unsafe-fixes")] = False,
    watch: Annotated[bool, typer.Option("--watch")] = False,
    **given: Given,
) -> int:
    """Call a URL as a page in a browser does, and show which response headers JavaScript can read."""
    project = None if sample else configuration(config, os.environ, no_config=no_config)
    settings, sources = settings_from(tuple(targets or ()), given, os.environ, project)
    with naming_sources(sources):
        if sample and "--fail-on" not in sources:
            settings = replace(settings, fail_on="never")
        settings, reports = planned_check(settings)
        run_check = load_check()
        if watch:
            return _watch(settings, sample=sample, changes=diff or fix)
        if diff or fix or unsafe_fixes:
            return _change_source(run_check, settings, reports, diff=diff, fix=fix, unsafe=unsafe_fixes)
        return _check_sample(run_check, settings, reports) if sample else run_check(settings, reports)


def _watch(settings: Settings, *, sample: bool, changes: bool) -> ExitStatus:
    """Check again whenever the source changes."""
    if sample or changes:
        option = "--sample" if sample else "--diff and --fix"
        raise UsageError(f"does not go with {option}: omit one.", option="--watch")
    from hdrcli.cli.watching import check_watched, watch

    arguments = [word for word in sys.argv[1:] if word != "--watch"]
    check_watched(settings, arguments)
    return watch(settings, arguments)


def _change_source(
    run_check: RunCheck, settings: Settings, reports: tuple[Planned, ...], *, diff: bool, fix: bool, unsafe: bool
) -> int:
    """Print or make the changes of the source of apps."""
    if not diff and not fix:
        raise UsageError("goes with --diff or --fix: give one of them.", option="--unsafe-fixes")
    if diff and fix:
        raise UsageError("prints the changes that --fix makes: give one of them.", option="--diff")
    from hdrcli.cli.fixing import apply_fixes, check_repeatable, print_diff
    from hdrcli.targets.app import names_app

    if not settings.targets or not all(map(names_app, settings.targets)):
        option = "--fix" if fix else "--diff"
        raise UsageError("changes the source of an app: name one, such as main:app.", option=option)
    if fix:
        arguments = [word for word in sys.argv[1:] if word not in {"--fix", "--unsafe-fixes"}]
        check_repeatable(arguments, "--fix")
        return apply_fixes(run_check, settings, arguments, unsafe=unsafe)
    return print_diff(run_check, settings, reports, unsafe=unsafe)


def _check_sample(run_check: RunCheck, settings: Settings, reports: tuple[Planned, ...]) -> ExitStatus:
    """Check every route of the sample app, which runs for as long as that takes."""
    from hdrcli.targets.bundled import find_sample_app
    from hdrcli.targets.process import ServiceError, running_service
    from hdrcli.targets.scope import check_scope

    find_sample_app()
    from sample_app import ROUTES

    if settings.targets:
        raise UsageError("brings its own URLs: give either a URL or --sample.", option="--sample")
    if settings.launch is not None:
        raise UsageError("starts the service to check: omit --sample.", option="--launch")
    if settings.compare is not None:
        raise UsageError("takes a single URL to check: give it instead of --sample.", option="--compare")
    check_scope("sample", settings)
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
            return run_check(replace(settings, targets=targets, sample=True), reports)
    except ServiceError as error:
        complain(str(error))
        return ExitStatus.UNREACHABLE
