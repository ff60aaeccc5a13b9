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
import json, resource, subprocess, sys, time
start = time.monotonic()
ended = subprocess.run(sys.argv[1:], capture_output=True, text=True, timeout={DEADLINE})
used = resource.getrusage(resource.RUSAGE_CHILDREN)
json.dump([ended.returncode, ended.stdout, ended.stderr, used.ru_utime + used.ru_stime, used.ru_maxrss,
           time.monotonic() - start], sys.stdout)
"""
"""A small process in between measures: a child's peak of memory begins with that of the process that starts it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured(Ended):
    """How a run ended, and what it cost: seconds of the processor, the peak of its memory in MiB, seconds in all."""

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
