"""`hdrcli check --in-browser`: what is told, and how it ends."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.program import COMMAND, Ended, environment, hdrcli_process
from tests.cli.test_terminal import EVIL
from tests.in_browser.test_fetches import ANY, SITE, is_a_browsers
from tests.reporting import valid
from tests.serving.http import Request, answer
from tests.serving.loopback import DEADLINE
from tests.serving.site import Site

pytestmark = [pytest.mark.thorough, pytest.mark.usefixtures("installed_browsers")]

OPTIONS = (
    *("--in-browser", "--browser=chromium", "--credentials=omit", "--no-probe", "--no-openapi", "--fail-on=never"),
)


def in_browser(site: Site, path: str, *options: str) -> Ended:
    return hdrcli_process("check", site.url + path, *OPTIONS, *options)


def test_agreement_takes_one_line_a_fetch() -> None:
    with Site(SITE) as site:
        ended = in_browser(site, "/open", "--credentials=same-origin")

    lines = [line.strip() for line in ended.out.splitlines() if "Chromium" in line]
    version = lines[0].split()[4]
    assert lines == [
        f"the same in Chromium {version} without cookies",
        f"the same in Chromium {version} with cookies on its own origin",
        f"Chromium {version} does the same as its simulation in 2 of 2 fetches.",
    ]
    assert (ended.status, ended.err) == (0, "")


def test_a_difference_is_told_with_both_sides() -> None:
    with Site({"/": lambda request: SITE["/closed" if is_a_browsers(request) else "/open"]}) as site:
        table = in_browser(site, "/")
        document = in_browser(site, "/", "--format=json")

    lines = [" ".join(line.split()) for line in table.out.splitlines()]
    assert {"simulated: cors, status 200", "x-a: 1", "real: TypeError: Failed to fetch"} < set(lines)
    assert "console: Access to fetch at" in " ".join(lines)
    assert "please report it" in table.out
    (route,) = valid(document.out)["services"][0]["routes"]
    assert [caller["outcome"] for caller in route["callers"]] == ["readable"]
    (real,) = route["in_browser"]
    assert (real["agreement"], real["outcome"]) == ("different", "network-error")
    assert (table.status, document.status) == (1, 1)


def test_other_values_are_shown() -> None:
    def count(_request: Request) -> bytes:
        return answer(ANY, "Access-Control-Expose-Headers: X-Count", f"X-Count: {len(site.requests)}")

    with Site({"/": count}) as site:
        ended = in_browser(site, "/")

    assert ", but for values of another response: x-count: 2" in " ".join(ended.out.split())
    assert ended.status == 0


def test_what_a_server_sends_by_way_of_the_browser_is_escaped() -> None:
    evil = answer(ANY, "Access-Control-Expose-Headers: *", f"X-Evil: {EVIL}")
    closed = answer(f"Access-Control-Allow-Origin: {EVIL}")
    with Site({"/": lambda request: closed if is_a_browsers(request) else evil, "/evil": evil}) as site:
        for path in ("/", "/evil"):
            ended = in_browser(site, path, "--verbose")
            assert all(line.isprintable() for line in ended.out.splitlines())
            assert "owned" in ended.out


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder whose path leaves room for those of Chromium's sockets, which have 108 bytes at most."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.mark.skipif(not Path("/proc").exists(), reason="processes are looked for in /proc")
@pytest.mark.parametrize("to_all", [True, False], ids=["terminal", "process"])
def test_ctrl_c_ends_the_browser_too(short_folder: Path, *, to_all: bool) -> None:
    def answer_none_but_the_simulation(request: Request) -> bytes | None:
        return None if is_a_browsers(request) else SITE["/open"]

    with Site({"/": answer_none_but_the_simulation}) as site:
        process = subprocess.Popen(
            [*COMMAND, "check", site.url + "/", *OPTIONS, "--browser=firefox"],
            env=environment({"TMPDIR": str(short_folder)}),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        while not is_a_browsers(site.wait_for_request()):
            pass
        with contextlib.ExitStack() as stack:
            handles = [os.pidfd_open(pid) for pid in _processes_that_name(short_folder)]
            for handle in handles:
                stack.callback(os.close, handle)
            if to_all:
                os.killpg(process.pid, signal.SIGINT)
            else:
                process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=DEADLINE)
            ended = [bool(select.select([handle], [], [], DEADLINE)[0]) for handle in handles]

    assert (process.returncode, out, err) == (130, b"", b"")
    assert ended
    assert all(ended)
    assert list(short_folder.glob("hdrcli-*")) == []


def _processes_that_name(folder: Path) -> list[int]:
    """The browser's processes: the folder of its profile stands in their command lines."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            if str(folder).encode() in (process / "cmdline").read_bytes():
                found.append(int(process.name))
    return found
