"""Options: each is a field of `Settings`, and a flag, an environment variable and a key of a configuration file."""

from __future__ import annotations

import json
import re
from typing import Literal, get_args, get_origin, get_type_hints

import pytest

from hdrcli.config.given import settings_from
from hdrcli.fetch import ThirdPartyCookies, address_space, request
from hdrcli.records.errors import UsageError
from hdrcli.settings import Setting, Settings, settings_with_options
from hdrcli.settings.contract import Expectation
from hdrcli.settings.output import ReportFormat
from tests.cli.program import assert_one_line, hdrcli
from tests.serving.http import answer
from tests.serving.site import OPEN_TO_PAGE, Site

TYPES = get_type_hints(Settings, localns=vars(request) | vars(address_space) | {"ThirdPartyCookies": ThirdPartyCookies})
SETTINGS = {setting.name: setting for setting in settings_with_options()}
each_setting = pytest.mark.parametrize("setting", SETTINGS.values(), ids=SETTINGS)

NOT_OPTIONS = {"targets", "sample", "contract", "ignored", "services", "is_side", "secrets", "given"}

TEXTS: dict[str, tuple[str, object]] = {
    "origins": ("https://a.example, null", ("https://a.example", "null")),
    "method": ("PUT", "PUT"),
    "headers": ("X-A: 1, 2\nX-B:3", (("X-A", " 1, 2"), ("X-B", "3"))),
    "head": ("1", True),
    "body": (" {} ", " {} "),
    "json": (" {} ", " {} "),
    "user": ("ada:s3cr3t:", "ada:s3cr3t:"),
    "bearer": ("s3cr3t", "s3cr3t"),
    "credentials": ("Include,omit", ("include", "omit")),
    "mode": ("NO-CORS", "no-cors"),
    "redirect": ("manual", "manual"),
    "cookies": ("a=1; Path=/\n\nb=2\n", ("a=1; Path=/", "b=2")),
    "page_address_space": ("Public", "public"),
    "third_party_cookies": ("Block", "block"),
    "browsers": ("Chrome,EDGE,Safari,firefox", ("chromium", "chromium", "webkit", "firefox")),
    "openapi": ("openapi.yaml", "openapi.yaml"),
    "find_openapi": ("0", False),
    "server": ("http://127.0.0.1/v1", "http://127.0.0.1/v1"),
    "params": ("id=7\nq=a=b", (("id", "7"), ("q", "a=b"))),
    "routes": ("/items*,/me", ("/items*", "/me")),
    "tags": ("items", ("items",)),
    "operation_ids": ("list_*", ("list_*",)),
    "include_unsafe": ("1", True),
    "profile": ("TUS", "tus"),
    "timeout": ("2.5", 2.5),
    "launch": ("uvicorn main:app", "uvicorn main:app"),
    "wait": ("2.5", 2.5),
    "base_url": ("https://api.example", "https://api.example"),
    "max_time": ("90", 90.0),
    "connect_timeout": ("0.5", 0.5),
    "retries": ("2", 2),
    "rate": ("120/m", 2.0),
    "send": ("X-Gateway: s3cr3t\nX-B:1", (("X-Gateway", " s3cr3t"), ("X-B", "1"))),
    "proxy": ("proxy.example:3128", "proxy.example:3128"),
    "resolve": ("a:80:::1,127.0.0.1\nb:80:127.0.0.1", ("a:80:::1,127.0.0.1", "b:80:127.0.0.1")),
    "connect_to": (":80::8080", (":80::8080",)),
    "unix_socket": ("app.sock", "app.sock"),
    "concurrency": ("3", 3),
    "verify": ("0", False),
    "cacert": ("ca.pem", "ca.pem"),
    "cert": ("cert.pem", "cert.pem"),
    "key": ("key.pem", "key.pem"),
    "http2": ("1", True),
    "compare": ("http://127.0.0.1/", "http://127.0.0.1/"),
    "probe": ("no", False),
    "in_browser": ("Yes", True),
    "repeat_writes": ("1", True),
    "preflight_only": ("1", True),
    "dry_run": ("1", True),
    "expect_readable": ("X-A,X-B", ("X-A", "X-B")),
    "expect_hidden": ("X-C", ("X-C",)),
    "expect_absent": ("X-D,", ("X-D",)),
    "expect_status": ("404,5XX", ("404", "5xx")),
    "expect_blocked": ("1", True),
    "fail_on": ("Warning", "warning"),
    "fail_on_blocked": ("on", True),
    "select": ("hdr3,HDR107", ("hdr3", "HDR107")),
    "ignore": ("hdr5", ("hdr5",)),
    "baseline": ("known.json", "known.json"),
    "baseline_update": ("1", True),
    "baseline_prune": ("1", True),
    "stack": ("starlette", "starlette"),
    "formats": ("JSON, junit=out.xml", (ReportFormat("json"), ReportFormat("junit", "out.xml"))),
    "output": ("-", "-"),
    "export": ("cURL", "curl"),
    "show": ("all", "all"),
    "color": ("Always", "always"),
    "exchanges": ("true", True),
    "show_secrets": ("1", True),
    "quiet": ("1", True),
    "verbose": ("1", True),
}
"""The text of each environment variable, and the value that the field gets."""


