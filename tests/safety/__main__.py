"""Measure the program against random hostile servers: `python -m tests.safety SEED N`."""

from __future__ import annotations

import argparse
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from typing import Final

from tests.safety.hostile_servers import Case, cases
from tests.safety.test_hostile_servers import faults, run

_ATTEMPTS: Final = 3


def _check(case: Case) -> tuple[list[str], float, float]:
    """The faults, seconds and MiB of the first run without a fault, or of the last one: machines may be busy."""
    for _ in range(_ATTEMPTS):
        ended = run(case)
        found = faults(case, ended)
        if not found:
            break
    return found, ended.elapsed, ended.megabytes


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.safety", description=__doc__)
    parser.add_argument("seed", type=int)
    parser.add_argument("number", type=int)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    drawn = list(cases(arguments.seed, arguments.number))
    slowest = largest = failed = 0.0
    with ProcessPoolExecutor(arguments.processes) as processes:
        for case, (found, seconds, megabytes) in zip(drawn, processes.map(_check, drawn), strict=True):
            slowest, largest = max(slowest, seconds), max(largest, megabytes)
            failed += bool(found)
            for fault in found:
                sys.stdout.write(f"{case}: {fault}\n")
                sys.stdout.flush()
    sys.stdout.write(
        f"{failed:.0f} of {len(drawn)} have a fault; the slowest took {slowest:.1f} s, the largest {largest:.0f} MiB\n"
    )
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
