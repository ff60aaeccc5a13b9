"""The program prints what the *.console files hold: they are read in reviews as a user would read them.

To add one, write a file with the one line "$ hdrcli …" (see `tests.cli.consoles`); to accept a change, run
`python -m tests.cli.rewrite` and read the diff.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.consoles import FILES, command_of, console

CONSOLES = sorted(FILES.glob("*.console"))


@pytest.mark.parametrize("file", CONSOLES, ids=[file.stem for file in CONSOLES])
def test_it_prints_what_the_file_holds(file: Path) -> None:
    assert console(command_of(file)) == file.read_text("utf-8")


def test_there_are_files_and_each_is_of_another_command() -> None:
    commands = [command_of(file) for file in CONSOLES]

    assert len(commands) >= 12
    assert len(set(commands)) == len(commands)