def test_every_field_but_what_is_checked_is_an_option() -> None:
    assert set(SETTINGS) == TYPES.keys() - NOT_OPTIONS == TEXTS.keys()


@each_setting
def test_an_option_has_all_that_the_outside_needs(setting: Setting) -> None:
    option = setting.option

    assert re.fullmatch(r"--[a-z0-9]+(-[a-z0-9]+)*", option.flags[0])
    assert option.key == option.flags[0].removeprefix("--")
    assert re.fullmatch(r"HDRCLI(_[A-Z0-9]+)+", option.environment_variable)
    assert setting.group in {"Page", "Routes", "Network", "Policy", "Output"}
    assert option.help[0].isupper()
    assert option.help.endswith(".")
    assert option.is_switch is (TYPES[setting.name] in {bool, bool | None})
    assert bool(option.separator) is isinstance(setting.default, tuple)


def test_no_two_options_share_a_name() -> None:
    flags = [flag for setting in SETTINGS.values() for flag in setting.option.flags]
    variables = [setting.option.environment_variable for setting in SETTINGS.values()]

    assert len(set(flags)) == len(flags)
    assert {"HDRCLI_DEBUG", "HDRCLI_CHROMIUM", "HDRCLI_FIREFOX"}.isdisjoint(variables)
    assert len(set(variables)) == len(variables)


def test_choices_are_those_of_the_types() -> None:
    def literals(hint: object) -> set[str]:
        return set(get_args(hint)) if get_origin(hint) is Literal else set().union(*map(literals, get_args(hint)))

    of_types = {name: literals(TYPES[name]) for name in SETTINGS if literals(TYPES[name])}
    offered = {
        name: set(setting.option.metavar.strip("[]").split("|"))
        for name, setting in SETTINGS.items()
        if "|" in setting.option.metavar and name != "browsers"
    }
    assert offered == of_types


@each_setting
def test_the_environment_variable_sets_the_field(setting: Setting) -> None:
    text, value = TEXTS[setting.name]
    variable = setting.option.environment_variable

    settings, sources = settings_from(("http://127.0.0.1/",), {}, {variable: text})

    assert getattr(settings, setting.name) == value != setting.default
    assert sources == {setting.option.flags[0]: variable}


@each_setting
def test_an_empty_environment_variable_is_unset(setting: Setting) -> None:
    settings, sources = settings_from((), {}, {setting.option.environment_variable: " "})

    assert (settings, sources) == (Settings(targets=()), {})


@pytest.mark.parametrize("text", ["2", "maybe", "tru"])
def test_a_switch_is_on_or_off(text: str) -> None:
    with pytest.raises(UsageError, match=f'^HDRCLI_HTTP2 "{text}" '):
        settings_from((), {}, {"HDRCLI_HTTP2": text})


def test_expectations_are_those_of_the_options_and_of_the_contract() -> None:
    of_route = Expectation(verdict="readable", name="E", route="/e")
    settings = Settings(
        targets=(),
        expect_readable=("A", "B"),
        expect_hidden=("C",),
        expect_absent=("D",),
        expect_status=("404",),
        expect_blocked=True,
        contract=(of_route,),
    )

    assert settings.expectations == (
        Expectation(verdict="readable", name="A"),
        Expectation(verdict="readable", name="B"),
        Expectation(verdict="hidden", name="C"),
        Expectation(verdict="absent", name="D"),
        Expectation(verdict="status", name="404"),
        Expectation(verdict="blocked"),
        of_route,
    )


