"""`hdrcli check --sample`: the first command that a new user tries; and it leaves no server behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sample_app import ROUTES
from tests.cli.program import COMMAND, Ended, environment, hdrcli_process, importing_first
from tests.reporting import valid
from tests.serving.loopback import DEADLINE

MARK = "HDRCLI_TESTS_FAMILY"
"""An environment variable that a run of the program hands on to whatever it starts: so its children are found."""


def family(mark: str) -> set[int]:
    """The processes that carry this mark."""
    found = set()
    for directory in Path("/proc").glob("[0-9]*"):
        try:
            variables = (directory / "environ").read_bytes().split(b"\0")
        except OSError:  # it has gone, or is another user's
            continue
        if f"{MARK}={mark}".encode() in variables:
            found.add(int(directory.name))
    return found


def wait_until_nobody_is_left(mark: str) -> None:
    """Look again and again."""
    deadline = time.monotonic() + DEADLINE
    while family(mark):
        assert time.monotonic() < deadline, family(mark)


def listens(process: int) -> bool:
    """Whether it holds a socket, as the sample app does from the moment before it says where it listens."""
    try:
        return any(str(file.readlink()).startswith("socket:") for file in Path(f"/proc/{process}/fd").iterdir())
    except OSError:  # a file or the process has gone
        return False


needs_proc = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="only Linux has /proc/*/environ")


@pytest.fixture(scope="module")
def ended() -> Ended:
    return hdrcli_process("check", "--sample", cwd=Path("/"))


def test_it_ends_well_in_any_directory(ended: Ended) -> None:
    assert (ended.status, ended.err) == (0, "")


def test_a_folder_of_the_same_name_is_not_run(tmp_path: Path) -> None:
    users = tmp_path / "sample_app"
    users.mkdir()
    (users / "__init__.py").write_text("raise SystemExit('run')")

    ended = hdrcli_process("check", "--sample", "--browser=standard", "--no-probe", cwd=tmp_path)

    assert (ended.status, ended.err) == (0, "")


def test_each_route_has_a_line(ended: Ended) -> None:
    shown = re.findall(r"^  GET (/\S+) +\d\d\d", ended.out, re.MULTILINE)

    assert tuple(shown) == ROUTES


def test_it_marks_readable_and_hidden_headers(ended: Ended) -> None:
    lines = {line.split()[1]: line.split()[2:] for line in ended.out.splitlines() if line.startswith("  GET /")}

    assert lines["/headers/custom"] == ["200", "x-request-id", "✓", "x-process-time", "✗"]
    assert lines["/errors/crash"] == ["500", "blocked:", "no", "Access-Control-Allow-Origin"]


def test_the_last_line_says_that_the_faults_are_there_on_purpose(ended: Ended) -> None:
    assert re.fullmatch(r"OK: .*; the faults of the sample are there on purpose \(exit 0\)", ended.out.splitlines()[-1])


def test_tables_are_shown_on_request() -> None:
    ended = hdrcli_process("check", "--sample", "--show=all")
    shown = re.findall(r"^GET http://127\.0\.0\.1:\d+(/\S+)", ended.out, re.MULTILINE)

    assert tuple(shown) == ROUTES
    assert ["x-process-time", "hidden", "not", "listed", "0.042"] in [line.split() for line in ended.out.splitlines()]


def test_it_works_with_standard_input_closed() -> None:
    command = ["sh", "-c", 'exec "$@" <&-', "sh", *COMMAND, "check", "--sample", "--format=json"]
    done = subprocess.run(command, env=environment(), capture_output=True, timeout=DEADLINE, check=False)

    assert (done.returncode, done.stderr) == (0, b"")
    (service,) = valid(done.stdout.decode())["services"]
    assert len(service["routes"]) == len(ROUTES)


def test_expectations_hold_for_every_route() -> None:
    ended = hdrcli_process(
        "check", "--sample", "--expect-readable=Content-Type", "--expect-status=2xx,4xx", "--format=json"
    )

    (service,) = valid(ended.out)["services"]
    assert ended.status == 1
    unmet = [route["url"] for route in service["routes"] if route["unmet"]]
    assert unmet == [route["url"] for route in service["routes"] if route["status"] >= 500]


@needs_proc
def test_nothing_is_left_when_all_went_well() -> None:
    assert hdrcli_process("check", "--sample", env={MARK: "well"}).status == 0
    assert family("well") == set()


@contextmanager
def starting_its_app(mark: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """`check --sample` at the moment when its child, the sample app, has begun to listen; the child's id."""
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [*COMMAND, "check", "--sample"],
        env=environment({MARK: mark}),
        stdin=subprocess.DEVNULL,
        stdout=pipe,
        stderr=pipe,
        start_new_session=True,
    ) as process:
        try:
            children: list[int] = []
            while not children:
                assert process.poll() is None, process.communicate()
                children = [member for member in family(mark) - {process.pid} if listens(member)]
            yield process, children[0]
        finally:
            for member in family(mark):
                os.kill(member, signal.SIGKILL)


@needs_proc
def test_ctrl_c_is_130_without_a_word_and_ends_the_app() -> None:
    with starting_its_app("ctrl-c") as (process, _child):
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        out, err = process.communicate(timeout=DEADLINE)
        assert (process.returncode, out, err) == (130, b"", b"")
        assert family("ctrl-c") == set()


@needs_proc
def test_ctrl_c_ends_an_app_that_hangs() -> None:
    with starting_its_app("hangs") as (process, child):
        os.kill(child, signal.SIGSTOP)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=DEADLINE)
        assert (process.returncode, out, err) == (130, b"", b"")
        assert family("hangs") == set()


@needs_proc
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGHUP])
def test_the_app_ends_with_its_parent_however_that_one_ends(number: signal.Signals) -> None:
    mark = f"killed by {number.name}"
    with starting_its_app(mark) as (process, _child):
        process.send_signal(number)
        out, err = process.communicate(timeout=DEADLINE)
        assert process.returncode == (-number if number is signal.SIGKILL else 130)
        assert (out, err) == (b"", b"")
        wait_until_nobody_is_left(mark)


def test_an_app_that_does_not_start_is_3_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "uvicorn.py").write_text("raise RuntimeError('no server today')")  # found before the installed one
    ended = hdrcli_process("check", "--sample", env=importing_first(tmp_path))

    assert (ended.status, ended.out) == (3, "")
    assert len(ended.err.splitlines()) == 1
    assert ended.err.startswith("hdrcli: The sample app")
