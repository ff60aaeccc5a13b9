"""No text of a server or a user commands a terminal, a CI system or a viewer, in any output and at any width."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import TypeVar, get_args

import pytest

from hdrcli import Settings
from hdrcli.settings.output import ComparisonFormat
from hdrcli.settings.routes import ProfileName
from tests.cli.program import hdrcli
from tests.pytest_plugin.running import run_pytest
from tests.safety.hostile_values import COMMANDS, VALUES
from tests.safety.judging import assert_harmless
from tests.safety.outputs import Run, Written, of_audit, of_check, of_command, of_library, of_other_commands
from tests.safety.sources import CLOSED, arguments, responses, sources
from tests.sampling import sampled
from tests.serving.http import answer
from tests.serving.raw import RawServer
from tests.serving.site import OPEN_TO_PAGE, Response, Site

pytestmark = pytest.mark.no_cover  # all lines run often: tracing them takes as long again

T = TypeVar("T")
WIDTHS = ("", "0", "20", "33", "40", "57", "80", "81", "200")


def assert_all_harmless(all_written: Iterable[Written]) -> None:
    for written in all_written:
        assert_harmless(written)


@pytest.mark.parametrize("number", sampled(range(len(VALUES)), every=20))
def test_every_place_of_a_response(number: int) -> None:
    value = VALUES[number]
    env = {"COLUMNS": WIDTHS[number % len(WIDTHS)]}
    sites = {f"/{place}": response for place, response in enumerate(responses(value, value))}
    with Site(sites) as site:
        urls = [f"{site.url}{path}" for path in sites]
        assert_all_harmless(of_check(*urls, "--no-probe", "-X", "PUT", "--expect-readable=X-B", env=env))
        url = urls[number % len(urls)]
        assert_all_harmless(of_check(url, "--expect-readable=X-B", env=env))
        assert_all_harmless(of_library(Settings(targets=(url,))))


@pytest.mark.parametrize("place", sampled(range(len([*responses("", "")]))))
def test_other_commands(place: int) -> None:
    """Each value in every eighth place, and one of them for an audit."""
    values = VALUES[place % 8 :: 8]
    with Site({f"/{number}": [*responses(value, value)][place] for number, value in enumerate(values)}) as site:
        urls = [f"{site.url}/{number}" for number in range(len(values))]
        assert_all_harmless(of_other_commands(*urls))
        assert_all_harmless(of_audit(urls[place % len(urls)]))


@pytest.mark.parametrize("name", sampled(get_args(ComparisonFormat)))
def test_comparisons(tmp_path: Path, name: str) -> None:
    plain = answer(*OPEN_TO_PAGE, "X-A: 1", "Link: 1", "Access-Control-Expose-Headers: X-A")
    for number, value in enumerate(VALUES[::2]):
        hostile = {f"/{place}": response for place, response in enumerate(responses(value, value))}
        with Site(hostile) as one, Site(dict.fromkeys(hostile, plain)) as other:
            for file, site in (("a.txt", one), ("b.txt", other)):
                (tmp_path / file).write_text("".join(f"{site.url}{path}\n" for path in hostile))
            method = "PUT" if number % 2 else "GET"
            words = ("@a.txt", "@b.txt", f"--format={name}", f"--method={method}", "--no-probe")
            env = {"COLUMNS": WIDTHS[number % len(WIDTHS)]}
            assert_all_harmless(of_command("compare", *words, run=Run(form=f"compare {name}"), cwd=tmp_path, env=env))


@pytest.mark.parametrize("value", sampled([COMMANDS[6], COMMANDS[7], COMMANDS[8], COMMANDS[9]]))
def test_every_width(value: str) -> None:
    with RawServer(answer(*OPEN_TO_PAGE, f"X-A: {value}", f"Link: {value}")) as server:
        for width in range(1, 121, 5):
            for options in (["--verbose"], []):
                words = ("check", server.url, "--no-probe", *options)
                assert_all_harmless(of_command(*words, env={"COLUMNS": str(width)}))


@pytest.mark.parametrize("value", COMMANDS)
def test_the_values_of_json_stay_equal(value: str) -> None:
    with RawServer(answer(*OPEN_TO_PAGE, f"X-A: {value}")) as server:
        ended = hdrcli("check", server.url, "--format=json")

    (route,) = json.loads(ended.out)["services"][0]["routes"]
    assert {"X-A": [value.strip()]}.items() <= {each["name"]: each["values"] for each in route["headers"]}.items()


@pytest.mark.parametrize("value", sampled(VALUES, every=20))
def test_documents_and_chains(value: str) -> None:
    operation = {"responses": {"200": {"headers": {value: {}, "X-A": {}}, "description": value}}}
    document = json.dumps({"openapi": "3.1.0", "info": {}, "paths": {"/a": {"get": operation}, value: {}}})
    sites: dict[str, Response] = {
        "/a": answer(*OPEN_TO_PAGE),
        "/openapi.json": b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + document.encode(),
        "/chain": lambda request: answer(
            *OPEN_TO_PAGE, f"Location: /chain?{request.target.count('a') * 'a'}a{value}#{value}", status="307 Again"
        ),
    }
    with Site(sites) as site:
        assert_all_harmless(of_check(f"{site.url}/a", f"{site.url}/chain", env={"COLUMNS": "60"}))


@pytest.mark.parametrize("value", sampled(VALUES, every=20))
def test_proxies(value: str) -> None:
    with RawServer(f"HTTP/1.1 502 {value}\r\n\r\n".encode("latin-1")) as proxy:
        env = {"HTTPS_PROXY": proxy.url, "COLUMNS": "40"}
        assert_all_harmless(of_check("https://a.example/", env=env))


@pytest.mark.parametrize("number", sampled(range(len(VALUES)), every=20))
def test_files(tmp_path: Path, number: int) -> None:
    with RawServer(answer(*OPEN_TO_PAGE)) as server:
        for source in _some(sources(server.url, VALUES[number], VALUES[number]), number):
            folder = tmp_path / source.name
            folder.mkdir()
            for name, text in source.files.items():
                (folder / name).write_text(text, "utf-8")
            env = {"COLUMNS": "40", **source.variables}
            assert_all_harmless(of_check(*source.words, "--no-probe", env=env, cwd=folder))
            if source.name.startswith("configuration"):
                assert_all_harmless(of_other_commands(server.url, env=env, cwd=folder))
                assert_all_harmless(of_audit(server.url, env=env, cwd=folder))


@pytest.mark.parametrize("number", sampled(range(len(VALUES)), every=20))
def test_arguments(number: int) -> None:
    with RawServer(answer(*OPEN_TO_PAGE)) as server:
        for words in _some(arguments(server.url, VALUES[number], VALUES[number]), number):
            assert_all_harmless(of_check(*words, "--no-probe", env={"COLUMNS": "40"}))
            assert_all_harmless(of_other_commands(words[0], options=words[1:], env={"COLUMNS": "40"}))
            assert_all_harmless(of_audit(*words, env={"COLUMNS": "40"}))


@pytest.mark.parametrize(("number", "profile"), [*enumerate(get_args(ProfileName))])
def test_profiles(number: int, profile: str) -> None:
    """Every other value in the responses to one client, whose requests get one response after the other."""
    for value in VALUES[number :: 2 * len(get_args(ProfileName))]:
        with Site({}, otherwise=_in_turn(value)) as site:
            assert_all_harmless(of_check(f"{site.url}/a", f"--profile={profile}", env={"COLUMNS": "60"}))


@pytest.mark.parametrize("value", sampled(COMMANDS[::6]))
def test_generated_tests(tmp_path: Path, value: str) -> None:
    (source,) = (source for source in sources(CLOSED, value, value) if source.name == "OpenAPI")
    (tmp_path / "a.json").write_text(source.files["a.json"], "utf-8")
    (tmp_path / "hdrcli.toml").write_text('openapi = "a.json"\n', "utf-8")
    with Site({}, otherwise=_in_turn(value)) as site:
        assert_harmless(Written("pytest", "text", run_pytest(tmp_path, "-v", "--hdrcli-openapi", site.url)))


def _in_turn(value: str) -> Response:
    """Each request gets the next response with the value."""
    following = cycle(responses(value, value))
    return lambda _: next(following)


def _some(places: Iterable[T], number: int) -> Iterator[T]:
    """Every twelfth place: all of them with each value would take many minutes."""
    return islice(places, number % 12, None, 12)


@pytest.mark.parametrize("value", sampled(VALUES, every=20))
def test_words_of_other_commands(value: str) -> None:
    for words in (
        [value],
        ["explain", value],
        ["explain", f"HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: {value}\nX-A: {value}"],
        *([command, value] for command in ("compare", "bulk", "rules", "profiles", "config", "init", "schema", "lab")),
        ["compare", value, value],
        ["serve-sample", "--port", value],
    ):
        assert_all_harmless(of_command(*words, env={"COLUMNS": "40"}))
