"""The settings of a check: every option, declared once.

A field carries all that the outside needs to know about it: its flags, its environment variable, its key in a
configuration file, its help text (see `hdrcli.settings.option`). The command line is made from these fields. The groups
are the headings of the help; a function that needs one group takes that group. Only `Settings` is constructed and
compared: methods of the groups would lengthen each start of the program.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, get_args

from hdrcli.settings.option import Option, count, file_name, header, option, option_of, seconds, status
from hdrcli.settings.routes import Routes

if TYPE_CHECKING:
    from hdrcli.fetch import ThirdPartyCookies
    from hdrcli.fetch.request import CredentialsMode, Mode, RedirectMode

FailOn = Literal["error", "warning", "advice", "never"]
Format = Literal["table", "json", "jsonl"]
"""Each is a module of `hdrcli.reporters`."""
Show = Literal["auto", "all"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What an option such as `--expect-readable` requires of a response header, on every route and in every fetch."""

    verdict: Literal["readable", "hidden", "absent"]
    name: str


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
        help="The origin of the page, or null for a sandboxed page. Default: http://localhost:3000 for a URL on this "
        "machine, otherwise app.example with the URL's scheme.",
    )
    method: str = option("GET", "--method", "-X", metavar="METHOD", help="The request method.")
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
        help="The request body, a JavaScript string. Needs a method with a body, such as -X POST.",
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
        metavar="NAME=VALUE",
        separator="\n",
        help="A cookie that the browser has stored for the URL's host and sends there without restrictions. With "
        "attributes ('sid=1; SameSite=Lax'), it is stored as if the host had set it during a visit.",
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

    `timeout` is in seconds, for one exchange as a whole. `cacert`, `cert` and `key` name PEM files.
    """

    timeout: float = option(
        10.0, "--timeout", metavar="SECONDS", read=seconds, help="The time limit for each request and its response."
    )
    launch: str | None = option(
        None,
        "--launch",
        metavar="COMMAND",
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
    repeat_writes: bool = option(
        False,
        "--repeat-writes",
        "--no-repeat-writes",
        help="Send a request with a method such as POST for every caller, and again with --in-browser. Default: once.",
    )
    preflight_only: bool = option(
        False,
        "--preflight-only",
        "--no-preflight-only",
        help="Send the preflight of a POST or the like, not the request.",
    )
    dry_run: bool = option(False, "--dry-run", "--no-dry-run", help="Print the requests, and send none.")
    concurrency: int = option(
        10,
        "--concurrency",
        metavar="N",
        read=count,
        help="The number of routes to check at once, and the most connections to one host.",
    )
    verify: bool = option(True, "--verify", "--insecure", help="Accept any TLS certificate.")
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
    http2: bool | None = option(
        None,
        "--http2",
        "--no-http2",
        help="Fail unless the server speaks HTTP/2. With --no-http2, use HTTP/1.1 only. Default: HTTP/2 where an https "
        "server offers it.",
    )
    compare: str | None = option(
        None,
        "--compare",
        metavar="URL",
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


@dataclass(frozen=True, kw_only=True, init=False, eq=False, repr=False)
class Policy:
    """When a check fails, and which findings it reports. Codes in `select` and `ignore` may be beginnings of codes."""

    expect_readable: tuple[str, ...] = option(
        (),
        "--expect-readable",
        metavar="NAME",
        separator=",",
        help="Fail unless JavaScript can read this header in every fetch.",
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
    stack: str | None = option(
        None,
        "--stack",
        metavar="NAME",
        help="The server software that fixes are written for, such as starlette. Default: recognized by its responses.",
    )

    @property
    def expectations(self) -> tuple[Expectation, ...]:
        """What is required of headers, by whichever option."""
        return (
            *(Expectation(verdict="readable", name=name) for name in self.expect_readable),
            *(Expectation(verdict="hidden", name=name) for name in self.expect_hidden),
            *(Expectation(verdict="absent", name=name) for name in self.expect_absent),
        )


@dataclass(frozen=True, kw_only=True, init=False, eq=False, repr=False)
class Output:
    """Which report is written, and where; `output` is a file's name."""

    format: Format = option(
        "table",
        "--format",
        choices=get_args(Format),
        help="The format of the report; jsonl is one line of JSON for each route, written as soon as it is checked.",
    )
    output: str | None = option(
        None,
        "--output",
        "-o",
        metavar="FILE",
        read=file_name,
        help="Write the report to this file; - is standard output.",
    )
    show: Show = option(
        "auto",
        "--show",
        choices=("auto", "all"),
        help="Print a table of headers for a single route only (auto), or for each route (all).",
    )
    exchanges: bool = option(
        False, "--exchanges", "--no-exchanges", help="Include every request and response in JSON reports."
    )
    show_secrets: bool = option(
        False,
        "--show-secrets",
        "--no-show-secrets",
        help="Do not redact tokens, passwords and cookies. Do not share such a report.",
    )
    verbose: bool = option(
        False,
        "--verbose",
        "-v",
        "--no-verbose",
        help="Print the raw lines of every request and response, and the evidence for each finding.",
    )


@dataclass(frozen=True, kw_only=True)
class Settings(Page, Routes, Network, Policy, Output):
    """What to check, and how. Only `targets` has no default. It and `sample` are not options."""

    targets: tuple[str, ...]
    """URLs and other words of the command line: see `hdrcli.targets`."""
    sample: bool = False
    """Whether the targets are those of the sample app, whose faults are there on purpose."""

    def __repr__(self) -> str:
        """The fields that are not at their default, without secrets."""
        from hdrcli.text.redaction import REDACTED, redact_request_header, redact_text

        changed = {field.name: getattr(self, field.name) for field in fields(self)}
        changed = {field.name: changed[field.name] for field in fields(self) if changed[field.name] != field.default}
        if self.headers:
            changed["headers"] = tuple(map(redact_request_header, self.headers))
        changed |= dict.fromkeys(changed.keys() & {"body", "cookies", "params"}, REDACTED)
        return f"Settings({', '.join(f'{name}={redact_text(repr(value))}' for name, value in changed.items())})"


GROUPS: Final = (Page, Routes, Network, Policy, Output)
"""In the order of the help."""


class Setting(NamedTuple):
    """A field of `Settings` that is an option."""

    name: str
    group: str
    default: object
    option: Option


def settings_with_options() -> Iterator[Setting]:
    """All fields of `Settings` but `targets`, in the order of the help."""
    for group in GROUPS:
        for field in fields(group):
            its_option = option_of(field)
            if its_option is not None:
                yield Setting(field.name, group.__name__, field.default, its_option)


def is_debugging() -> bool:
    """Whether the environment variable `HDRCLI_DEBUG` is set to anything but "", "0" or "false"."""
    return os.environ.get("HDRCLI_DEBUG", "").lower() not in {"", "0", "false"}