# --- through the program --------------------------------------------------------------------------------

ITEMS = {"/items": answer(*OPEN_TO_PAGE, "X-Total: 3")}


@pytest.mark.parametrize(
    ("arguments", "variables", "asking"),
    [
        ([], {}, {("http://localhost:3000", "omit"), ("http://localhost:3000", "include")}),
        ([], {"HDRCLI_ORIGIN": "https://a.example,null"}, {("https://a.example", "omit"), ("null", "omit")}),
        (["--origin=null"], {"HDRCLI_ORIGIN": "https://a.example"}, {("null", "omit")}),
        (["--origin=null,https://b.example"], {}, {("null", "omit"), ("https://b.example", "omit")}),
        (["--origin=null", "--origin=https://b.example"], {}, {("null", "omit"), ("https://b.example", "omit")}),
        (["--credentials=INCLUDE"], {"HDRCLI_CREDENTIALS": "omit"}, {("http://localhost:3000", "include")}),
    ],
    ids=lambda value: str(sorted(value)),  # the same in every process
)
def test_a_flag_outweighs_the_environment_which_outweighs_the_default(
    arguments: list[str], variables: dict[str, str], asking: set[tuple[str, str]]
) -> None:
    if "null" in str((arguments, variables)):
        arguments = [*arguments, "--credentials=omit"]
    with Site(ITEMS) as site:
        options = ["--no-probe", "--browser=Chrome,standard", "--fail-on=never"]
        ended = hdrcli("check", site.url + "/items", *options, *arguments, env=variables | {"HDRCLI_FORMAT": "json"})

    (service,) = json.loads(ended.out)["services"]
    (route,) = service["routes"]
    assert {(caller["page"], caller["credentials"]) for caller in route["callers"]} <= asking
    assert {caller["page"] for caller in route["callers"]} == {page for page, _ in asking}


@pytest.mark.parametrize(
    ("arguments", "variables", "status"),
    [
        (["--select=hdr301,HDR302", "--fail-on=WARNING"], {}, 1),
        (["--select=hdr302", "--fail-on=warning"], {}, 0),
        (["--ignore=hdr3"], {"HDRCLI_FAIL_ON": "warning"}, 0),
        ([], {"HDRCLI_FAIL_ON": "warning"}, 1),
        (["--fail-on=never"], {"HDRCLI_FAIL_ON": "warning"}, 0),
        ([], {"HDRCLI_EXPECT_ABSENT": "X-A,X-Total"}, 1),
        (["--expect-absent=X-A"], {"HDRCLI_EXPECT_ABSENT": "X-Total"}, 0),
        (["--probe"], {"HDRCLI_PROBE": "0"}, 0),
    ],
    ids=str,
)
def test_the_exit_status_heeds_flags_and_variables(
    arguments: list[str], variables: dict[str, str], status: int
) -> None:
    with Site(ITEMS) as site:
        assert hdrcli("check", site.url + "/items", *arguments, env=variables).status == status


@pytest.mark.parametrize(
    ("arguments", "variables", "source"),
    [
        ([], {"HDRCLI_TIMEOUT": "soon"}, 'HDRCLI_TIMEOUT "soon"'),
        (["--timeout=never"], {"HDRCLI_TIMEOUT": "soon"}, '--timeout "never"'),
        ([], {"HDRCLI_ORIGIN": "a/b"}, 'HDRCLI_ORIGIN "a/b"'),
        (["--origin=a/b"], {"HDRCLI_ORIGIN": "null"}, '--origin "a/b"'),
        ([], {"HDRCLI_BEARER": "a b"}, "HDRCLI_BEARER is empty, or contains"),
        ([], {"HDRCLI_USER": "ada"}, "HDRCLI_USER has a value without a colon"),
        ([], {"HDRCLI_COOKIE": "a=1\nb"}, "HDRCLI_COOKIE has a value that is not a cookie"),
        ([], {"HDRCLI_HEADER": "X-A"}, "HDRCLI_HEADER has a value without a colon"),
        ([], {"HDRCLI_OUTPUT": "/"}, 'HDRCLI_OUTPUT "/" is a directory'),
        ([], {"HDRCLI_COMPARE": "items"}, 'HDRCLI_COMPARE "items"'),
        ([], {"HDRCLI_EXPECT_READABLE": "X-A:"}, 'HDRCLI_EXPECT_READABLE "X-A:"'),
    ],
    ids=str,
)
def test_an_error_names_the_source_of_the_value(arguments: list[str], variables: dict[str, str], source: str) -> None:
    ended = hdrcli("check", "http://127.0.0.1/", *arguments, env=variables)

    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith(f"hdrcli: {source}")
    assert_one_line(ended.err)


