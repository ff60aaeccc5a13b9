"""The settings of a check: every option, declared once.

A field carries all that the outside needs to know about it: its flags, its environment variable, its key in a
configuration file, its help text (see `hdrcli.settings.option`). The command line is made from these fields. The groups
are the headings of the help; a function that needs one group takes that group. Only `Settings` is constructed and
compared: methods of the groups would lengthen each start of the program.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, get_args

from hdrcli.settings.contract import Expectation, Ignored
from hdrcli.settings.option import (
    Option,
    count,
    count_or_none,
    file_name,
    header,
    option,
    option_of,
    rate,
    seconds,
    status,
    text_or_file,
)
from hdrcli.settings.routes import Routes

if TYPE_CHECKING:
    from hdrcli.fetch import ThirdPartyCookies
    from hdrcli.fetch.address_space import AddressSpace
    from hdrcli.fetch.request import CredentialsMode, Mode, RedirectMode

FailOn = Literal["error", "warning", "advice", "never"]
Format = Literal["table", "json", "jsonl", "junit", "sarif", "github", "gitlab", "tap", "markdown", "csv"]
"""Each is a module of `hdrcli.reporters`."""
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
class Page:
    """What the page's `fetch()` does, and what the browser has stored.

    Empty `origins`, `credentials` and `browsers` stand for the defaults (see `hdrcli.planning.routes`).
    """

    origins: tuple[str, ...] = option(
        (),
        "--origin",
        metavar="ORIGIN",
        separator=",",
        help="The origin of the page, which may be that of an extension or an app (chrome-extension://ID, "
        "capacitor://localhost), or null for a sandboxed page or a file. Default: http://localhost:3000 for a URL on "
        "this machine, otherwise app.example with the URL's scheme.",
    )
    page_address_space: AddressSpace | None = option(
        None,
        "--page-address-space",
        choices=("public", "local", "loopback"),
        help="Where the page is loaded from: the internet, the local network or this machine. A public page needs the "
        "user's permission for addresses of the other two, and is simulated without it. Default: permission granted.",
    )
    method: str | None = option(
        None, "--method", "-X", metavar="METHOD", help="The request method. Default: GET, or POST with a body."
    )
    head: bool = option(False, "--head", "-I", "--no-head", help="Send a HEAD request, as --method HEAD does.")
    headers: tuple[tuple[str, str], ...] = option(
        (),
        "--header",
        "-H",
        metavar="'NAME: VALUE'",
        separator="\n",
        read=header,
        help="A request header that the page sets.",
    )
    body: str | None = option(
        None,
        "--data",
        "-d",
        metavar="TEXT",
        read=text_or_file,
        help="The request body, a JavaScript string; @FILE reads it from a file, @- from standard input.",
    )
    json: str | None = option(
        None,
        "--json",
        metavar="TEXT",
        read=text_or_file,
        help="As --data, and the page sets Content-Type: application/json.",
    )
    user: str | None = option(
        None,
        "--user",
        "-u",
        metavar="USER:PASSWORD",
        help="The page sets the header Authorization: Basic.",
    )
    bearer: str | None = option(
        None, "--bearer", metavar="TOKEN", help="The page sets the header Authorization: Bearer."
    )
    credentials: tuple[CredentialsMode, ...] = option(
        (),
        "--credentials",
        separator=",",
        choices=("omit", "same-origin", "include"),
        help="The credentials mode of fetch(). Default: omit, and include for comparison. With --cookie or --cert: "
        "include, and omit for comparison.",
    )
    mode: Mode = option(
        "cors",
        "--mode",
        choices=("cors", "no-cors", "same-origin"),
        help="The mode of fetch().",
    )
    redirect: RedirectMode = option(
        "follow",
        "--redirect",
        choices=("follow", "error", "manual"),
        help="The redirect mode of fetch().",
    )
    cookies: tuple[str, ...] = option(
        (),
        "--cookie",
        "-b",
        metavar="NAME=VALUE",
        separator="\n",
        help="A cookie that the browser has stored for the URL's host and sends there without restrictions, or several "
        "('a=1; b=2'). With attributes ('sid=1; SameSite=Lax'), it is stored as if the host had set it during a visit.",
    )
    third_party_cookies: ThirdPartyCookies = option(
        "default",
        "--third-party-cookies",
        choices=("default", "allow", "block"),
        help="Allow or block third-party cookies. Default: what each browser does as installed.",
    )
    browsers: tuple[str, ...] = option(
        (),
        "--browser",
        separator=",",
        choices=("standard", "chromium", "firefox", "webkit"),
        aliases={"chrome": "chromium", "edge": "chromium", "safari": "webkit"},
        help="The browser to simulate, or standard for the Fetch Standard to the letter. chrome, edge and safari are "
        "accepted, too. Default: chromium, firefox, webkit.",
    )


@dataclass(frozen=True, kw_only=True, init=False, eq=False, repr=False)
class Network:
    """How requests reach the service, and which requests are sent.

    `timeout` is in seconds, for one exchange as a whole; `max_time` is for the whole run, `rate` in requests per
    second. `cacert`, `cert` and `key` name PEM files.
    """

    timeout: float = option(
        10.0, "--timeout", metavar="SECONDS", read=seconds, help="The time limit for each request and its response."
    )
    connect_timeout: float | None = option(
        None,
        "--connect-timeout",
        metavar="SECONDS",
        read=seconds,
        help="The time limit for each connection, with name resolution and TLS. Default: that of --timeout.",
    )
    max_time: float = option(
        1800.0,
        "--max-time",
        metavar="SECONDS",
        read=seconds,
        help="The time limit for the whole run. When it is reached, the routes that are checked by then are reported, "
        "and the run fails.",
    )
    retries: int = option(
        0,
        "--retries",
        metavar="N",
        read=count_or_none,
        help="How often to send a GET, HEAD or OPTIONS request again if no connection comes about or it is closed "
        "without a response, after 0.5 s, 1 s, 2 s and so on.",
    )
    rate: float | None = option(
        None, "--rate", metavar="N/s", read=rate, help="Send at most N requests per second (N/m: per minute)."
    )
    concurrency: int = option(
        10,
        "--concurrency",
        metavar="N",
        read=count,
        help="The number of routes to check at once, and the most connections to one host.",
    )
    send: tuple[tuple[str, str], ...] = option(
        (),
        "--send",
        metavar="'NAME: VALUE'",
        separator="\n",
        read=header,
        help="A header that no page sets, such as a gateway's token. It is sent with every request to the service's "
        "origin, preflights included, and its value is redacted.",
    )
    proxy: str | None = option(
        None,
        "--proxy",
        "-x",
        metavar="URL",
        help="Use this proxy for all requests; '' is none. Default: that of http_proxy, https_proxy, all_proxy and "
        "no_proxy.",
    )
    resolve: tuple[str, ...] = option(
        (),
        "--resolve",
        metavar="HOST:PORT:ADDRESS",
        separator="\n",
        help="Connect to this IP address for requests to HOST:PORT.",
    )
    connect_to: tuple[str, ...] = option(
        (),
        "--connect-to",
        metavar="HOST:PORT:HOST:PORT",
        separator="\n",
        help="Connect to the second host and port for requests to the first; an empty one stands for any, or the same.",
    )
    unix_socket: str | None = option(
        None, "--unix-socket", metavar="FILE", read=file_name, help="Connect to this Unix socket for all requests."
    )
    http2: bool | None = option(
        None,
        "--http2",
        "--http1.1",
        help="Require HTTP/2, or use only HTTP/1.1. Default: HTTP/2 where an https server offers it.",
    )
    verify: bool = option(True, "--verify", "--insecure", "-k", help="Accept any TLS certificate.")
    cacert: str | None = option(
        None,
        "--cacert",
        metavar="FILE",
        read=file_name,
        help="Certificate authorities to trust in addition to the system's, in PEM format.",
    )
    cert: str | None = option(
        None,
        "--cert",
        metavar="FILE",
        read=file_name,
        help="The browser's client certificate, in PEM format. Fetches with credentials send it.",
    )
    key: str | None = option(
        None,
        "--key",
        metavar="FILE",
        read=file_name,
        help="The certificate's private key, in PEM format, if it is not in the --cert file.",
    )
    launch: str | None = option(
        None,
        "--launch",
        metavar="COMMAND",
        in_file="nowhere",
        help="Start this command, check the service that it serves, and stop it. {port} stands for a free port: "
        "--launch 'uvicorn main:app --port {port}'.",
    )
    wait: float = option(
        15.0,
        "--wait",
        metavar="SECONDS",
        read=seconds,
        help="The time limit for the start of an app in process or of the --launch command.",
    )
    base_url: str = option(
        "http://127.0.0.1:8000", "--base-url", metavar="URL", help="The URL that an app in process is requested at."
    )
    compare: str | None = option(
        None,
        "--compare",
        metavar="URL",
        in_file="nowhere",
        help="A URL that reaches the same service without its proxy. The report shows which headers the proxy removes, "
        "adds and changes.",
    )
    probe: bool = option(
        True,
        "--probe",
        "--no-probe",
        help="Send only the fetches, without the additional requests that narrow down causes.",
    )
    in_browser: bool = option(
        False,
        "--in-browser",
        "--no-in-browser",
        help="Also run the fetches in a real Chromium, or with --browser firefox in a real Firefox. Fail if it behaves "
        "differently from its simulation.",
    )
    preflight_only: bool = option(
        False,
        "--preflight-only",
        "--no-preflight-only",
        help="Send the preflight of a POST or the like, not the request.",
    )
    repeat_writes: bool = option(
        False,
        "--repeat-writes",
        "--no-repeat-writes",
        help="Send a request with a method such as POST for every caller, and again with --in-browser. Default: once.",
    )
    dry_run: bool = option(False, "--dry-run", "--no-dry-run", help="Print the requests, and send none.")


@dataclass(frozen=True, kw_only=True, init=False, eq=False, repr=False)
class Policy:
    """When a check fails, and which findings it reports. Codes in `select` and `ignore` may be beginnings of codes."""

    expect_readable: tuple[str, ...] = option(
        (),
        "--expect-readable",
        metavar="NAME",
        separator=",",
        help="Fail unless JavaScript can read this header in every fetch. 'X-*' requires it of all headers that are "
        "sent with such a name, and of at least one.",
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
        read=str.upper,
        help="Report only findings whose code is CODE or begins with it: HDR301, HDR3.",
    )
    ignore: tuple[str, ...] = option(
        (),
        "--ignore",
        metavar="CODE",
        separator=",",
        read=str.upper,
        help="Do not report findings whose code is CODE or begins with it.",
    )
    baseline: str | None = option(
        None,
        "--baseline",
        metavar="FILE",
        read=file_name,
        help="Fail only because of findings that are not in this file.",
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
        help="Remove from the baseline what this run does not find on the services that it checks.",
    )
    stack: str | None = option(
        None,
        "--stack",
        metavar="NAME",
        help="The server software that fixes are written for, such as starlette. Default: recognized by its responses.",
    )


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
        help="Write the report to this file; - is standard output. Of several reports, the first without a file.",
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
        help="Do not redact tokens, passwords and cookies. Do not share such a report.",
    )
    quiet: bool = option(False, "--quiet", "-q", "--no-quiet", help="Print no report: the exit status is the result.")
    verbose: bool = option(
        False,
        "--verbose",
        "-v",
        "--no-verbose",
        help="Print the raw lines of every request and response, and the evidence for each finding.",
    )


@dataclass(frozen=True, kw_only=True)
class Settings(Page, Routes, Network, Policy, Output):
    """What to check, and how: the options of `hdrcli check`, whose help describes each.

    Only `targets` has no default. The fields of this class itself are not options. Settings are checked when a run
    begins: `hdrcli.check` raises `UsageError`.
    """

    targets: tuple[str, ...]
    """URLs and other words of the command line: see `hdrcli.targets`."""
    sample: bool = False
    """Whether the targets are those of the sample app, whose faults are there on purpose."""
    contract: tuple[Expectation, ...] = ()
    """What is expected of single routes. For one route and header, a later expectation replaces an earlier one."""
    ignored: tuple[Ignored, ...] = ()
    """The findings that are accepted, with the reasons."""
    services: tuple[NamedService, ...] = ()
    """The services that a target may name."""
    secrets: tuple[str, ...] = ()
    """Values that no report shows, wherever they stand, such as a token that is in a header."""

    @property
    def expectations(self) -> tuple[Expectation, ...]:
        """What is expected of all routes, and of single ones."""
        return (
            *(Expectation(verdict="readable", name=name) for name in self.expect_readable),
            *(Expectation(verdict="hidden", name=name) for name in self.expect_hidden),
            *(Expectation(verdict="absent", name=name) for name in self.expect_absent),
            *(Expectation(verdict="status", name=status) for status in self.expect_status),
            *([Expectation(verdict="blocked")] if self.expect_blocked else []),
            *self.contract,
        )

    def __repr__(self) -> str:
        """The fields that are not at their default, without secrets."""
        from hdrcli.text.redaction import REDACTED, redact_request_header, redact_text

        values = {each.name: getattr(self, each.name) for each in fields(self)}
        changed = {each.name: values[each.name] for each in fields(self) if values[each.name] != each.default}
        if self.headers:
            changed["headers"] = tuple(map(redact_request_header, self.headers))
        if self.send:
            changed["send"] = tuple((name, REDACTED) for name, _ in self.send)
        changed |= dict.fromkeys(
            changed.keys() & {"body", "json", "user", "bearer", "cookies", "secrets", "params"}, REDACTED
        )
        return f"Settings({', '.join(f'{name}={redact_text(repr(value))}' for name, value in changed.items())})"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedService:
    """A service that a target may name: its URLs are the targets of `settings`, which hold for it and no other one.

    `bound` are the names, in lower case, of the headers that only its own origin gets. `sources` says where values are
    from, as the flags of their options would (see `UsageError`). `problem` says why it cannot be checked.
    """

    name: str
    settings: Settings = field(repr=False)
    bound: frozenset[str] = frozenset()
    sources: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    problem: str = ""


GROUPS: Final = (Page, Routes, Network, Policy, Output)
"""In the order of the help."""


class Setting(NamedTuple):
    """A field of `Settings` that is an option."""

    name: str
    group: str
    default: object
    option: Option


def settings_with_options() -> Iterator[Setting]:
    """All fields of `Settings` that are options, in the order of the help."""
    for group in GROUPS:
        for each in fields(group):
            its_option = option_of(each)
            if its_option is not None:
                yield Setting(each.name, group.__name__, each.default, its_option)


def is_debugging() -> bool:
    """Whether the environment variable `HDRCLI_DEBUG` is set to anything but "", "0" or "false"."""
    return os.environ.get("HDRCLI_DEBUG", "").lower() not in {"", "0", "false"}
