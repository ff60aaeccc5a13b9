"""A secret in any of 200 places is in no output, and with --show-secrets where it belongs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import get_args

import pytest

from hdrcli import Settings
from hdrcli.settings.output import ComparisonFormat
from tests.cli.program import hdrcli
from tests.safety.outputs import Written, of_audit, of_check, of_library, of_other_commands
from tests.safety.secret_places import ARGUMENTS, HEADS, PARAMETERS, READABLE, SECRET_NAMES, SECRET_VALUES, TOKEN
from tests.safety.sources import arguments, responses, sources
from tests.sampling import sampled
from tests.serving.http import answer
from tests.serving.raw import RawServer
from tests.serving.site import OPEN_TO_PAGE, Site

pytestmark = pytest.mark.no_cover  # all lines run often: tracing them takes as long again

SECRET = "S3CR3T"  # noqa: S105 -- planted by the tests


def planted(number: int) -> str:
    """A secret that tells its place."""
    return f"{SECRET}{number:03}"


def found_in(text: str) -> set[str]:
    """The secrets in an output, with what stands before them."""
    return {text[max(place - 40, 0) : place + 9] for place in range(len(text)) if text.startswith(SECRET, place)}


def leaks(all_written: Iterable[Written]) -> dict[str, set[str]]:
    """The secrets in outputs."""
    found = {}
    for written in all_written:
        assert "Traceback" not in written.text, written
        found[written.where] = found_in(written.text)
    return {where: secrets for where, secrets in found.items() if secrets}


def of_all(url: str, *options: str, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> Iterator[Written]:
    """What all commands write about a target, with the options of a check."""
    yield from of_check(url, *options, env=env, cwd=cwd)
    yield from of_other_commands(url, options=options, env=env, cwd=cwd)
    yield from of_audit(url, *options, env=env, cwd=cwd)


def head_with(lines: Sequence[str]) -> bytes:
    return answer(*OPEN_TO_PAGE, "Access-Control-Expose-Headers: *", *lines)


FORMS = ((TOKEN, TOKEN), ("https://me:{}@a.example/?token={}", "b"), ("Bearer%20{}", "b"))
"""Secrets by their form, which stay ones in a URL's path and in its query, and names of headers and methods."""
BY_NAME = [f"{name}: {planted(number)}" for number, name in enumerate(SECRET_NAMES)]
BY_VALUE = [f"X-{number}: {value.format(planted(number))}" for number, value in enumerate(SECRET_VALUES)]


@pytest.mark.parametrize("lines", [BY_NAME, BY_VALUE], ids=["names", "values"])
def test_response_headers(lines: Sequence[str]) -> None:
    with RawServer(head_with(lines)) as server:
        assert not leaks(of_all(server.url))
        assert not leaks(of_library(Settings(targets=(server.url,))))
        ended = hdrcli("check", server.url, "--format=json", "--show-secrets")

    assert [number for number in range(len(lines)) if planted(number) not in ended.out] == []


@pytest.mark.parametrize("lines", [BY_NAME, BY_VALUE], ids=["names", "values"])
def test_comparisons(tmp_path: Path, lines: Sequence[str]) -> None:
    """Of two live targets, and of a saved report: differences show values."""
    others = [f"{line}, other" for line in lines]
    expose = f"Access-Control-Expose-Headers: {', '.join(line.partition(':')[0] for line in lines)}"
    with RawServer(head_with(lines)) as a, RawServer(head_with([*others, expose, f"Vary: {SECRET_VALUES[0]}"])) as b:
        hdrcli("check", a.url, "--exchanges", "--format=json", "-o", str(tmp_path / "saved"))
        texts = [(tmp_path / "saved").read_text()]
        for first in (a.url, str(tmp_path / "saved")):
            for name in get_args(ComparisonFormat):
                ended = hdrcli("compare", first, b.url, f"--format={name}")
                assert ended.status == 1
                texts += [ended.out, ended.err]
        shown = hdrcli("compare", a.url, b.url, "--format=json", "--show-secrets")

    assert not found_in("\n".join(texts))
    assert found_in(shown.out)


