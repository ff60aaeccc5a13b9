"""The report for a terminal: one block a route, readable in 80 columns and without colours.

All header text is the server's: it is escaped, and goes through `Text`, which knows no markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final, TextIO

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.segment import Segment, Segments
from rich.table import Table
from rich.text import Text

from hdrcli.escaping import printable
from hdrcli.fetch import HTTPResponse, NetworkError
from hdrcli.findings import Finding, Severity
from hdrcli.model import Clause, Exchange, FetchRecord, HeaderRecord, HeaderVerdict, RouteRecord
from hdrcli.redaction import redact_request_header, redact_response_header
from hdrcli.report import Report
from hdrcli.stacks import mend

_WHY: Final = {
    Clause.SAFELISTED: "safelisted",
    Clause.LISTED: "listed",
    Clause.WILDCARD: 'by "*"',
    Clause.SAME_ORIGIN: "same origin",
    Clause.NOT_LISTED: "not listed",
    Clause.WILDCARD_WITH_CREDENTIALS: '"*" is void',
    Clause.FORBIDDEN: "forbidden",
    Clause.LIST_VOID: "list is void",
    Clause.OPAQUE: "opaque",
    Clause.BLOCKED: "blocked",
    Clause.LISTED_NOT_SENT: "not sent",
    Clause.NOT_SENT: "not sent",
}
_EXPLAINED: Final = frozenset(
    {
        Clause.NOT_LISTED,
        Clause.WILDCARD_WITH_CREDENTIALS,
        Clause.FORBIDDEN,
        Clause.LIST_VOID,
        Clause.OPAQUE,
    },
)
_STYLES: Final = {"readable": "green", "hidden": "yellow", "blocked": "bold red", "absent": "dim"}
_SEVERITY_STYLES: Final = {
    Severity.ERROR: "bold red",
    Severity.WARNING: "bold yellow",
    Severity.ADVICE: "bold cyan",
}
_INCIDENTAL: Final = frozenset({"connection", "date", "keep-alive", "server", "transfer-encoding", "vary", "via"})
"""Headers of the connection: together with those of CORS itself they are condensed to one line, unless readable."""

_CORS_HEADERS: Final = "access-control-*"

_SHOWN_PLACES: Final = 4
_INDENT: Final = 2
_GAP: Final = 2
_VERDICT_WIDTH: Final = 8
_MAX_NAME_WIDTH: Final = 32
_MAX_WHY_WIDTH: Final = 20
_MIN_VALUE_WIDTH: Final = 9


def write(report: Report, out: TextIO, *, verbose: bool = False) -> None:
    """Write every route's block, then the expectations that are not met, then one line that sums up."""
    console = Console(file=out, markup=False, emoji=False, highlight=False)
    shown_page = None
    for route in report.routes:
        for page, fetches, headers in _by_page(route):
            if page != shown_page:
                default = " (a default; --origin chooses another)" if report.default_page else ""
                _print(console, Text(f"page {page}{default}"), indent=0)
                shown_page = page
            _write_block(console, route, fetches, headers, verbose=verbose)
            console.print()
    for finding in report.findings:
        _write_finding(console, finding, report)
    for unmet in report.unmet:
        expectation, route = unmet.expectation, unmet.route
        demand = f"{expectation.name} is to be {expectation.verdict} on {route.method} {route.url}."
        _print(console, Text.assemble(("unmet", "bold red"), printable(f"  {demand} {unmet.reason}")), indent=0)
    if report.unmet and report.default_credentials:
        hint = "An expectation holds in every fetch: --credentials omit or include asks for one mode alone."
        _print(console, Text(hint, style="dim"), indent=0)
    for line in _summary(report):
        _print(console, Text(line), indent=0)


def _write_finding(console: Console, finding: Finding, report: Report) -> None:
    title = f"{finding.severity}[{finding.code}]"
    style = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.ADVICE: "bold cyan"}[
        finding.severity
    ]
    _print(console, Text.assemble((title, style), f" {finding.name}"), indent=0)
    for place in finding.places[:_SHOWN_PLACES]:
        modes = ", ".join(f'"{mode}"' for mode in place.credentials)
        _print_hanging(console, "--> ", f"{place.method} {place.url}  page {place.page}  credentials {modes}")
    if len(finding.places) > _SHOWN_PLACES:
        _print_hanging(console, "--> ", f"and {len(finding.places) - _SHOWN_PLACES} more")
    for line in finding.seen:
        _print_hanging(console, " |  ", line)
    for sentence in finding.javascript[:_SHOWN_PLACES]:
        _print_hanging(console, " =  ", sentence)
    _print_hanging(console, " =  ", f"help: {_help(finding, report)}")
    _print_hanging(console, " =  ", f"spec: {finding.spec}")
    console.print()


def _help(finding: Finding, report: Report) -> str:
    if finding.setting is None:
        return finding.action
    return f"{finding.action}: {mend(finding.setting, report.stack)}   ({report.stack.title})"


