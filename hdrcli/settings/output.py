"""The settings of reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

from hdrcli.settings.option import file_name, option

Format = Literal["table", "json", "jsonl", "junit", "sarif", "github", "gitlab", "tap", "markdown", "csv", "html"]
"""Each is a module of `hdrcli.reporters`."""
ComparisonFormat = Literal["table", "json", "markdown"]
"""Each is a module of `hdrcli.reporters.comparisons`."""
Export = Literal["curl", "fetch"]
"""Each is a module of `hdrcli.reporters`."""
Show = Literal["auto", "all"]
Color = Literal["auto", "always", "never"]


class ReportFormat(NamedTuple):
    """A report to write; `file` is None for standard output, or the file of `--output`."""

    name: str
    file: str | None = None


def report_format(text: str) -> ReportFormat:
    """Read a format, and the file that its report is written to: "junit=out.xml"."""
    name, separator, file = text.partition("=")
    name = name.strip().lower()
    if name not in get_args(Format):
        raise ValueError(f'"{name}" is not one of {", ".join(get_args(Format))}.')
    return ReportFormat(name, file_name(file) if separator else None)


@dataclass(frozen=True, kw_only=True, init=False, eq=False, repr=False)
class Output:
    """Which report is written, and where; `output` is a file's name."""

    formats: tuple[ReportFormat, ...] = option(
        (),
        "--format",
        metavar="FORMAT[=FILE]",
        separator=",",
        read=report_format,
        offered=get_args(Format),
        help=f"A report to write, to standard output or to a file: {', '.join(get_args(Format))}. Default: table; on "
        "GitHub Actions also annotations (github) and the job summary (markdown).",
    )
    output: str | None = option(
        None,
        "--output",
        "-o",
        metavar="FILE",
        read=file_name,
        in_file="nowhere",
        help="Write the report to this file; - is standard output. With several reports, this is the first one "
        "without a file.",
    )
    export: Export | None = option(
        None,
        "--export",
        choices=get_args(Export),
        help="Print a curl command for each request, or the page's fetch() calls, instead of a report. Without "
        "--show-secrets, bodies are redacted, too.",
    )
    show: Show = option(
        "auto",
        "--show",
        choices=("auto", "all"),
        help="Print a table of headers for a single route only (auto), or for each route (all).",
    )
    color: Color = option(
        "auto",
        "--color",
        choices=get_args(Color),
        help="Color the report: on a terminal only (auto), always or never. NO_COLOR, FORCE_COLOR, CLICOLOR and "
        "CLICOLOR_FORCE change auto.",
    )
    exchanges: bool = option(
        False, "--exchanges", "--no-exchanges", help="Include every request and response in JSON reports."
    )
    show_secrets: bool = option(
        False,
        "--show-secrets",
        "--no-show-secrets",
        in_file="nowhere",
        help="Do not redact tokens, passwords and cookies. Do not share the report.",
    )
    quiet: bool = option(False, "--quiet", "-q", "--no-quiet", help="Print no report: the exit status is the result.")
    verbose: bool = option(
        False,
        "--verbose",
        "-v",
        "--no-verbose",
        help="Print the raw lines of every request and response, and the evidence for each finding.",
    )
