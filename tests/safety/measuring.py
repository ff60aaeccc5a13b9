"""Runs of the program in a process of its own, with what they cost."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tests.cli.program import COMMAND, Ended, environment, without_coverage
from tests.serving.loopback import DEADLINE

_MEASURE: Final = f"""
import contextlib, json, os, pathlib, resource, subprocess, sys, tempfile, threading, time
with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
    start = time.monotonic()
    process = subprocess.Popen(sys.argv[1:], stdout=out, stderr=err)
    timer = threading.Timer({DEADLINE}, process.kill)
    timer.start()
    waited = 0.0
    with contextlib.suppress(AttributeError, OSError):  # Linux has both; how long it waited is known until it is reaped
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        waited = int(pathlib.Path(f"/proc/{{process.pid}}/schedstat").read_text().split()[1]) / 1e9
    status = process.wait()
    elapsed = time.monotonic() - start - waited
    timer.cancel()
    out.seek(0)
    err.seek(0)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = used.ru_utime + used.ru_stime
    json.dump([status, out.read(), err.read(), seconds, used.ru_maxrss, elapsed], sys.stdout)
"""
"""A small process in between measures: a child's peak of memory begins with that of the process that starts it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured(Ended):
    """How a run ended, and what it cost: seconds of the processor, and the peak of its memory in MiB.

    `elapsed` are the seconds from its start to its end without those in which other processes had the processor.
    """

    seconds: float
    megabytes: float
    elapsed: float


def measured(*arguments: str, env: Mapping[str, str] | None = None) -> Measured:
    """Run the program to its end."""
    command = [sys.executable, "-I", "-S", "-c", _MEASURE, *COMMAND, *arguments]
    variables = without_coverage(environment(env))
    ended = subprocess.run(command, env=variables, capture_output=True, text=True, check=True)
    status, out, err, seconds, memory, elapsed = json.loads(ended.stdout)
    megabytes = memory / (2**20 if sys.platform == "darwin" else 2**10)
    return Measured(status=status, out=out, err=err, seconds=seconds, megabytes=megabytes, elapsed=elapsed)
