"""What other systems lack or refuse, simulated: an open file that is replaced, Unix sockets, a limit of macOS.

`.ci/check` looks for calls that Windows does not have.
"""

from __future__ import annotations

import resource
import socket
from pathlib import Path

import pytest

from hdrcli.bulk.lines import Line
from hdrcli.cluster.chunks import Chunk
from hdrcli.cluster.manifest import Manifest, Plan
from hdrcli.records.errors import UsageError
from hdrcli.wire.addressing import read_addressing
from hdrcli.wire.descriptors import allow_descriptors
from tests.cli.program import hdrcli
from tests.serving.http import answer
from tests.serving.raw import RawServer
from tests.targets.projects import FASTAPI, project

_OPEN_FILES = Path("/proc/self/fd")


@pytest.fixture
def replaced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of files that are replaced; one that is open is an error, as on Windows."""
    if not _OPEN_FILES.is_dir():
        pytest.skip("this system does not list the files that are open")
    names: list[str] = []
    replace = Path.replace

    def replace_closed(path: Path, target: Path) -> Path:
        opened = {each.resolve() for each in _OPEN_FILES.iterdir()}
        if {path.resolve(), target.resolve()} & opened:
            raise PermissionError(13, "The process cannot access the file because it is being used", str(target))
        names.append(target.name)
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", replace_closed)
    return names


def test_no_open_file_is_replaced(tmp_path: Path, replaced: list[str]) -> None:
    with RawServer(answer("X-A: 1")) as server:
        for option in ("--baseline-update", "--baseline-prune"):
            ended = hdrcli("check", server.url, "--no-probe", f"--baseline={tmp_path / 'known'}", option)
            assert "written" not in ended.err
    with Manifest(tmp_path, Plan(lanes=1, chunk=1)) as manifest:
        manifest.add(Chunk(lane="a", name="a.jsonl", lines=(Line(1, "http://a.example"),)), {})
        manifest.end(1)

    assert replaced == ["known", "known", "manifest.jsonl", "manifest.jsonl"]


def test_fixes_replace_no_open_file(tmp_path: Path, replaced: list[str]) -> None:
    project(tmp_path, {"app_of_other_systems.py": FASTAPI})
    hdrcli("check", "app_of_other_systems:app", "--fix", cwd=tmp_path)

    assert "X-Total-Count" in (tmp_path / "app_of_other_systems.py").read_text("utf-8").partition("app.get")[0]
    assert "app_of_other_systems.py" in replaced


def test_macos_allows_less_than_its_hard_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = []

    def setrlimit(_: int, wanted: tuple[int, int]) -> None:
        if wanted[0] > 10_240:
            raise ValueError("current limit exceeds maximum limit")
        limits.append(wanted[0])

    monkeypatch.setattr(resource, "getrlimit", lambda _: (256, resource.RLIM_INFINITY))
    monkeypatch.setattr(resource, "setrlimit", setrlimit)

    assert allow_descriptors(1_000_000) == (10_240 - 320) // 2
    assert allow_descriptors(100) == 100
    assert limits == [10_240, 520]


def test_windows_has_no_unix_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(socket, "AF_UNIX")

    with pytest.raises(UsageError, match="Unix sockets"):
        read_addressing((), (), "a")
