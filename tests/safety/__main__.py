"""Measure the program against random hostile servers: `python -m tests.safety SEED N`."""

from __future__ import annotations

import argparse
import os
import sys
from concurrent.futures import ProcessPoolExecutor

from tests.safety.hostile_servers import Case, cases
from tests.safety.test_hostile_servers import faults, run


def _check(case: Case) -> tuple[list[str], float, float]:
    ended = run(case)
    found = faults(case, ended)
    if found:  # on a busy machine, it may be slow once
        ended = run(case)
        found = faults(case, ended)
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
