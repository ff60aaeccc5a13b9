"""Pages of statistics that the tests open, each next to the JSON output of the same count."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.cli.program import hdrcli_process
from tests.stats.results import JSON, finding, result, written

CODES: Final = (("HDR101", "error"), ("HDR301", "warning"), ("HDR504", "advice"), ("HDR999", "advice"))
WITHOUT_RESPONSE: Final = (("unreachable", "dns"), ("incomplete", "time-limit"), ("invalid", "not-a-url"))
STACKS: Final = ("nginx", "starlette", None)


def varied_result(number: int) -> JSON:
    """A result that differs from its neighbors in everything that is counted."""
    if number % 10 == 0:
        outcome, failure = WITHOUT_RESPONSE[number // 10 % 3]
        return result(number, outcome=outcome, failure=failure, status=None, requests=0)
    names = [f"x-{place}" for place in range(8) if number % (place + 2) == 0]
    return result(
        number,
        status=(200, 200, 301, 404, 500)[number % 5],
        blocked=number % 7 == 0,
        readable=names[::2],
        hidden=names[1::2],
        stack=STACKS[number % 3],
        requests=5 + number % 4,
        findings=[finding(*each) for place, each in enumerate(CODES, 2) if number % place == 0],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A page, and the JSON output of the same count."""

    file: Path
    json: Any

    @property
    def text(self) -> str:
        return self.file.read_text("utf-8")

    @property
    def url(self) -> str:
        return self.file.as_uri()


def made(folder: Path, results: list[JSON], *arguments: str) -> Made:
    path, file, of_json = written(folder / "results.jsonl", results), folder / "stats.html", folder / "stats.json"
    ended = hdrcli_process("stats", str(path), f"--format=html={file}", f"--format=json={of_json}", *arguments)
    assert (ended.status, ended.out) == (0, ""), ended.err
    return Made(file=file, json=json.loads(of_json.read_text("utf-8")))
