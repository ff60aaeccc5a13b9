"""`hdrcli bulk --processes`: the list is shared by sites, limits hold for all processes, and none is left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from tests.cli.program import COMMAND, assert_one_line, environment, hdrcli
from tests.serving.http import Request, answer
from tests.serving.loopback import DEADLINE
from tests.serving.site import OPEN_TO_PAGE, Site

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.skipif(sys.platform != "linux", reason="finds processes in /proc"),
]

OK: Final = answer(*OPEN_TO_PAGE, "X-Total: 3")
SITES: Final = 10
LENGTH: Final = 60
MANY: Final = ("--processes=3", "--targets-at-once=9", "--timeout=60")


def list_for(site: Site, folder: Path, length: int = LENGTH) -> Path:
    path = folder / "urls.txt"
    path.write_text("".join(f"http://{n % SITES}.localhost:{site.port}/{n}\n" for n in range(length)))
    return path


class Crowd:
    """A response that takes a moment, and the most of them at once to one host."""

    def __init__(self) -> None:
        self._now: Counter[str] = Counter()
        self._lock = threading.Lock()
        self.most = 0

    def __call__(self, request: Request) -> bytes:
        host = request.get("Host") or ""
        with self._lock:
            self._now[host] += 1
            self.most = max(self.most, self._now[host])
        time.sleep(0.005)
        with self._lock:
            self._now[host] -= 1
        return OK


def children(pid: int) -> list[int]:
    """The processes that check lines, without the one by which the library tracks its resources."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in found if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]


def has_begun_to_load(pid: int) -> bool:
    """Whether it has a module that it loads early."""
    return "can_ada" in Path(f"/proc/{pid}/maps").read_text()


def has_ended(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"  # a container may have nobody to bury it


@contextmanager
def waiting_run(urls: Path, output: Path, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        [*COMMAND, "bulk", str(urls), f"--output={output}", *MANY, *options],
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def assert_complete(output: Path, length: int = LENGTH) -> None:
    results = [json.loads(line) for line in output.read_text().splitlines()]
    assert sorted(result["line"] for result in results) == list(range(1, length + 1))
    assert {result["outcome"] for result in results} == {"checked"}


@pytest.mark.parametrize("per_host", [1, 2])
def test_every_line_has_one_result_and_hosts_their_limit(tmp_path: Path, per_host: int) -> None:
    crowd = Crowd()
    with Site({}, otherwise=crowd) as site:
        output = tmp_path / "results.jsonl"
        ended = hdrcli("bulk", str(list_for(site, tmp_path)), f"--output={output}", *MANY, f"--per-host={per_host}")
    assert (ended.status, crowd.most) == (0, per_host)
    assert_complete(output)


def test_the_rate_is_for_all_processes(tmp_path: Path) -> None:
    times: list[float] = []

    def note(_: Request) -> bytes:
        times.append(time.monotonic())
        return OK

    with Site({}, otherwise=note) as site:
        urls = list_for(site, tmp_path, length=SITES)
        options = ("--rate=15/s", "--no-probe", "--credentials=omit", "--targets-at-once=3", "--processes=3")
        ended = hdrcli("bulk", str(urls), *options)
    assert (ended.status, len(times)) == (0, SITES)
    # At 5 a second, each process sends its first request at once.
    assert max(times) - min(times) > (SITES - 3) / 15 - 0.1


def test_a_short_list_takes_one_process(tmp_path: Path) -> None:
    with Site({}, otherwise=None) as site:
        urls = list_for(site, tmp_path, length=5)
        with waiting_run(urls, tmp_path / "results.jsonl") as process:
            for _ in range(5):
                site.wait_for_request()
            assert children(process.pid) == []


def test_settings_that_no_process_can_carry_out(tmp_path: Path) -> None:
    with Site({}, otherwise=OK) as site:
        ended = hdrcli("bulk", str(list_for(site, tmp_path)), *MANY, f"--cacert={tmp_path / 'no.pem'}")
    assert (ended.status, ended.out) == (2, "")
    assert_one_line(ended.err)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda how: how.name)
def test_no_process_is_left_behind(tmp_path: Path, how: signal.Signals) -> None:
    """Ctrl-C is for all processes of the terminal; others are for the one that has the list."""
    with Site({}, otherwise=None) as site:
        with waiting_run(list_for(site, tmp_path), tmp_path / "results.jsonl") as process:
            for _ in range(9):
                site.wait_for_request()
            pids = children(process.pid)
            assert len(pids) == 3
            if how is signal.SIGINT:
                os.killpg(process.pid, how)
            else:
                process.send_signal(how)
            out, err = process.communicate(timeout=DEADLINE)
            assert (process.returncode, out, err) == (130 if how is not signal.SIGKILL else -how, b"", b"")
        end = time.monotonic() + DEADLINE
        while not all(map(has_ended, pids)):
            assert time.monotonic() < end
            time.sleep(0.01)


def test_an_interrupt_while_processes_start(tmp_path: Path) -> None:
    """They load modules, which Ctrl-C would end with a traceback."""
    with Site({}, otherwise=None) as site, waiting_run(list_for(site, tmp_path), tmp_path / "results") as process:
        end = time.monotonic() + DEADLINE
        while not any(map(has_begun_to_load, children(process.pid))):
            assert time.monotonic() < end
        os.killpg(process.pid, signal.SIGINT)
        assert (*process.communicate(timeout=DEADLINE), process.returncode) == (b"", b"", 130)


@pytest.mark.parametrize("length", [5, 5000])
def test_an_interrupt_while_the_list_is_read(tmp_path: Path, length: int) -> None:
    """A thread reads it, and waits for room: it ends without complaint, too."""
    with Site({}, otherwise=None) as site:
        urls = list_for(site, tmp_path, length)
        with waiting_run(urls, tmp_path / "results.jsonl", "--targets-at-once=1") as process:
            site.wait_for_request()
            process.send_signal(signal.SIGINT)
            assert (*process.communicate(timeout=DEADLINE), process.returncode) == (b"", b"", 130)


def test_a_process_that_is_killed_ends_the_run_which_is_resumed(tmp_path: Path) -> None:
    output = tmp_path / "results.jsonl"
    responds = threading.Event()

    def late(_: Request) -> bytes:
        responds.wait(DEADLINE)
        return OK

    with Site({}, otherwise=late) as site:
        urls = list_for(site, tmp_path)
        with waiting_run(urls, output) as process:
            for _ in range(9):
                site.wait_for_request()
            os.kill(children(process.pid)[0], signal.SIGKILL)
            out, err = process.communicate(timeout=DEADLINE)
        assert (process.returncode, out) == (2, b"")
        assert_one_line(err.decode())
        responds.set()
        assert hdrcli("bulk", str(urls), f"--output={output}", *MANY).status == 0
    assert_complete(output)