@pytest.mark.parametrize("lines", [BY_NAME, BY_VALUE], ids=["names", "values"])
def test_request_headers(lines: Sequence[str]) -> None:
    options = [f"--header={line}" for line in lines if "Cookie" not in line]
    with RawServer(head_with(["Access-Control-Allow-Headers: *"])) as server:
        assert not leaks(of_all(server.url, *options))
        headers = tuple((name, value) for name, _, value in (line.partition(": ") for line in lines))
        assert not leaks(of_library(Settings(targets=(server.url,), headers=headers)))
        ended = hdrcli("check", server.url, *options, "--verbose", "--show-secrets")

    shown = [line.partition(":")[2].strip() for line in lines if "Cookie" not in line]
    assert [value for value in shown if value not in ended.out and not value.startswith("-----")] == []


@pytest.mark.parametrize(
    "header",
    sampled(["Location: {}", "Link: {}", "Refresh: {}", "Content-Location: {}", "Set-Cookie: a={}", "Origin: {}"]),
)
def test_values_in_known_headers(header: str) -> None:
    sites = {
        f"/{number}": answer(*OPEN_TO_PAGE, header.format(value.format(planted(number))), status=status)
        for number, value in enumerate(SECRET_VALUES)
        for status in ["302 Found" if header.startswith("Location") else "200 OK"]
    }
    with Site(sites) as site:
        urls = [f"{site.url}{path}" for path in sites]
        assert not leaks(of_check(*urls, "--no-probe", "--redirect=manual"))
        assert not leaks(of_check(urls[0], urls[9], "--no-probe"))
        assert not leaks(of_other_commands(*urls))
        assert not leaks(of_audit(*urls[::8]))


@pytest.mark.thorough
def test_parameters_of_the_url() -> None:
    with RawServer(head_with([]), b"HTTP/1.1 302 Found\r\nLocation: /a?b\r\n\r\n") as server:
        urls = [
            f"{server.url}{separator}{name}={planted(number)}"
            for number, name in enumerate(PARAMETERS)
            for separator in ("?a=b&", "a?b=c#d=e&")
        ]
        assert not leaks(of_check(*urls, "--no-probe"))
        assert not leaks(of_other_commands(*urls))
        assert not leaks(of_audit(*urls[::8]))
        assert not leaks(of_library(Settings(targets=tuple(urls), probe=False)))
        ended = hdrcli("check", *urls, "--no-probe", "--show-secrets", "--format=jsonl")

    assert [number for number in range(len(PARAMETERS)) if planted(number) not in ended.out] == []


@pytest.mark.parametrize("head", sampled(HEADS), ids=repr)
def test_heads(head: bytes) -> None:
    with RawServer(head.replace(b"{}", SECRET.encode())) as server:
        assert not leaks(of_all(server.url))
        assert not leaks(of_check(server.url, "-X", "PUT", "--no-probe"))
        assert not leaks(of_library(Settings(targets=(server.url,))))
        shown = hdrcli("check", server.url, "--verbose", "--show-secrets")

    assert SECRET in shown.out + shown.err or head.startswith(b"HTTP/1.1 5")


@pytest.mark.parametrize("arguments", sampled(ARGUMENTS), ids=repr)
def test_arguments(arguments: tuple[str, ...]) -> None:
    with RawServer(head_with([])) as server:
        host = server.url.removeprefix("http://").removesuffix("/")
        filled = [text.replace("URL", server.url).replace("HOST", host).replace("{}", SECRET) for text in arguments]
        assert not leaks(of_all(*filled))
        for command in ([], ["chekc"]):
            ended = hdrcli(*command, *filled)
            assert not found_in(ended.out + ended.err)


