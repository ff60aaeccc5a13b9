"""Streams that cannot be written, and signals: an exit status and at most one sentence, never a traceback."""

from __future__ import annotations

import os
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hdrcli.cli.streams import opened, writing
from tests.cli.program import COMMAND, environment, hdrcli_process, importing_first, started
from tests.serving.http import answer
from tests.serving.loopback import DEADLINE
from tests.serving.site import OPEN_TO_PAGE, Site

ITEMS = {"/items": answer(*OPEN_TO_PAGE, "X-Total: 3"), "/hangs": None}
FULL = Path("/dev/full")
COMMANDS = [
    ["--help"],
    ["--version"],
    ["-V"],
    ["check", "--help"],
    ["check", "URL"],
    ["check", "URL", "--output=-", "--format=json"],
    ["explain", "HDR301"],
    ["rules"],
    ["schema"],
]

needs_dev_full = pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")


def run(arguments: list[str], stdout: int, stderr: int = subprocess.PIPE, *prefix: str) -> tuple[int, bytes]:
    """The exit status, and what is written to standard error if that is a pipe."""
    with Site(ITEMS) as site:
        words = [site.url + "/items" if word == "URL" else word for word in arguments]
        ended = subprocess.run(
            [*prefix, *COMMAND, *words],
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            timeout=DEADLINE,
            check=False,
        )
    return ended.returncode, ended.stderr or b""


@needs_dev_full
@pytest.mark.parametrize("arguments", [*COMMANDS, ["serve-sample", "--port=0"]], ids=" ".join)
def test_a_full_disk_is_2_and_one_sentence(arguments: list[str]) -> None:
    with FULL.open("wb") as full:
        status, errors = run(arguments, full.fileno())

    assert (status, errors) == (2, b"hdrcli: Standard output cannot be written: No space left on device.\n")


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_closed_pipe_is_0(arguments: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        assert run(arguments, writer) == (0, b"")
    finally:
        os.close(writer)


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_closed_standard_output_is_2_and_one_sentence(arguments: list[str]) -> None:
    closed = ("sh", "-c", 'exec "$@" >&-', "sh")
    status, errors = run(arguments, subprocess.DEVNULL, subprocess.PIPE, *closed)

    assert (status, errors) == (2, b"hdrcli: Standard output is closed: nothing can be written.\n")


@needs_dev_full
@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ([], 2),
        (["check"], 2),
        (["check", "URL", "--no-such-option"], 2),
        (["check", "http://127.0.0.1:9/", "URL", "--fail-on=never"], 0),
        (["check", "URL", "--expect-absent=X-Total"], 1),
        (["check", "http://no-such-host.invalid/"], 3),
    ],
    ids=str,
)
def test_a_full_standard_error_does_not_change_the_exit_status(arguments: list[str], status: int) -> None:
    with FULL.open("wb") as full:
        assert run(arguments, subprocess.DEVNULL, full.fileno())[0] == status


@needs_dev_full
def test_a_bug_stays_70_with_a_full_standard_error(tmp_path: Path) -> None:
    (tmp_path / "typer.py").write_text("raise RuntimeError")
    with FULL.open("wb") as full:
        ended = subprocess.run(
            [*COMMAND, "--help"],
            env=environment(importing_first(tmp_path)),
            stderr=full,
            timeout=DEADLINE,
            check=False,
        )

    assert ended.returncode == 70


def test_a_reader_that_closes_the_file_has_enough(tmp_path: Path) -> None:
    pipe = tmp_path / "report"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as threads:
        reader = threads.submit(lambda: pipe.open("rb").close())
        with opened(pipe, None) as out:
            reader.result()
            with writing(pipe, out):
                print("nobody reads this", file=out, flush=True)


@pytest.mark.parametrize("files", [5, 6])
@pytest.mark.parametrize(
    "arguments", [["check", "URL"], ["check", "URL", "--in-browser"], ["serve-sample", "--port=0"]], ids=" ".join
)
def test_a_limit_of_files_that_is_too_low_is_2_and_one_sentence(arguments: list[str], files: int) -> None:
    limited = ("sh", "-c", f'ulimit -n {files}; exec "$@"', "sh")
    status, errors = run(arguments, subprocess.DEVNULL, subprocess.PIPE, *limited)

    assert (status, errors) == (2, b"hdrcli: Too many open files: the system's limit is too low (ulimit -n).\n")


def test_a_browser_that_needs_more_files_than_there_may_be() -> None:
    pytest.importorskip("playwright")
    limited = ("sh", "-c", 'ulimit -n 8; exec "$@"', "sh")
    status, errors = run(["check", "URL", "--in-browser"], subprocess.DEVNULL, subprocess.PIPE, *limited)

    assert status == 2
    assert errors.startswith(b"hdrcli: Playwright does not start: ")
    assert errors.count(b"\n") == 1


# --- signals --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_while_the_server_hangs_is_130_without_a_word(number: signal.Signals) -> None:
    with Site(ITEMS) as site, started("check", site.url + "/hangs", "--timeout=60") as process:
        site.wait_for_request()
        process.send_signal(number)
        out, err = process.communicate(timeout=DEADLINE)

    assert (process.returncode, out, err) == (130, b"", b"")


def test_under_nohup_it_survives_sighup() -> None:
    under_nohup = ["sh", "-c", 'trap "" HUP; "$@" & child=$!; kill -HUP $child; wait $child', "sh"]
    with Site(ITEMS) as site:
        ended = subprocess.run(
            [*under_nohup, *COMMAND, "check", site.url + "/items", "--fail-on=never"],
            env=environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=DEADLINE,
            check=False,
        )

    assert (ended.returncode, ended.stderr) == (0, b"")
    assert b"X-Total" in ended.stdout


_INTERRUPT = "import os, signal; os.kill(os.getpid(), signal.SIGINT)"
_WHERE_ERRORS_ARE_WRAPPED = f"""
class Name:
    def __set_name__(self, *names):
        {_INTERRUPT}
class Named:
    name = Name()
"""


@pytest.mark.parametrize(
    ("module", "options"), [("typer", ["--no-probe"]), ("can_ada", ["--no-probe"]), ("can_ada", [])]
)
@pytest.mark.parametrize("source", [_INTERRUPT, _WHERE_ERRORS_ARE_WRAPPED], ids=["plain", "wrapped"])
def test_ctrl_c_while_the_program_loads_is_130_without_a_word(
    tmp_path: Path, module: str, options: list[str], source: str
) -> None:
    (tmp_path / f"{module}.py").write_text(source)
    ended = hdrcli_process("check", "http://127.0.0.1/", *options, env=importing_first(tmp_path))

    assert (ended.status, ended.out, ended.err) == (130, "", "")
