"""`hdrcli check`."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Annotated, Literal, TextIO

import typer

from hdrcli.cli import values
from hdrcli.cli.streams import check_writable, complain, emit
from hdrcli.fetch import TRANSPORT_FAILURES, NetworkError, ThirdPartyCookies
from hdrcli.fetch.request import Mode, RedirectMode
from hdrcli.records.errors import ExitStatus, UsageError
from hdrcli.report.report import Report
from hdrcli.settings import Expectation, FailOn, Settings, is_debugging


def check(
    url: Annotated[str | None, typer.Argument(metavar="URL", help="The URL to check, http or https.")] = None,
    *,
    origin: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ORIGIN",
            help="The page's origin, or null for a sandboxed page. Repeatable. "
            "Default: http://localhost:3000 for a loopback URL, else app.example with the URL's scheme.",
        ),
    ] = None,
    method: Annotated[
        str, typer.Option("--method", "-X", metavar="METHOD", help="The method the page gives to fetch().")
    ] = "GET",
    header: Annotated[
        list[str] | None,
        typer.Option(
            "--header", "-H", metavar="'NAME: VALUE'", help="A request header that the page sets. Repeatable."
        ),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option(
            "--data", "-d", metavar="TEXT", help="The request's body, a JavaScript string; needs -X POST or the like."
        ),
    ] = None,
    credentials: Annotated[
        list[str] | None,  # Typer takes no list of Literal
        typer.Option(
            metavar="[omit|same-origin|include]",
            help="The credentials mode of fetch(). Repeatable. "
            "Default: omit, and include beside it for comparison alone; with --cookie or --cert the other way round.",
        ),
    ] = None,
    mode: Annotated[Mode, typer.Option(metavar="[cors|no-cors|same-origin]", help="The mode of fetch().")] = "cors",
    redirect: Annotated[
        RedirectMode, typer.Option(metavar="[follow|error|manual]", help="The redirect mode of fetch().")
    ] = "follow",
    cookie: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE",
            help="A cookie that the browser holds for the URL's host, sent wherever that is asked; with attributes "
            "('sid=1; SameSite=Lax'), as visiting the host has set it. Repeatable.",
        ),
    ] = None,
    third_party_cookies: Annotated[
        ThirdPartyCookies,
        typer.Option(
            metavar="[default|allow|block]",
            show_default=False,
            help="What the browser does with third-party cookies. Default: what it ships with.",
        ),
    ] = "default",
    browser: Annotated[
        list[str] | None,
        typer.Option(
            metavar="[standard|chromium|firefox|webkit]",
            help="The browser to play, or the Fetch standard to the letter. Repeatable. Default: the three browsers.",
        ),
    ] = None,
    in_browser: Annotated[
        bool,
        typer.Option(
            "--in-browser",
            help="Make Chromium's fetches in the real one, too, or Firefox's with --browser firefox.",
        ),
    ] = False,
    expect_readable: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Fail unless JavaScript can read this header in every fetch. Repeatable."),
    ] = None,
    expect_hidden: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Fail unless this header is sent and hidden from JavaScript. Repeatable."),
    ] = None,
    expect_absent: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Fail if this header is sent. Repeatable."),
    ] = None,
    fail_on: Annotated[
        FailOn | None,
        typer.Option(
            metavar="[error|warning|advice|never]",
            help="Fail when a finding is this bad or worse. Default: error; never with --sample.",
        ),
    ] = None,
    select: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE", help="Report only findings of this rule or beginning (HDR3). Repeatable."),
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE", help="Leave out findings of this rule or beginning. Repeatable."),
    ] = None,
    no_probe: Annotated[
        bool,
        typer.Option("--no-probe", help="Send nothing but the fetches asked for: fewer causes are told apart."),
    ] = False,
    stack: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Whose setting a finding names, such as starlette. Default: recognised."),
    ] = None,
    compare: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Where the service answers without the proxy before it: show what the proxy loses, adds and changes.",
        ),
    ] = None,
    fail_on_blocked: Annotated[
        bool, typer.Option("--fail-on-blocked", help="Fail if any response is blocked.")
    ] = False,
    output_format: Annotated[
        Literal["table", "json"], typer.Option("--format", metavar="[table|json]", help="What to write.")
    ] = "table",
    output: Annotated[
        str | None, typer.Option(metavar="FILE", help="Write the report to this file, not to standard output.")
    ] = None,
    timeout: Annotated[float, typer.Option(metavar="SECONDS", help="How long to wait for each answer.")] = 10.0,
    insecure: Annotated[bool, typer.Option("--insecure", help="Accept any TLS certificate.")] = False,
    cacert: Annotated[
        str | None, typer.Option(metavar="FILE", help="Trust these authorities, too: certificates in PEM form.")
    ] = None,
    cert: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="The browser's client certificate, PEM; shown by fetches with credentials."),
    ] = None,
    key: Annotated[
        str | None, typer.Option(metavar="FILE", help="Its private key, PEM, if --cert does not hold it.")
    ] = None,
    http2: Annotated[bool, typer.Option("--http2", help="Speak HTTP/2 where an https server has it.")] = False,
    sample: Annotated[
        bool, typer.Option("--sample", help="Start the bundled sample app and check its routes.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show the raw lines of every exchange, as HDRCLI_DEBUG=1 does.")
    ] = False,
) -> None:
    """Call URL as a browser at a page's origin would, and show which response headers JavaScript can read."""
    try:
        settings = Settings(
            urls=() if url is None else (url,),
            method=method,
            headers=tuple(map(values.header, header or ())),
            body=data,
            origins=tuple(origin or ()),
            credentials=tuple(map(values.credentials_mode, credentials or ())),
            browsers=tuple(browser or ()),
            mode=mode,
            redirect=redirect,
            cookies=tuple(cookie or ()),
            third_party_cookies=third_party_cookies,
            expectations=(
                *(Expectation(verdict="readable", name=name) for name in expect_readable or ()),
                *(Expectation(verdict="hidden", name=name) for name in expect_hidden or ()),
                *(Expectation(verdict="absent", name=name) for name in expect_absent or ()),
            ),
            fail_on_blocked=fail_on_blocked,
            fail_on=fail_on or ("never" if sample else "error"),
            select=tuple(select or ()),
            ignore=tuple(ignore or ()),
            probe=not no_probe,
            stack=stack,
            compare=compare,
            timeout=values.positive(timeout),
            verify=not insecure,
            in_browser=in_browser,
            cacert=values.given("--cacert", cacert),
            cert=values.given("--cert", cert),
            key=values.given("--key", key),
            http2=http2,
        )
        named = values.given("--output", output)
        file = None if named is None else Path(named)
        check_writable(file)
        report = _check_sample(settings) if sample else _check_url(settings)
        _write(report, output_format, file, verbose=verbose or is_debugging())
    except UsageError as error:
        complain(str(error))
        raise typer.Exit(ExitStatus.USAGE) from None
    raise typer.Exit(report.exit_status)