@pytest.mark.thorough
@pytest.mark.parametrize(("value", "name"), FORMS)
def test_every_place_of_a_response(value: str, name: str) -> None:
    every = responses(value.replace("{}", SECRET), name.replace("{}", SECRET))
    sites = {f"/{place}": response for place, response in enumerate(every)}
    with Site(sites) as site:
        urls = [f"{site.url}{path}" for path in sites]
        assert not leaks(of_check(*urls, "--no-probe", "--expect-readable=X-B"))
        assert not leaks(of_other_commands(*urls))
        assert not leaks(of_audit(*urls))
        assert not leaks(of_library(Settings(targets=tuple(urls), probe=False)))


@pytest.mark.thorough
@pytest.mark.parametrize(("value", "name"), FORMS[:2])
def test_files(tmp_path: Path, value: str, name: str) -> None:
    with RawServer(head_with([])) as server:
        for source in sources(server.url, value.replace("{}", SECRET), name.replace("{}", SECRET)):
            folder = tmp_path / source.name
            folder.mkdir()
            for file, text in source.files.items():
                (folder / file).write_text(text, "utf-8")
            assert not leaks(of_check(*source.words, "--no-probe", env=source.variables, cwd=folder)), source.name
            if source.name.startswith("configuration"):
                assert not leaks(of_other_commands(server.url, env=source.variables, cwd=folder)), source.name
                assert not leaks(of_audit(server.url, env=source.variables, cwd=folder)), source.name


@pytest.mark.thorough
@pytest.mark.parametrize(("value", "name"), FORMS[:2])
def test_every_option(value: str, name: str) -> None:
    with RawServer(head_with([])) as server:
        for words in arguments(server.url, value.replace("{}", SECRET), name.replace("{}", SECRET)):
            assert not leaks(of_all(*words, "--no-probe")), words


def test_variables_of_a_configuration(tmp_path: Path) -> None:
    """A value from the environment is a secret wherever it stands, and whatever its form."""
    with RawServer(head_with([f"X-Echo: {SECRET}"])) as server:
        service = f'[services.api]\nurl = "{server.url}?a=${{VALUE}}"\nheader = ["X-A: ${{VALUE}}"]\n'
        (tmp_path / "hdrcli.toml").write_text(f'{service}send = ["X-B: ${{VALUE}}"]\n', "utf-8")
        assert not leaks(of_all("api", env={"VALUE": SECRET}, cwd=tmp_path))


def test_proxies() -> None:
    with RawServer(head_with([])) as server, RawServer(f"HTTP/1.1 407 Bearer {SECRET}\r\n\r\n".encode()) as proxy:
        for url in (f"http://me:{SECRET}@127.0.0.1:9", f"http://me:{SECRET}/@x", f"ftp://me:{SECRET}@x:1", proxy.url):
            assert not leaks(of_check("http://a.example/", "https://a.example/", env={"ALL_PROXY": url}))
            assert not leaks(of_all(server.url, env={"HTTP_PROXY": url}))


def test_what_is_no_secret_stays_readable() -> None:
    with RawServer(head_with([f"{name}: {value}" for name, value in READABLE])) as server:
        ended = hdrcli("check", server.url, "--verbose", "--no-probe")

    assert [name for name, value in READABLE if f"< {name}: {value}" not in ended.out] == []


def test_cookies_are_shown_on_request() -> None:
    with RawServer(answer(*OPEN_TO_PAGE, f"Set-Cookie: sid={planted(1)}; Path=/")) as server:
        arguments = [
            "check",
            server.url,
            f"--cookie=own={planted(2)}",
            "--credentials=include",
            "--verbose",
            "--no-probe",
        ]
        hidden, shown = hdrcli(*arguments), hdrcli(*arguments, "--show-secrets")

    assert "sid=[redacted]; Path=/" in hidden.out
    assert f"Cookie: own={planted(2)}" in shown.out
    assert f"Set-Cookie: sid={planted(1)}; Path=/" in shown.out
    assert not found_in(hidden.out)


def test_what_one_run_shows_another_does_not() -> None:
    with RawServer(answer(*OPEN_TO_PAGE, f"X-Token: {SECRET}")) as server:
        for options in (["--show-secrets"], [], ["--show-secrets"], []):
            ended = hdrcli("check", server.url, "--format=json", *options)
            assert bool(found_in(ended.out)) == bool(options)
