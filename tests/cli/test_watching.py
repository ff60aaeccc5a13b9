"""`hdrcli check --watch`: what starts a check, what the line after it says, and how it ends."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

import pytest

from tests.cli.program import COMMAND, assert_one_line, environment, importing_first
from tests.targets.projects import FASTAPI, ROOT, eventually, project, run
from tests.targets.test_launching import SERVER, UVICORN, is_running, pids

pytestmark = pytest.mark.thorough

WAITING: Final = "Waiting for changes"
EXPOSED: Final = FASTAPI.replace('=["X-Request-ID"]', '=["X-Request-ID", "X-Total-Count"]')


class Watched:
    """A check with `--watch`; what it writes to both streams goes to a file."""

    def __init__(self, folder: Path, process: subprocess.Popen[bytes], file: Path) -> None:
        self.folder = folder
        self.process = process
        self._file = file
        self._rounds = 0

    def round(self) -> str:
        """What the next run writes, up to the line that waits for changes."""
        self._rounds += 1
        assert eventually(lambda: self._text().count(WAITING) >= self._rounds), self._text()
        return self._text().split(WAITING)[self._rounds - 1]

    def change(self, text: str, name: str = "main.py") -> None:
        project(self.folder, {name: text})

    def interrupt(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)

    def _text(self) -> str:
        return self._file.read_text("utf-8")


@contextmanager
def watched(folder: Path, *arguments: str, out: IO[bytes] | int | None = None) -> Iterator[Watched]:
    """Run `hdrcli check --watch` in the folder."""
    file = folder / "written.txt"
    with file.open("wb") as written:
        process = subprocess.Popen(
            [*COMMAND, "check", *arguments, "--watch"],
            cwd=folder,
            env=environment(importing_first(ROOT) | {"TERM": "xterm"}),
            stdin=subprocess.DEVNULL,
            stdout=out if out is not None else written,
            stderr=written,
        )
    try:
        yield Watched(folder, process, file)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def test_each_change_is_checked_in_a_fresh_process(tmp_path: Path) -> None:
    with watched(project(tmp_path, {"main.py": FASTAPI}), ".") as app:
        first = app.round()
        app.change(EXPOSED)
        exposed = app.round()
        app.change("x = (")
        broken = app.round()
        app.change(FASTAPI)
        hidden = app.round()
        status = app.interrupt()

    assert "Since the last run" not in first
    assert "fixed: HDR301 x-total-count." in exposed
    assert "SyntaxError" in broken
    assert "Since the last run" not in broken
    assert "new: HDR301 x-total-count." in hidden
    assert "\x1b" not in first + exposed
    assert status == 130


def test_reports_that_were_wanted_are_written_each_time(tmp_path: Path) -> None:
    folder = project(tmp_path, {"main.py": FASTAPI, "hdrcli.toml": 'format = ["tap", "json=report.json"]\n'})
    with watched(folder, ".", "--no-probe") as app:
        first = app.round()
        written = (folder / "report.json").stat().st_mtime_ns
        app.change(EXPOSED)
        second = app.round()
        app.interrupt()

    assert first.startswith("TAP version")
    assert "TAP version" in second
    assert (folder / "report.json").stat().st_mtime_ns > written


def test_a_command_is_started_again_and_none_is_left(tmp_path: Path) -> None:
    with watched(project(tmp_path, {"main.py": FASTAPI}), "--launch", UVICORN) as app:
        app.round()
        app.change(EXPOSED)
        assert "fixed: HDR301 x-total-count" in app.round()
        assert app.interrupt() == 130


def test_an_interrupt_during_a_check_stops_what_it_started(tmp_path: Path) -> None:
    hanging = SERVER.replace("self.send_response(200)", "time.sleep(300)")
    command = UVICORN.replace("-m uvicorn main:app --port", "main.py")
    with watched(project(tmp_path, {"main.py": hanging}), "--launch", command, "--wait=300") as app:
        assert eventually((tmp_path / "pids").exists)
        assert eventually(lambda: len(pids(tmp_path)) > 1)
        status = app.interrupt()

    assert status == 130
    assert eventually(lambda: not any(map(is_running, pids(tmp_path))))


def test_a_terminal_is_cleared(tmp_path: Path) -> None:
    control, terminal = pty.openpty()
    try:
        with watched(project(tmp_path, {"main.py": FASTAPI}), ".", out=terminal) as app:
            app.round()
            shown = os.read(control, 20)
            app.interrupt()
    finally:
        os.close(control)
        os.close(terminal)

    assert shown.startswith(b"\x1b[H\x1b[2J")


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        (["http://127.0.0.1:8000/"], "--watch"),
        (["main:app", "http://127.0.0.1:8000/"], "--watch"),
        (["main:app", "--fix"], "--watch"),
        (["--sample"], "--watch"),
        (["main:app", "-d", "@-"], "--watch"),
        (["main:app", "--baseline=b.json", "--baseline-update"], "--baseline-update"),
    ],
)
def test_what_cannot_be_watched(tmp_path: Path, arguments: list[str], option: str) -> None:
    ended = run(project(tmp_path, {"main.py": FASTAPI}), *arguments, "--watch")

    assert ended.status == 2
    assert_one_line(ended.err)
    assert ended.err.startswith(f"hdrcli: {option} ")


def test_without_the_package(tmp_path: Path) -> None:
    folder = project(tmp_path, {"main.py": FASTAPI, "missing/watchfiles.py": "raise ModuleNotFoundError(name='x')\n"})
    ended = subprocess.run(
        [*COMMAND, "check", ".", "--watch"],
        cwd=folder,
        env=environment({"PYTHONPATH": os.pathsep.join([str(ROOT), str(folder / "missing")])}),
        capture_output=True,
        check=False,
    )

    assert ended.returncode == 2
    assert b"hdrcli[watch]" in ended.stderr
