"""The settings that decide when a check fails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hdrcli.settings.option import file_name, option, status

FailOn = Literal["error", "warning", "advice", "never"]


@dataclass(frozen=True, kw_only=True, init=False, eq=False, repr=False)
class Policy:
    """When a check fails, and which findings it reports. Codes in `select` and `ignore` may be beginnings of codes."""

    expect_readable: tuple[str, ...] = option(
        (),
        "--expect-readable",
        metavar="NAME",
        separator=",",
        help="Fail unless JavaScript can read this header in every fetch. With 'X-*', at least one header with such a "
        "name must be sent, and all of them must be readable.",
    )
    expect_hidden: tuple[str, ...] = option(
        (),
        "--expect-hidden",
        metavar="NAME",
        separator=",",
        help="Fail unless this header is sent and hidden from JavaScript.",
    )
    expect_absent: tuple[str, ...] = option(
        (), "--expect-absent", metavar="NAME", separator=",", help="Fail if this header is sent."
    )
    expect_status: tuple[str, ...] = option(
        (),
        "--expect-status",
        metavar="STATUS",
        separator=",",
        read=status,
        help="Accept only responses with this status: 404, 4xx. Default: 2xx, 3xx.",
    )
    expect_blocked: bool = option(
        False, "--expect-blocked", "--no-expect-blocked", help="Fail unless browsers block every response."
    )
    fail_on: FailOn = option(
        "error",
        "--fail-on",
        choices=("error", "warning", "advice", "never"),
        help="Fail if a finding has this severity or a higher one. Default: error, and never with --sample.",
    )
    fail_on_blocked: bool = option(
        False, "--fail-on-blocked", "--no-fail-on-blocked", help="Fail if a browser blocks any response."
    )
    select: tuple[str, ...] = option(
        (),
        "--select",
        metavar="CODE",
        separator=",",
        help="Report only findings whose code is CODE or begins with it: HDR301, HDR3.",
    )
    ignore: tuple[str, ...] = option(
        (),
        "--ignore",
        metavar="CODE",
        separator=",",
        help="Do not report findings whose code is CODE or begins with it.",
    )
    baseline: str | None = option(
        None,
        "--baseline",
        metavar="FILE",
        read=file_name,
        help="Fail only because of findings that are not in this file, which --baseline-update writes.",
    )
    baseline_update: bool = option(
        False,
        "--baseline-update",
        "--no-baseline-update",
        in_file="nowhere",
        help="Add the findings of this run to the baseline.",
    )
    baseline_prune: bool = option(
        False,
        "--baseline-prune",
        "--no-baseline-prune",
        in_file="nowhere",
        help="Remove findings from the baseline that no longer occur in the services that this run checks.",
    )
    stack: str | None = option(
        None,
        "--stack",
        metavar="NAME",
        help="The server software that fixes are written for, such as starlette. Default: recognized by the responses.",
    )
