"""Results of `hdrcli bulk` that tests write: each is valid by the schema of bulk."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

JSON = dict[str, Any]

_RESULT: Final[JSON] = {
    "key": "0000000000000001",
    "line": 1,
    "target": "http://127.0.0.1/",
    "outcome": "checked",
    "failure": None,
    "problem": None,
    "page": "http://localhost:3000",
    "status": 200,
    "blocked": False,
    "readable": [],
    "hidden": [],
    "stack": None,
    "requests": 7,
    "findings": [],
}


def result(number: int, **members: object) -> JSON:
    """The result of a line, with these members."""
    return {**_RESULT, "key": f"{number:016x}", "line": number, **members}


def finding(code: str, severity: str) -> JSON:
    return {"code": code, "severity": severity, "title": "", "subjects": [], "fix": ""}


def text_of(results: Iterable[JSON]) -> str:
    return "".join(f"{json.dumps(each)}\n" for each in results)


def written(path: Path, results: Iterable[JSON]) -> Path:
    path.write_text(text_of(results))
    return path
