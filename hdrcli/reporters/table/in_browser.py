"""What the real browsers did, beside what their simulations did."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hdrcli.fetch import NetworkError
from hdrcli.fetch.headers import Header
from hdrcli.records.route import BrowserRecord, FetchRecord
from hdrcli.report.report import Report
from hdrcli.reporters.table.printing import Output
from hdrcli.text.redaction import redact_response_header
from hdrcli.verdict.agreement import agreement
from hdrcli.verdict.failures import sentence


def write_in_browser(output: Output, fetches: Iterable[FetchRecord], *, verbose: bool) -> None:
    """Write one line for each fetch that a real browser made, and both sides where its simulation differs."""
    for fetch in fetches:
        real = fetch.in_browser
        if real is None:
            continue
        place = f' in {_title(real)} with credentials "{fetch.credentials}"'
        match agreement(fetch):
            case "different":
                output.line(("differs", "bold red"), f"{place}:")
                _write_both(output, fetch, real)
            case "other-values":
                output.line(("the same", "green"), f"{place}, in another answer: {', '.join(_changed(fetch, real))}")
            case _:
                output.line(("the same", "green"), place)
        if verbose or agreement(fetch) == "different":
            for line in real.console:
                _write_side(output, "console:", line, ())


def summary(report: Report) -> Iterable[str]:
    """What the fetches of each real browser come to, in one line."""
    fetches: dict[str, list[FetchRecord]] = {}
    for fetch in report.fetches:
        if fetch.in_browser is not None:
            fetches.setdefault(_title(fetch.in_browser), []).append(fetch)
    for title, asked in fetches.items():
        differing = sum(agreement(fetch) == "different" for fetch in asked)
        if differing:
            yield (
                f"{title} and its simulation differ in {differing} of {len(asked)} fetches: unless the server answers "
                "the two differently, hdrcli is wrong. Please report it with this output."
            )
        else:
            yield f"{title} does the same as its simulation in {len(asked)} of {len(asked)} fetches."


def _title(real: BrowserRecord) -> str:
    return f"{real.browser.capitalize()} {real.version.partition('.')[0]}"


def _changed(fetch: FetchRecord, real: BrowserRecord) -> Iterable[str]:
    """Headers that have another value than in the answer to the simulation."""
    simulated = () if isinstance(fetch.result, NetworkError) else fetch.result.headers
    for header in map(redact_response_header, (header for header in real.headers if header not in simulated)):
        yield f"{header[0]}: {header[1]}"


def _write_both(output: Output, fetch: FetchRecord, real: BrowserRecord) -> None:
    result = fetch.result
    if isinstance(result, NetworkError):
        _write_side(output, "simulated:", f"{sentence(result)} ({result.failure})", ())
    else:
        _write_side(output, "simulated:", f"{result.type}, status {result.status}", result.headers)
    _write_side(output, "in fact:", real.error or f"{real.type}, status {real.status}", real.headers)
    _write_side(output, "browser:", f"{real.version}, {real.program}", ())


def _write_side(output: Output, whose: str, what: str, headers: Sequence[Header]) -> None:
    output.hanging(f"   {whose:10}  ", what)
    for name, value in map(redact_response_header, headers):
        output.hanging("".ljust(15), f"{name}: {value}")
