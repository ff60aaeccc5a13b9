"""Runs hdrcli as a user does, with an environment that has nothing that a test does not set."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hdrcli.settings import settings_with_options
from tests.cli import in_process
from tests.serving.loopback import DEADLINE

COMMAND: Final = (sys.executable, "-m", "hdrcli")

_SETTINGS_OF_USERS: Final = frozenset(
    {
        "CLICOLOR",
        "CLICOLOR_FORCE",
        "COLUMNS",
        "FORCE_COLOR",
        "GITHUB_ACTIONS",
        "HDRCLI_CONFIG",
        "HDRCLI_DEBUG",
        "HDRCLI_NO_CONFIG",
        "LINES",
        "NO_COLOR",
        "PYTHONIOENCODING",
        "PYTHONUTF8",
        "TERM",
        "TTY_COMPATIBLE",
        "TTY_INTERACTIVE",
    },
)


_OPTIONS: Final = frozenset(setting.option.environment_variable for setting in settings_with_options())


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a run of the program ended, and what it wrote."""

    status: int
    out: str
    err: str


def environment(changes: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's environment without what changes the program's output, and with `changes`."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in _SETTINGS_OF_USERS | _OPTIONS
        and not name.startswith("LC_")
        and not name.lower().endswith("_proxy")
    }
    return kept | {"LANG": "C.UTF-8"} | dict(changes or {})


def without_coverage(variables: Mapping[str, str]) -> dict[str, str]:
    """These variables for a process whose coverage is not measured: that takes time, memory and modules of its own."""
    return {name: value for name, value in variables.items() if not name.startswith("COVERAGE_")}


def importing_first(folder: Path) -> dict[str, str]:
    """The variable by which a process finds the modules of this folder before those that are installed."""
    return {"PYTHONPATH": os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")]))}


def hdrcli(
    *arguments: str, env: Mapping[str, str] | None = None, cwd: Path | None = None, given: str | bytes = b""
) -> Ended:
    """Run the program's entry point to its end, in this process, with `given` as input and both streams captured."""
    read = given.encode() if isinstance(given, str) else given
    status, out, err = in_process.run(arguments, environment(env), cwd, read)
    return Ended(status=status, out=out.decode(), err=err.decode())


def hdrcli_process(*arguments: str, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> Ended:
    """Run the program to its end, in a process of its own, with both streams piped."""
    ended = subprocess.run(
        [*COMMAND, *arguments],
        env=environment(env),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=DEADLINE,
        check=False,
    )
    return Ended(status=ended.returncode, out=ended.stdout.decode(), err=ended.stderr.decode())


@contextmanager
def started(*arguments: str, env: Mapping[str, str] | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """Run the program, both streams piped, for as long as the block lasts."""
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [*COMMAND, *arguments],
        env=environment(env),
        stdin=subprocess.DEVNULL,
        stdout=pipe,
        stderr=pipe,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def assert_one_line(text: str) -> None:
    """A problem is told in one printable line that says who speaks."""
    assert text.startswith("hdrcli: ")
    assert text.endswith("\n")
    assert text[:-1].isprintable()
