"""Show what a browser does with vectors, as JSON: `python -m tests.browser --record NAME_OR_FILE...`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.browser.batch import BROWSERS, Browser, Seen, run
from tests.browser.differences import differences, random_cases
from tests.fetch.vector_files import Vector, load, load_file

if TYPE_CHECKING:
    from collections.abc import Iterable


def _chosen(wanted: Iterable[str]) -> list[Vector]:
    """The vectors of a file, or the one with this id, or those whose name contains the text."""
    chosen: list[Vector] = []
    for text in wanted:
        if Path(text).is_file():
            found = list(load_file(Path(text)))
        else:
            found = [vector for vector in load() if text == vector.id or text.lower() in vector.name.lower()]
        if not found:
            sys.exit(f"no vector and no file: {text}")
        chosen += found
    return list({vector.id: vector for vector in chosen}.values())


def _record(vector: Vector, seen: Seen) -> dict[str, object]:
    return {
        "name": vector.name,
        "id": vector.id,
        "requests": [
            {
                "method": request.method,
                "url": request.url,
                "headers": {name: request.get(name) for name, _ in request.headers},
                "body": request.body.decode("utf-8", "replace"),
            }
            for request in seen.requests
        ],
        "outcomes": seen.outcomes,
        "console": [[said.name, said.text] for said in seen.said],
    }


def _differ(seed: int, number: int, browser: Browser, program: str) -> bool:
    """Print the random cases in which the engine differs from the browser; whether there are any."""
    found = differences(random_cases(seed, number), browser, program)
    for vector_id, text in found.items():
        sys.stdout.write(f"{vector_id}: {text}\n")
    sys.stdout.write(f"{browser.NAME}: {len(found)} of {number} differ\n")
    return bool(found)


def main() -> None:
    names = {browser.NAME: browser for browser in BROWSERS}
    parser = argparse.ArgumentParser(prog="python -m tests.browser", description=__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--record", nargs="+", metavar="NAME_OR_FILE")
    what.add_argument("--random", nargs=2, type=int, metavar=("SEED", "N"), help="print the random cases that differ")
    parser.add_argument("--browser", choices=list(names), default=next(iter(names)))
    arguments = parser.parse_args()
    browser = names[arguments.browser]
    program = browser.find() or sys.exit(browser.HOW_TO_GET)
    if arguments.random:
        seed, number = arguments.random
        sys.exit(_differ(seed, number, browser, program))
    vectors = _chosen(arguments.record)
    seen = run(vectors, browser, program)
    records = [_record(vector, seen[vector.id]) for vector in vectors if vector.id in seen]
    sys.stdout.write(json.dumps(records, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