def _check_url(settings: Settings) -> Report:
    if not settings.urls:
        raise UsageError("There is nothing to check: give a URL, or --sample for the bundled sample app.")
    return _inspect(settings)


def _check_sample(settings: Settings) -> Report:
    """Check every route of the sample app, which runs for as long as that takes."""
    from dataclasses import replace

    from hdrcli.targets.process import ServiceError, running_service
    from sample_app import ROUTES

    if settings.urls:
        raise UsageError("--sample brings its own URLs: give either a URL or --sample.")
    if settings.compare is not None:
        raise UsageError("--compare goes with one URL: give that in place of --sample.")
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
            return _inspect(replace(settings, urls=tuple(base + route for route in ROUTES)))
    except ServiceError as error:
        complain(str(error))
        raise typer.Exit(ExitStatus.UNREACHABLE) from None


def _inspect(settings: Settings) -> Report:
    from hdrcli.cli.progress import progress
    from hdrcli.inspection import check

    with progress() as tell:
        return check(settings, tell)


def _write(report: Report, output_format: str, output: Path | None, *, verbose: bool) -> None:
    """Complain of what kept the check from being one, and write the rest."""
    from hdrcli.verdict.failures import sentence, transport_sentence

    problems: dict[tuple[str, str], list[str]] = {}
    nothing_was_asked = report.exit_status is ExitStatus.USAGE
    for route in report.routes:
        for fetch in route.fetches:
            result = fetch.result
            if isinstance(result, NetworkError) and (nothing_was_asked or result.failure in TRANSPORT_FAILURES):
                key = (f"{route.method} {route.url}".lstrip(), sentence(result))
                problems.setdefault(key, []).append(fetch.browser)
    for (place, detail), browsers in problems.items():
        who = dict.fromkeys(browsers)
        concerned = f" in {', '.join(who)}" if who.keys() != set(report.browsers) else ""
        complain(f"{place}{concerned}: {detail}")
    for exchange, failure in report.failed_comparisons:
        complain(f"--compare {exchange.request.url}: {transport_sentence(failure)}")
    # A block that holds nothing but the failure would say it twice.
    says_more = (
        output_format == "json"
        or verbose
        or any(fetch.answer or fetch.in_browser for fetch in report.fetches)
        or not problems
    )
    if output is not None or says_more:
        emit(partial(_render, report, output_format, verbose=verbose), output)


def _render(report: Report, output_format: str, out: TextIO, *, verbose: bool) -> None:
    if output_format == "json":
        from hdrcli.reporters import json as json_reporter

        json_reporter.write(report, out)
    else:
        from hdrcli.reporters import table

        table.write(report, out, verbose=verbose)
