"""Options next to targets for which they mean nothing: refused where a user writes them, with what to do instead."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from hdrcli.settings import settings_with_options
from hdrcli.targets.scope import WITHOUT_MEANING, KindName
from tests.cli.program import assert_one_line, hdrcli
from tests.cli.test_options import TEXTS

HEAD: Final = "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\n\r\n"
HAR_PAGE: Final = "http://localhost:3000"
HAR: Final = {
    "log": {
        "entries": [
            {
                "_resourceType": "fetch",
                "startedDateTime": "2026-01-01T00:00:00Z",
                "request": {
                    "method": "GET",
                    "url": "http://a.example/",
                    "headers": [{"name": "Origin", "value": HAR_PAGE}],
                },
                "response": {
                    "status": 200,
                    "headers": [{"name": "Access-Control-Allow-Origin", "value": "*"}],
                    "content": {},
                },
            }
        ]
    }
}
WORDS: Final[dict[KindName, tuple[str, ...]]] = {
    "app": ("nothing_here:app",),
    "url": ("http://127.0.0.1:1/items",),
    "list": ("@urls.txt",),
    "curl": ("curl http://127.0.0.1:1/items",),
    "launch": ("--launch=true {port}",),
    "recording": ("head.txt",),
    "recorded requests": ("recording.har",),
    "sample": ("--sample",),
}
OPTIONS: Final = {setting.option.flags[0]: setting for setting in settings_with_options()}


def _pairs() -> Iterator[tuple[KindName, str]]:
    for kind, refused in WITHOUT_MEANING.items():
        for options in refused:
            yield from ((kind, option) for option in options)


def flag(option: str) -> str:
    """The option, with a value that changes its setting."""
    setting = OPTIONS[option]
    if setting.option.is_switch:
        return setting.option.off[0] if setting.default is True else option
    return f"{option}={TEXTS[setting.name][0].splitlines()[0]}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "head.txt").write_text(HEAD, "utf-8")
    (tmp_path / "urls.txt").write_text("http://127.0.0.1:1/items\n", "utf-8")
    (tmp_path / "recording.har").write_text(json.dumps(HAR), "utf-8")
    return tmp_path


SEVERAL: Final = [
    (("http://127.0.0.1:1/items", "http://127.0.0.1:1/users"), "--wait"),
    (("nothing_here:app", "nothing_here:other"), "--proxy"),
    (("nothing_here:app", "http://127.0.0.1:1/items"), ""),
    (("head.txt", "recording.har"), "--rate"),
    (("head.txt", "@urls.txt"), "--wait"),
    (("head.txt", "@urls.txt"), ""),
]


@pytest.mark.parametrize(("words", "option"), SEVERAL)
def test_a_flag_that_means_nothing_for_any_of_several_targets(
    folder: Path, words: tuple[str, ...], option: str
) -> None:
    """With one target that it is for, such as --rate with a URL next to an app or a recording, it is accepted."""
    ended = hdrcli("check", *words, flag(option or "--rate"), cwd=folder)

    assert ended.err.startswith(f"hdrcli: {option} ") if option else "--rate" not in ended.err
    assert ended.status == 2 or not option


@pytest.mark.parametrize(("kind", "option"), [*_pairs()])
def test_a_flag_that_means_nothing_is_refused(folder: Path, kind: KindName, option: str) -> None:
    ended = hdrcli("check", *WORDS[kind], flag(option), cwd=folder)

    assert ended.status == 2
    assert_one_line(ended.err)
    assert ended.err.startswith(f"hdrcli: {flag(option).partition('=')[0]} ")
    assert ": " in ended.err.removeprefix("hdrcli: ")  # what to do


@pytest.mark.parametrize("kind", ["recording", "recorded requests"])
def test_variables_and_files_hold_for_all_checks(folder: Path, kind: KindName) -> None:
    (folder / "hdrcli.toml").write_text("retries = 1\nwait = 3\nresolve = 'a.example:1:127.0.0.1'\n", "utf-8")
    ended = hdrcli("check", *WORDS[kind], cwd=folder, env={"HDRCLI_PROXY": "", "HDRCLI_RATE": "1/s"})

    assert (ended.status, ended.err) == (0, "")


def test_flags_next_to_the_only_named_service(folder: Path) -> None:
    (folder / "hdrcli.toml").write_text("[services.api]\nurl = 'http://127.0.0.1:1/items'\n", "utf-8")
    refused = hdrcli("check", "api", "--wait=3", cwd=folder)

    assert refused.status == 2
    assert refused.err.startswith("hdrcli: --wait ")
    assert "hdrcli: " not in hdrcli("check", "api", "--retries=1", "--dry-run", cwd=folder).err


ROUTES: Final[dict[str, list[str]]] = {
    "/*": [],
    "GET /": [],
    "/items*": ["--route"],
    "items": ["--route", "/items*"],
}
"""Values of `--route` for recordings of GET http://a.example/, and what a refusal of them names."""


@pytest.mark.parametrize("word", ["recording.har", "saved.json", "verbose.txt"])
@pytest.mark.parametrize(("pattern", "named"), ROUTES.items(), ids=ROUTES)
def test_recorded_requests_can_be_chosen(folder: Path, word: str, pattern: str, named: list[str]) -> None:
    hdrcli("check", "recording.har", "--exchanges", "--format=json", "--output=saved.json", cwd=folder)
    request = f"> GET / HTTP/1.1\n> Host: a.example\n> Origin: {HAR_PAGE}\n>\n"
    response = "".join(f"< {line}\n" for line in HEAD.splitlines())
    (folder / "verbose.txt").write_text(request + response, "utf-8")
    ended = hdrcli("check", word, f"--route={pattern}", cwd=folder)

    assert ended.status == (2 if named else 0)
    assert all(each in ended.err for each in named)


def test_an_option_for_one_of_several_targets(folder: Path) -> None:
    unreachable = ("http://127.0.0.1:1/items", "--retries=1")
    assert hdrcli("check", "head.txt", *unreachable, cwd=folder).status != 2
    assert hdrcli("check", "head.txt", "recording.har", "--retries=1", cwd=folder).status == 2


@pytest.mark.parametrize("words", [("-", "-"), ("-", "-d", "@-"), ("http://127.0.0.1:1/", "--json=@-", "-d", "@-")])
def test_standard_input_is_read_once(words: tuple[str, ...]) -> None:
    ended = hdrcli("check", *words, given="http://127.0.0.1:1/items")

    assert ended.status == 2
    assert_one_line(ended.err)
    assert "once" in ended.err
