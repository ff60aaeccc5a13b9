"""Options in a file: each has its key, and takes TOML's own types."""

from __future__ import annotations

import ntpath
import os
import posixpath
from pathlib import Path
from typing import Final

import pytest

from hdrcli.config.configuration import Configuration, options_of_file, options_of_service, read_configuration
from hdrcli.config.document import Paths, name_from, parse
from hdrcli.config.given import Given, settings_from
from hdrcli.records.errors import UsageError
from hdrcli.settings import Setting, settings_with_options
from hdrcli.settings.option import file_name
from tests.cli.program import assert_one_line, hdrcli
from tests.cli.test_options import TEXTS, TYPES

NOT_IN_FILES: Final = {"baseline-prune", "baseline-update", "launch", "output", "show-secrets", "compare", "ignore"}
"""Options that no file has: what a stranger's file could do with them, or that [[ignore]] takes their place."""
SETTINGS: Final = {setting.option.key: setting for setting in settings_with_options()}


def configuration(text: str, variables: dict[str, str] | None = None) -> Configuration:
    document = parse(Path("hdrcli.toml"), text.encode())
    assert document is not None
    return read_configuration(document, variables or {})


def refused(text: str, variables: dict[str, str] | None = None) -> str:
    """Why the file is refused; the same through the program as by itself."""
    with pytest.raises(UsageError) as caught:
        configuration(text, variables)
    return str(caught.value)


def toml(setting: Setting) -> str:
    """The value of `TEXTS` as TOML has it."""
    text, value = TEXTS[setting.name]
    if setting.option.separator:
        texts = [each.strip() for each in text.split(setting.option.separator) if each.strip()]
        return "[" + ", ".join(f"'{each}'" for each in texts) + "]"
    if setting.option.kind == "switch":
        return str(value).lower()
    return text if setting.option.kind in {"number", "integer"} else f"'{text}'"


def test_all_options_but_a_few_are_keys() -> None:
    assert options_of_file().keys() == SETTINGS.keys() - NOT_IN_FILES - {"profile"}  # only for a service by name


def test_a_service_has_what_is_about_its_page_its_routes_and_its_network() -> None:
    groups = {"Page", "Routes", "Network"}
    its = {key for key, setting in SETTINGS.items() if setting.group in groups}

    assert options_of_service().keys() == {"profile", "stack", *its} - {
        "base-url",
        "browser",
        "compare",
        "dry-run",
        "in-browser",
        "max-time",
    }


@pytest.mark.parametrize("setting", options_of_file().values(), ids=options_of_file())
def test_each_key_sets_its_field(setting: Setting) -> None:
    key, name = setting.option.key, setting.name
    settings, sources = settings_from((), {}, {}, configuration(f"\n{key} = {toml(setting)}\n"))

    assert getattr(settings, name) == TEXTS[name][1] != setting.default
    assert sources == {setting.option.flags[0]: f"hdrcli.toml:2 {key}"}


@pytest.mark.parametrize("setting", options_of_file().values(), ids=options_of_file())
def test_a_variable_outweighs_the_file_and_a_flag_the_variable(setting: Setting) -> None:
    option, (text, value) = setting.option, TEXTS[setting.name]
    of_file = configuration(f"{option.key} = {toml(setting)}")
    by_variable, sources = settings_from((), {}, {option.environment_variable: text}, of_file)
    given: Given = (
        value is True if option.kind == "switch" else [text] if option.separator != "\n" else text.split("\n")[:1]
    )
    _, sources_of_flags = settings_from((), {setting.name: given}, {option.environment_variable: "x"}, of_file)

    assert getattr(by_variable, setting.name) == value
    assert sources == {option.flags[0]: option.environment_variable}
    assert sources_of_flags == {option.flags[0]: option.flags[0]}


def test_the_kind_of_an_option_is_the_type_of_its_values() -> None:
    """An option whose values are numbers is declared with a reader of numbers, so that its key takes them."""
    kinds: dict[str, set[object]] = {
        "switch": {bool, bool | None},
        "number": {float, float | None},
        "integer": {int, int | None},
    }
    of_types = {
        name: next((kind for kind, types in kinds.items() if TYPES[name] in types), "text")
        for name in (setting.name for setting in SETTINGS.values())
    } | {"rate": "text"}  # it has a unit

    assert {setting.name: setting.option.kind for setting in SETTINGS.values()} == of_types


@pytest.mark.parametrize("setting", options_of_file().values(), ids=options_of_file())
def test_a_value_of_another_type_is_refused(setting: Setting) -> None:
    key = setting.option.key
    wrong = {"switch": ["1", "'true'"], "integer": ["1.5", "'1'", "true"], "number": ["'1'", "true"]}
    values = [*wrong.get(setting.option.kind, ["1", "true", "[[]]"]), "{}", "2000-01-01"]
    values += [] if setting.option.separator else ["[]"]

    for value in values:
        assert refused(f"\n\n{key} = {value}").startswith(f'hdrcli.toml:3: "{key}" must be ')


def test_a_single_value_needs_no_array() -> None:
    settings, _ = settings_from((), {}, {}, configuration("origin = 'https://a.example'"))

    assert settings.origins == ("https://a.example",)


