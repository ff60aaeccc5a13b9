"""Files and pipes: what is waited for, what is too large, what cannot be read."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.cli.program import assert_one_line, hdrcli, started
from tests.serving.loopback import DEADLINE


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_wait_for_a_pipe(tmp_path: Path, number: signal.Signals) -> None:
    pipe = tmp_path / "urls"
    os.mkfifo(pipe)
    with started("check", f"@{pipe}") as process, pipe.open("wb"):  # opened as soon as the program reads it
        process.send_signal(number)
        out, err = process.communicate(timeout=DEADLINE)

    assert (process.returncode, out) == (130, b"")
    assert b"Traceback" not in err


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("@/dev/zero", "/dev/zero is larger than 64 MiB, the most that is read"),
        ("/dev/zero", "/dev/zero is larger than 128 MiB, the most that is read"),
        ("@folder", "folder cannot be read: Is a directory"),
        ("@\x1b[2J", r"\x1b[2J cannot be read: No such file or directory"),
        ("@a\0b", "cannot be read"),
        ("folder", '"folder" is not a target'),
        ("a" * 5000, "is not a target"),
        ("urls.txt", 'There is no file "urls.txt".'),
        ("recorded.HAR", 'There is no file "recorded.HAR".'),
        ("C:\\a\\recorded.har", 'There is no file "C:\\a\\recorded.har".'),
        ("a\0b", "is not a target"),
        ("server.js", "server.js is source code, which hdrcli does not run"),
        ("api", '"api" is not a target. Did you mean the app in api.py?'),
    ],
    ids=lambda text: text[:20].encode("unicode_escape").decode(),
)
def test_what_cannot_be_read_is_wrong_usage(tmp_path: Path, word: str, message: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "api.py").touch()
    (tmp_path / "server.js").write_text("const express = require('express');\n", "utf-8")
    ended = hdrcli("check", word, cwd=tmp_path)

    assert (ended.status, ended.out) == (2, "")
    assert_one_line(ended.err)
    assert message in ended.err
