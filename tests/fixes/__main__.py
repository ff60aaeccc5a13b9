"""Prints how many fixes of each stack close their fault: `python -m tests.fixes [STACK...]`."""

from __future__ import annotations

import logging
import sys

from tests.fixes.closing import left_after_fixes
from tests.fixes.exceptions import EXCEPTIONS
from tests.fixes.mutations import MUTATIONS
from tests.fixes.serving import INSTALLED, KNOWN


def main() -> None:
    """One line for each stack, one for each fix that does not close, and the share of all."""
    logging.disable()  # of the services in this process
    closed = total = 0
    for stack in sys.argv[1:] or KNOWN:
        if stack not in INSTALLED:
            print(f"{stack:10} not installed")
            continue
        left = {mutation.name: left_after_fixes(stack, mutation) for mutation in MUTATIONS if mutation.concerns(stack)}
        failed = {name: each for name, each in left.items() if each}
        closed, total = closed + len(left) - len(failed), total + len(left)
        print(f"{stack:10} {len(left) - len(failed)} of {len(left)}", flush=True)
        for name, each in failed.items():
            print(f"  {name}: {'; '.join(each)}")
            print(f"    {EXCEPTIONS.get((stack, name), 'not on the list of exceptions')}")
    print(f"{closed} of {total} fixes close their fault ({closed / max(total, 1):.1%})")


main()