def test_files_are_next_to_the_configuration(tmp_path: Path) -> None:
    document = parse(
        tmp_path / "hdrcli.toml", b"cacert = 'certs/ca.pem'\ncert = '/cert.pem'\nopenapi = 'http://a.example/b'"
    )
    assert document is not None
    settings, _ = settings_from((), {}, {}, read_configuration(document, {}))

    assert (settings.cacert, settings.cert) == (str(tmp_path / "certs/ca.pem"), "/cert.pem")
    assert settings.openapi == "http://a.example/b"
    assert {key for key, setting in SETTINGS.items() if setting.option.read is file_name} == {
        "baseline",
        "cacert",
        "cert",
        "key",
        "openapi",
        "output",
        "unix-socket",
    }


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("orgin = 'null'", 'hdrcli.toml:1: there is no key "orgin" in the file. Did you mean "origin"?'),
        ("\nexpect_readable = ['X-A']", 'hdrcli.toml:2: there is no key "expect_readable" in the file. Did'),
        ("headers = ['A: 1']", 'hdrcli.toml:1: there is no key "headers" in the file. Did you mean "header"?'),
        ("xyzzy = 1", 'hdrcli.toml:1: there is no key "xyzzy" in the file.'),
        ("[service.x]", 'hdrcli.toml:1: there is no key "service" in the file. Did you mean "services"?'),
        ("[tool.hdrcli]", 'hdrcli.toml:1: in hdrcli.toml, keys stand without "tool.hdrcli".'),
        ("output = 'x'", 'hdrcli.toml:1: "output" is not for files: use --output.'),
        ("show-secrets = true", 'hdrcli.toml:1: "show-secrets" is not for files: use --show-secrets.'),
        ("timeout = 0", 'hdrcli.toml:1: timeout "0" is not a number'),
        ("timeout = inf", 'hdrcli.toml:1: timeout "inf" is not a number'),
        ("fail-on = 'errors'", 'hdrcli.toml:1: fail-on "errors" is not one of'),
        ("[services]\nx = 1", 'hdrcli.toml:2: "x" must be a table, not an integer.'),
        ("services = 1", 'hdrcli.toml:1: "services" must be a table, not an integer.'),
        ("[services.a]\nurl = 'https://a.example'\n[services.b]\nurl = ''", "hdrcli.toml:4: b needs a URL"),
        ("[services.a]\nurl = 'https://a.example'\norgin = 1", 'hdrcli.toml:3: there is no key "orgin" in [serv'),
        ("[services.a]\nurl = 'https://a.example'\nmax-time = 1", 'hdrcli.toml:3: there is no key "max-time"'),
        ("[services.a]\nurl = 1", 'hdrcli.toml:2: "url" must be a string, not an integer.'),
        ("[services.a]\nurl = 'https://a.example'\npaths = []", 'hdrcli.toml:3: "paths" must be'),
        ("[services.a]\nurl = 'https://a.example'\npaths = ['@b.example']", 'hdrcli.toml:3: "paths" must be'),
        ("[services.a]\nurl = 'https://a.example?x'\npaths = ['/']", 'hdrcli.toml:2: "url" has a query'),
        ("[services.'a b']\nurl = 'https://a.example'", 'hdrcli.toml:1: "a b" is not a name for a service'),
        ("header = ['A: ${T}']", 'hdrcli.toml:1: header: the environment variable "T" is not set'),
        ("header = ['token']", "hdrcli.toml:1: header has a value without a colon"),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_line(text: str, says: str) -> None:
    assert refused(text).startswith(says)


def test_lines_are_those_of_the_keys_whatever_stands_in_values() -> None:
    text = '''# origin = 1
data = """
origin = 2 [x]
\\""" # """
[ "services" . 'a' ] # x
url = "https://a.example/#[" ; # no comment
'''.replace(" ;", "")
    text += "header = [ # [\n  'A: ]',\n  'B: \"\"\"',\n]\n[services.b]\nurl = 'https://b.example'\nstak = 'x'\n"

    assert refused(text).startswith('hdrcli.toml:13: there is no key "stak" in [services.b]. Did you mean "stack"?')


@pytest.mark.parametrize(
    "text",
    [
        "[tool.hdrcli]\norgin = 1",
        "[tool.hdrcli]\ntimeout = 'soon'",
        "tool.hdrcli = 1",
        "[tool.hdrcli.services.a]\nurl = 'x'",
        "[tool.hdrcli.routes]\n'GET /' = {}",
        "[[tool.hdrcli.ignore]]\ncode = 'HDR301'",
    ],
)
def test_the_program_reports_it_in_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)

    ended = hdrcli("check", "http://127.0.0.1:1/", cwd=tmp_path)

    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith("hdrcli: pyproject.toml:")
    assert_one_line(ended.err)


def test_files_are_named_as_seen_from_the_current_folder(tmp_path: Path) -> None:
    (tmp_path / "hdrcli.toml").write_text("origin = 'null'")
    document = parse(tmp_path / "hdrcli.toml", b"")

    assert document is not None
    assert document.name == os.path.relpath(tmp_path / "hdrcli.toml")


@pytest.mark.parametrize(
    ("folder", "path", "paths", "name"),
    [
        ("/a/b", "/a/hdrcli.toml", posixpath, "../hdrcli.toml"),
        ("C:\\a\\b", "C:\\a\\hdrcli.toml", ntpath, "..\\hdrcli.toml"),
        ("C:\\a", "D:\\hdrcli.toml", ntpath, "D:\\hdrcli.toml"),
    ],
)
def test_the_name_of_a_file_on_each_system(folder: str, path: str, paths: Paths, name: str) -> None:
    assert name_from(folder, path, paths) == name
