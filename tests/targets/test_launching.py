"""Commands that serve what is checked: started without a shell, waited for, stopped with all that they started."""

from __future__ import annotations

import shlex
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from hdrcli.targets.launching import words_of
from tests.cli.program import COMMAND, environment, importing_first
from tests.serving.loopback import DEADLINE
from tests.targets.projects import FASTAPI, ROOT, eventually, project, readable, report, run

PYTHON: Final = shlex.quote(sys.executable)
UVICORN: Final = f"{PYTHON} -m uvicorn main:app --port {{port}}"

SERVER: Final = """
    import http.server, os, pathlib, subprocess, sys, time

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("X-Total-Count", "1")
            self.end_headers()
        def log_message(self, *_): pass

    child = subprocess.Popen([sys.executable, "-c", "import signal, time;"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(300)"], stdout=subprocess.PIPE)
    child.stdout.readline()
    pathlib.Path("pids").write_text(f"{os.getpid()} {child.pid}")
    print(sys.argv[2:])
    http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
"""It starts a process that ignores SIGTERM, and writes both process ids to a file."""


def is_running(pid: int) -> bool:
    """Whether there is such a process that is no zombie."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text("utf-8")
    except FileNotFoundError:
        return False


def pids(folder: Path) -> list[int]:
    return [int(pid) for pid in (folder / "pids").read_text("utf-8").split()]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def test_a_whole_service(tmp_path: Path) -> None:
    service, ended = report(project(tmp_path, {"main.py": FASTAPI}), f"--launch={UVICORN}")

    assert readable(service) == {"x-request-id": True, "x-total-count": False}
    assert service["service"] == UVICORN
    assert ended.status == 0


@pytest.mark.parametrize("has_free_port", [True, False])
def test_urls_and_processes_of_a_command(tmp_path: Path, *, has_free_port: bool) -> None:
    folder = project(tmp_path, {"serve.py": SERVER})
    port = "{port}" if has_free_port else str(free_port())
    command = f"{PYTHON} serve.py {port} 'a b' '; touch shell' $HOME"
    service, ended = report(folder, f"--launch={command}", f"http://127.0.0.1:{port}/items")

    assert ended.status == 0
    assert [route["url"].rpartition("/")[2] for route in service["routes"]] == ["items"]
    assert not (folder / "shell").exists()
    assert not any(map(is_running, pids(folder)))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda number: number.name)
def test_no_process_is_left_behind(tmp_path: Path, number: signal.Signals) -> None:
    serving = SERVER.replace("self.send_response(200)", "time.sleep(300)")
    folder = project(tmp_path, {"serve.py": serving})
    command = [*COMMAND, "check", f"--launch={PYTHON} serve.py {{port}}", "--wait=60"]
    env = environment(importing_first(ROOT))
    with subprocess.Popen(command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert eventually((folder / "pids").exists)
        process.send_signal(number)
        process.wait(DEADLINE)

    assert process.returncode == (130 if number != signal.SIGKILL else -9)
    assert eventually(lambda: not any(map(is_running, pids(folder))))


@pytest.mark.parametrize(
    ("command", "part"),
    [
        (
            f"{PYTHON} -c \"print('x' * 99999); print('token=hunter2 is bad'); raise SystemExit(7)\" {{port}}",
            "status 7",
        ),
        (f"{PYTHON} -c \"import time; print('tick', flush=True); time.sleep(60)\" {{port}}", "tick"),
        (f'{PYTHON} -c "import os; os.kill(os.getpid(), 9)" {{port}}', "status 137"),
    ],
)
def test_a_command_that_does_not_serve(tmp_path: Path, command: str, part: str) -> None:
    service, ended = report(tmp_path, f"--launch={command}", "--wait=2")

    assert ended.status == 3
    assert service["reachable"] is False
    assert part in service["problem"]
    assert part in ended.err
    assert "hunter2" not in ended.out + ended.err
    assert len(ended.err.splitlines()) == 1


def test_another_server_is_not_checked_in_its_place(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        url = f"http://127.0.0.1:{other.getsockname()[1]}/"
        service, ended = report(tmp_path, url, f'--launch={PYTHON} -c \'open("ran", "w")\'')

    assert ended.status == 3
    assert "in use" in service["problem"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["--launch="],
        ["--launch= "],
        ["--launch=no-such-program {port}"],
        ["--launch=python 'x {port}"],
        ["--launch=python"],
        ["--launch=python {port}", "ftp://127.0.0.1/"],
        ["--launch=python {port}", "main:app"],
        ["--launch=python {port}", "--sample"],
    ],
)
def test_wrong_usage(tmp_path: Path, arguments: list[str]) -> None:
    ended = run(tmp_path, *arguments)

    assert ended.status == 2
    assert len(ended.err.splitlines()) == 1


def test_a_dry_run_starts_nothing(tmp_path: Path) -> None:
    ended = run(tmp_path, f'--launch={PYTHON} -c \'open("ran", "w")\' {{port}}', "--dry-run")

    assert ended.status == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("system", "command", "words"),
    [
        ("posix", r"a\ b 'c d' \"e\"", ["a b", "c d", '"e"']),
        ("posix", "a --b='c d' #e", ["a", "--b=c d", "#e"]),
        ("nt", r'"C:\Program Files\a.exe" --b="c d" C:\e\f', [r"C:\Program Files\a.exe", "--b=c d", r"C:\e\f"]),
        ("nt", r"a 'b c' #d", ["a", "'b", "c'", "#d"]),
    ],
)
def test_the_words_of_a_command_are_those_of_the_system(system: str, command: str, words: list[str]) -> None:
    assert words_of(command, system) == words