def _print_hanging(console: Console, mark: str, text: str) -> None:
    """Print text whose further lines stand under its first one, behind the mark."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=0)
    table.add_column(width=len(mark))
    table.add_column(overflow="fold")
    table.add_row(Text(mark, style="dim"), Text(printable(text)))
    _print(console, table)


def _by_page(route: RouteRecord) -> Iterable[tuple[str, list[FetchRecord], list[HeaderRecord]]]:
    """The fetches of each page, with the headers' verdicts for them alone."""
    for page, group in groupby(range(len(route.fetches)), key=lambda index: str(route.fetches[index].page)):
        indexes = list(group)
        headers = [
            HeaderRecord(name=header.name, custom=header.custom, verdicts=tuple(header.verdicts[i] for i in indexes))
            for header in route.headers
        ]
        yield page, [route.fetches[index] for index in indexes], headers


def _write_block(
    console: Console,
    route: RouteRecord,
    fetches: Sequence[FetchRecord],
    headers: Sequence[HeaderRecord],
    *,
    verbose: bool,
) -> None:
    status = " / ".join(dict.fromkeys(str(fetch.answer.status) if fetch.answer else "-" for fetch in fetches))
    title = Text.assemble((printable(f"{route.method} {route.url}"), "bold"), f"  {status}")
    _print(console, title, indent=0)
    _write_exchanges(console, fetches, verbose=verbose)
    _write_failures(console, fetches)
    _write_headers(console, headers, fetches, verbose=verbose)


def _write_exchanges(console: Console, fetches: Sequence[FetchRecord], *, verbose: bool) -> None:
    """The exchanges where there is more to them than one request: preflights, redirect hops, differences by mode."""
    distinct = list(dict.fromkeys(fetch.exchanges for fetch in fetches if fetch.exchanges))
    for exchanges in distinct:
        modes = " and ".join(f'"{fetch.credentials}"' for fetch in fetches if fetch.exchanges == exchanges)
        if len(distinct) > 1:
            _print(console, Text(f"with credentials {modes}:", style="dim"))
        for exchange in exchanges:
            if verbose or len(exchanges) > 1 or len(distinct) > 1:
                _print(console, Text(printable(_describe(exchange)), style="dim"))
            for line in _raw_lines(exchange) if verbose else ():
                _print(console, Text(printable(line), style="dim"), indent=2 * _INDENT)
    for name in dict.fromkeys(name for fetch in fetches for name in fetch.dropped_header_names):
        _print(console, Text(printable(f"The browser leaves out {name}: a page may not set it."), style="yellow"))


def _describe(exchange: Exchange) -> str:
    request, response = exchange.request, exchange.response
    preflight = "preflight " if request.purpose == "preflight" else ""
    status = response.status if isinstance(response, HTTPResponse) else response.failure
    location = next(
        (value for name, value in getattr(response, "headers", ()) if name.lower() == "location"),
        None,
    )
    return f"{preflight}{request.method} {request.url} -> {status}" + ("" if location is None else f" to {location}")


def _raw_lines(exchange: Exchange) -> Iterable[str]:
    request, response = exchange.request, exchange.response
    yield f"> {request.method} {request.url.target}"
    for name, value in map(redact_request_header, request.headers):
        yield f"> {name}: {value}"
    if isinstance(response, HTTPResponse):
        yield f"< {response.status}"
        for name, value in map(redact_response_header, response.headers):
            yield f"< {name}: {value}"
    else:
        yield f"< {response.detail}"


def _write_failures(console: Console, fetches: Sequence[FetchRecord]) -> None:
    details: dict[tuple[str, str], list[str]] = {}
    for fetch in fetches:
        if isinstance(fetch.result, NetworkError):
            key = (str(fetch.result.failure), fetch.result.detail)
            details.setdefault(key, []).append(f'"{fetch.credentials}"')
    for (failure, detail), modes in details.items():
        sentence = f" with credentials {' and '.join(modes)}: {detail} JavaScript gets a TypeError ({failure})."
        _print(console, Text.assemble(("blocked", _STYLES["blocked"]), printable(sentence)))


def _write_headers(
    console: Console,
    headers: Sequence[HeaderRecord],
    fetches: Sequence[FetchRecord],
    *,
    verbose: bool,
) -> None:
    sent = [header for header in headers if any(verdict.sent for verdict in header.verdicts)]
    if not all(isinstance(fetch.result, NetworkError) for fetch in fetches):
        incidental = [] if verbose else [header for header in sent if _is_condensed(header)]
        rows = [header for header in sent if header not in incidental]
        if rows:
            _print(console, _table(console, rows, fetches))
        if incidental:
            names = dict.fromkeys(_CORS_HEADERS if _is_cors(header) else header.name for header in incidental)
            _print(console, Text(printable(f"also sent, hidden: {', '.join(names)}"), style="dim"))
    elif sent:
        _print(console, Text(printable(f"sent, but nothing of it is readable: {_names(sent)}"), style="dim"))
    for note in dict.fromkeys(_notes(sent)):
        _print(console, Text(printable(note), style="dim"))
    unsent = [header for header in headers if header not in sent]
    if unsent:
        _print(console, Text(printable(f"listed, but not sent: {_names(unsent)}"), style="dim"))