def test_several_urls_are_checked() -> None:
    with Site(ITEMS) as site:
        urls = [f"{site.url}/items", f"{site.url}/items?page=2"]
        ended = hdrcli("check", *urls, "--format=json", "--no-probe")

    (service,) = json.loads(ended.out)["services"]
    assert [route["url"] for route in service["routes"]] == urls


# --- hints and help -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["check", "--colour-blind"], 'See "hdrcli check --help".'),
        (["check", "-Z"], 'See "hdrcli check --help".'),
        (["check", "--orign=null"], "Did you mean --origin?"),
        (["check", "--headers"], "Did you mean --header or --head?"),
        (["check", "--time-out=3"], "Did you mean --timeout?"),
        (["check", "--expect"], "or --expect-absent or --expect-status or --expect-blocked?"),
        (["serve-sample", "--allow-credential"], "Did you mean --allow-credentials?"),
        (["rule"], 'Did you mean "rules"?'),
        (["http://127.0.0.1/"], 'Did you mean "hdrcli check URL"?'),
        (["inspect"], 'See "hdrcli --help".'),
        (["--no-such-option"], 'See "hdrcli --help".'),
        (["explain"], 'See "hdrcli explain --help".'),
        (["rules", "more"], 'See "hdrcli rules --help".'),
        (["serve-sample", "--port=http"], 'See "hdrcli serve-sample --help".'),
    ],
    ids=str,
)
def test_wrong_usage_is_one_line_with_a_hint(arguments: list[str], hint: str) -> None:
    ended = hdrcli(*arguments)

    assert (ended.status, ended.out) == (2, "")
    assert ended.err.endswith(f" {hint}\n")
    assert_one_line(ended.err)


def test_without_a_command_the_help_is_an_error() -> None:
    ended = hdrcli()

    assert (ended.status, ended.out) == (2, "")
    assert ended.err == hdrcli("--help").out


@pytest.mark.parametrize(
    ("short", "long"),
    [
        (["-V"], ["--version"]),
        (["-h"], ["--help"]),
        *(([name, "-h"], [name, "--help"]) for name in ("check", "schema")),
    ],
    ids=str,
)
def test_short_flags(short: list[str], long: list[str]) -> None:
    ended = hdrcli(*short)

    assert (ended.status, ended.err) == (0, "")
    assert ended.out == hdrcli(*long).out != ""


def test_the_help_has_each_group_and_each_option_once() -> None:
    shown = hdrcli("check", "--help").out

    headings = re.findall(r"^(\w[\w ]*):$", shown, re.MULTILINE)
    assert headings == [
        "Target",
        "Actions",
        "Configuration",
        "Page",
        "Routes",
        "Network",
        "Policy",
        "Output",
        "Examples",
        "Environment",
        "Exit status",
    ]
    options = re.findall(r"^  (?:-\w, )?(--[\w-]+)", shown, re.MULTILINE)
    changing = [s.option.off[0] if s.default is True else s.option.flags[0] for s in SETTINGS.values()]
    assert options == [
        "--diff",
        "--fix",
        "--unsafe-fixes",
        "--watch",
        "--sample",
        "--help",
        "--config",
        "--no-config",
        *changing,
    ]
    assert shown.count("  hdrcli check ") >= 4


def test_the_schema_is_json() -> None:
    ended = hdrcli("schema")

    assert (ended.status, ended.err) == (0, "")
    assert "$defs" in json.loads(ended.out)
