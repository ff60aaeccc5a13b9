"""ARCHITECTURE.md is true: its rooms are the layers, its walk is the way of a real check, its files exist."""

from __future__ import annotations

import re
import sys
import tomllib
from itertools import groupby
from pathlib import Path
from types import FrameType
from typing import Final

import pytest

import hdrcli
from hdrcli.cli.reports import Planned
from hdrcli.cli.running import run_check
from hdrcli.settings import Settings
from tests.serving.raw import RawServer

ROOT: Final = Path(__file__).parent.parent
PACKAGE: Final = Path(hdrcli.__file__).parent
TEXT: Final = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
WALK: Final = re.findall(r"^\| `([\w/]+\.py)` \| `([\w.]+)` \|", TEXT, re.MULTILINE)
HEAD: Final = b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nX-Total-Count: 1312\r\nContent-Length: 0\r\n\r\n"


def test_the_rooms_are_the_layers() -> None:
    configured = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    (layers,) = [contract["layers"] for contract in configured if contract["name"] == "Layers of hdrcli"]
    rooms = re.findall(r"^\| `(\w+)` \| ", TEXT, re.MULTILINE)
    rows = [layer.split(" | ") for layer in layers]

    assert rooms == [room for row in rows for room in row]
    for *others, last in [row for row in rows if len(row) > 1]:
        named = ", ".join(f"`{room}`" for room in others)
        assert f"{named} and `{last}`" in " ".join(TEXT.split())


def test_the_walk_is_the_way_of_a_header(capsys: pytest.CaptureFixture[str]) -> None:
    calls: list[tuple[str, str]] = []

    def profile(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(str(PACKAGE)):
            calls.append((Path(code.co_filename).relative_to(PACKAGE).as_posix(), code.co_qualname))

    with RawServer(HEAD) as server:
        before = sys.getprofile()
        sys.setprofile(profile)
        try:
            run_check(Settings(targets=(server.url,), stack="starlette"), (Planned("table"),))
        finally:
            sys.setprofile(before)

    printed = capsys.readouterr().out
    assert "HDR301" in printed
    assert 'expose_headers=["X-Total-Count"]' in printed
    remaining = iter(call for call, _ in groupby(calls))
    not_reached = [step for step in WALK if step not in remaining]
    assert len(WALK) > 30
    assert not_reached == []


def test_named_files_and_commands_exist() -> None:
    named = re.findall(r"`((?:[\w]+/)*[\w]+(?:/|\.py|\.md|\.json|\.toml))`", TEXT)
    commands = [f"{command.replace('.', '/')}.py" for command in re.findall(r"`python -m ([\w.]+)`", TEXT)]
    to_write = {name for name in named if name.endswith("/x.py")} | {
        "rules/hdrNNN_the_fault.py",
        "hdrcli/reporters/tsv.py",
    }

    assert [name for name in named + commands if not any((place / name).exists() for place in (ROOT, PACKAGE))] == [
        name for name in named if name in to_write
    ]
