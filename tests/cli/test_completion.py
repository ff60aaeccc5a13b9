"""Shells complete commands, options and values."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests.cli.program import hdrcli_process
from tests.serving.loopback import DEADLINE

SHELL_IS_NAMED: Final = {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
"""Typer's own: the shell is named rather than found by the parent process, which is pytest's here."""


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("hdrcli ch", ["check"]),
        ("hdrcli check --expect-r", ["--expect-readable"]),
        ("hdrcli check --browser fire", ["firefox"]),
        ("hdrcli check --format js", ["json", "jsonl"]),
        ("hdrcli serve-sample --no", ["--no-cors"]),
    ],
)
def test_offers(line: str, offered: list[str]) -> None:
    variables = {"_HDRCLI_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(line.count(" "))}
    ended = hdrcli_process(env=variables)

    assert (ended.status, ended.out.split(), ended.err) == (0, offered, "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_one_of_the_shell(shell: str, tmp_path: Path) -> None:
    ended = hdrcli_process("--show-completion", shell, env=SHELL_IS_NAMED)
    script = tmp_path / "script"
    script.write_text(ended.out)

    assert (ended.status, ended.err) == (0, "")
    assert "_HDRCLI_COMPLETE" in ended.out
    program = shutil.which(shell)
    if program is not None:
        subprocess.run([program, "-n", str(script)], check=True, timeout=DEADLINE)


def test_it_is_installed_for_a_shell(tmp_path: Path) -> None:
    ended = hdrcli_process("--install-completion", "bash", env={**SHELL_IS_NAMED, "HOME": str(tmp_path)})

    assert (ended.status, ended.err) == (0, "")
    assert (tmp_path / ".bashrc").read_text().count("hdrcli") == 1
    assert (tmp_path / ".bash_completions" / "hdrcli.sh").exists()


def test_an_unknown_shell_is_wrong_usage() -> None:
    ended = hdrcli_process("--show-completion", "ksh", env=SHELL_IS_NAMED)

    assert (ended.status, ended.out) == (2, "")
    assert "ksh" in ended.err