def _is_condensed(header: HeaderRecord) -> bool:
    incidental = header.name.lower() in _INCIDENTAL or _is_cors(header)
    return incidental and not any(verdict.readable for verdict in header.verdicts)


def _is_cors(header: HeaderRecord) -> bool:
    return header.name.lower().startswith("access-control-")


def _names(headers: Iterable[HeaderRecord]) -> str:
    return ", ".join(header.name for header in headers)


def _table(console: Console, headers: Sequence[HeaderRecord], fetches: Sequence[FetchRecord]) -> Table:
    """The rows, custom headers first; the value gets what width the others leave."""
    cells = {header.name: [_shown_value(header), *_verdicts(header), _why(header, fetches)] for header in headers}
    name_width = min(max(map(len, [*cells, "standard header"])), _MAX_NAME_WIDTH)
    why_width = min(max(len(line) for row in cells.values() for line in row[-1].plain.split("\n")), _MAX_WHY_WIDTH)
    taken = _INDENT + name_width + why_width + len(fetches) * (_VERDICT_WIDTH + _GAP) + 2 * _GAP
    longest = max(len(row[0].plain) for row in cells.values())
    custom = [header for header in headers if header.custom]
    standard = [header for header in headers if not header.custom]
    table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="dim")
    first_title = "custom header" if custom else "standard header"
    table.add_column(first_title, width=name_width, overflow="fold")
    value_width = max(_MIN_VALUE_WIDTH, min(longest, console.width - taken))
    table.add_column("value", width=value_width, no_wrap=True, overflow="ellipsis")
    for fetch in fetches:
        table.add_column(fetch.credentials, width=max(_VERDICT_WIDTH, len(fetch.credentials)), no_wrap=True)
    table.add_column("why", width=max(why_width, len("why")), overflow="fold")
    for header in [*custom, *standard]:
        if custom and standard and header is standard[0]:
            table.add_row(Text("standard header", style="dim"))
        table.add_row(Text(printable(header.name)), *cells[header.name])
    return table


def _shown_value(header: HeaderRecord) -> Text:
    values = next(verdict.values for verdict in header.verdicts if verdict.sent)
    return Text(printable(", ".join(redact_response_header((header.name, value))[1] for value in values)))


def _verdicts(header: HeaderRecord) -> Iterable[Text]:
    for verdict in header.verdicts:
        state = _state(verdict)
        yield Text(state, style=_STYLES[state])


def _state(verdict: HeaderVerdict) -> str:
    if verdict.clause is Clause.BLOCKED:
        return "blocked"
    if not verdict.sent:
        return "absent"
    return "readable" if verdict.readable else "hidden"


def _why(header: HeaderRecord, fetches: Sequence[FetchRecord]) -> Text:
    """The clause, once where all modes agree; the blocked ones have their own sentence above the table."""
    pairs = zip(fetches, header.verdicts, strict=True)
    phrases = {fetch.credentials: _WHY[verdict.clause] for fetch, verdict in pairs if verdict.clause != Clause.BLOCKED}
    if len(set(phrases.values())) <= 1:
        return Text(next(iter(phrases.values()), ""))
    return Text("\n".join(f"{mode}: {phrase}" for mode, phrase in phrases.items()))


def _notes(headers: Sequence[HeaderRecord]) -> Iterable[str]:
    """What the phrases of the last column mean, once each."""
    for header in headers:
        for verdict in header.verdicts:
            if verdict.clause in _EXPLAINED and not _is_condensed(header):
                yield f"{_WHY[verdict.clause]}: {verdict.detail}"


def _print(console: Console, renderable: RenderableType, *, indent: int = _INDENT) -> None:
    """Print without the blanks that rich fills lines up with: output is also read in files and diffs."""
    for line in console.render_lines(Padding(renderable, (0, 0, 0, indent)), pad=False):
        segments = list(line)
        while segments and not segments[-1].text.strip():
            segments.pop()
        if segments:
            segments[-1] = Segment(segments[-1].text.rstrip(), segments[-1].style)
        console.print(Segments([*segments, Segment.line()]), end="")


def _summary(report: Report) -> Iterable[str]:
    exchanges = [exchange for fetch in report.fetches for exchange in fetch.exchanges]
    exchanges += [probe.exchange for route in report.routes for probe in route.probes]
    requests = len({exchange.request for exchange in exchanges})
    counts: dict[str, list[bool]] = {}
    for route in report.routes:
        for header in route.headers:
            for fetch, verdict in zip(route.fetches, header.verdicts, strict=True):
                readable = counts.setdefault(fetch.credentials, [])
                readable += [verdict.readable] if header.custom and verdict.sent else []
    by_mode = [f'{sum(readable)} of {len(readable)} with "{mode}"' for mode, readable in counts.items()]
    yield f"{_count(len(report.routes), 'route')}, {_count(requests, 'request')} sent."
    if by_mode:
        yield f"Custom headers readable: {', '.join(by_mode)}."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"
