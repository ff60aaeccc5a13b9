"""Which file is the configuration, and files that are none."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Final

import pytest

from tests.cli.program import assert_one_line, hdrcli

PATIENCE: Final = 5.0
SAYS_NULL: Final = 'origin = "null/"\n'
"""Each check with it ends with an error that names the file and the line."""
IN_PROJECT: Final = '[project]\nname = "hdrcli-user"\n\n[tool.hdrcli]\norigin = "null/"\n'


def put(folder: Path, files: dict[str, str]) -> None:
    """Write files; those whose names end with "/" are folders."""
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith("/"):
            file.mkdir(exist_ok=True)
        else:
            file.write_text(content, "utf-8")


@pytest.mark.parametrize(
    ("files", "folder", "arguments", "source"),
    [
        ({"hdrcli.toml": SAYS_NULL}, ".", [], "hdrcli.toml:1 origin"),
        ({"pyproject.toml": IN_PROJECT}, ".", [], "pyproject.toml:5 origin"),
        ({".git/": "", "hdrcli.toml": SAYS_NULL, "a/b/": ""}, "a/b", [], "../../hdrcli.toml:1 origin"),
        ({".git": "gitdir: x", "pyproject.toml": IN_PROJECT, "a/": ""}, "a", [], "../pyproject.toml:5 origin"),
        ({".git/": "", "hdrcli.toml": SAYS_NULL, "a/hdrcli.toml": SAYS_NULL}, "a", [], "hdrcli.toml:1 origin"),
        (
            {".git/": "", "hdrcli.toml": SAYS_NULL, "a/pyproject.toml": '[project]\nname = "hdrcli"\n'},
            "a",
            [],
            "../hdrcli.toml:1 origin",
        ),
        ({"hdrcli.toml": SAYS_NULL, "pyproject.toml": '[project]\nname="hdrcli"'}, ".", [], "hdrcli.toml:1 origin"),
        ({"mine.toml": "\n" + SAYS_NULL}, ".", ["--config=mine.toml"], "mine.toml:2 origin"),
        ({"a/pyproject.toml": IN_PROJECT}, ".", ["--config=a/pyproject.toml"], "a/pyproject.toml:5 origin"),
        ({"hdrcli.toml": "origin = 1", "mine.toml": SAYS_NULL}, ".", ["--config=mine.toml"], "mine.toml:1 origin"),
        ({"hdrcli.toml": SAYS_NULL.replace("\n", "\r\n")}, ".", [], "hdrcli.toml:1 origin"),
        ({"hdrcli.toml": "\ufeff" + SAYS_NULL}, ".", [], "hdrcli.toml:1 origin"),
    ],
    ids=str,
)
def test_the_nearest_file_up_to_the_root_of_the_repository(
    tmp_path: Path, files: dict[str, str], folder: str, arguments: list[str], source: str
) -> None:
    put(tmp_path, files)

    ended = hdrcli("check", "http://127.0.0.1:1/", *arguments, cwd=tmp_path / folder)

    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith(f'hdrcli: {source} "null/" is not an origin')


@pytest.mark.parametrize(
    ("files", "folder", "arguments", "variables"),
    [
        ({}, ".", [], {}),
        ({"hdrcli.toml": SAYS_NULL, "a/": ""}, "a", [], {}),
        ({"hdrcli.toml": SAYS_NULL, "a/.git/": "", "a/b/": ""}, "a/b", [], {}),
        ({"hdrcli.toml": SAYS_NULL}, ".", ["--no-config"], {}),
        ({"hdrcli.toml": SAYS_NULL}, ".", [], {"HDRCLI_NO_CONFIG": "1"}),
        ({"hdrcli.toml": SAYS_NULL, "b.toml": ""}, ".", [], {"HDRCLI_CONFIG": "b.toml"}),
        ({"hdrcli.toml": SAYS_NULL, "b.toml": ""}, ".", ["--config=b.toml"], {}),
        ({"pyproject.toml": "not TOML, and without the name"}, ".", [], {}),
        ({"pyproject.toml": '[project]\nname = "hdrcli"\n'}, ".", [], {}),
    ],
    ids=str,
)
def test_no_other_file(
    tmp_path: Path, files: dict[str, str], folder: str, arguments: list[str], variables: dict[str, str]
) -> None:
    put(tmp_path, files)

    ended = hdrcli("check", "http://127.0.0.1:1/", "--dry-run", *arguments, cwd=tmp_path / folder, env=variables)

    assert (ended.status, ended.err) == (0, "")


def test_two_configurations_in_one_folder_are_refused(tmp_path: Path) -> None:
    put(tmp_path, {"hdrcli.toml": "", "pyproject.toml": "[tool.hdrcli]\n"})

    ended = hdrcli("check", "http://127.0.0.1:1/", "--dry-run", cwd=tmp_path)

    assert ended.status == 2
    assert '"hdrcli.toml" and "pyproject.toml"' in ended.err


HOSTILE: Final[dict[str, bytes]] = {
    "not TOML": b"origin =\n",
    "deep arrays": b"origin = " + b"[" * 100_000,
    "deep tables": b"origin = " + b"{a=" * 50_000,
    "many keys in one": b"a" + b".a" * 100_000 + b" = 1",
    "many headers": b"[a" + b".a" * 100_000 + b"]",
    "many tables": b"".join(b"[t%d]\n" % number for number in range(20_000)),
    "a huge number": b"timeout = " + b"1" * 250_000,
    "an endless string": b'origin = "' + b"\\" * 250_000,
    "long lines": b"a" * 250_000,
    "spaces": b"a " * 100_000,
    "not UTF-8": b'origin = "\xff"\n',
    "UTF-16": 'origin = "null"\n'.encode("utf-16"),
    "nul": b"\0" * 1000,
    "too large": b"# \n" * 400_000,
    "escapes": b'"\\u001b[2J" = 1\n',
    "a duplicate": b"timeout = 1\ntimeout = 2\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_is_not_a_configuration_is_refused_in_one_line(tmp_path: Path, name: str) -> None:
    (tmp_path / "hdrcli.toml").write_bytes(HOSTILE[name])

    begin = time.monotonic()
    ended = hdrcli("check", "http://127.0.0.1:1/", cwd=tmp_path)

    assert (ended.status, ended.out) == (2, "")
    assert_one_line(ended.err)
    assert "hdrcli.toml" in ended.err
    assert len(ended.err) < 2000
    assert time.monotonic() - begin < PATIENCE


@pytest.mark.parametrize("name", ["hdrcli.toml", "pyproject.toml"])
@pytest.mark.parametrize("kind", ["folder", "pipe", "unreadable", "loop"])
def test_what_is_not_a_readable_file_is_refused(tmp_path: Path, name: str, kind: str) -> None:
    file = tmp_path / name
    match kind:
        case "folder":
            file.mkdir()
        case "pipe":
            os.mkfifo(file)
        case "loop":
            file.symlink_to(file)
        case _:
            file.symlink_to("/proc/self/mem")  # where reading fails for root, too

    ended = hdrcli("check", "http://127.0.0.1:1/", cwd=tmp_path)

    assert (ended.status, ended.out) == (2, "")
    assert_one_line(ended.err)
    assert name in ended.err
    assert "--no-config" in ended.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--config=missing.toml"], '--config "missing.toml" does not exist'),
        (["--config="], "--config is empty"),
        (["--config=pyproject.toml"], '--config "pyproject.toml" has no table [tool.hdrcli]'),
        (["--config=a\0b"], '"a\\x00b" cannot be read'),
        (["--config=pyproject.toml", "--no-config"], "--config contradicts --no-config"),
    ],
    ids=str,
)
def test_a_named_file_must_be_a_configuration(tmp_path: Path, arguments: list[str], says: str) -> None:
    put(tmp_path, {"pyproject.toml": '[project]\nname = "x"\n'})

    ended = hdrcli("check", "http://127.0.0.1:1/", *arguments, cwd=tmp_path)

    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith(f"hdrcli: {says}")
    assert_one_line(ended.err)


def test_the_sample_app_has_no_configuration(tmp_path: Path) -> None:
    put(tmp_path, {"hdrcli.toml": SAYS_NULL})

    assert hdrcli("check", "--sample", "--dry-run", cwd=tmp_path).status == 0
