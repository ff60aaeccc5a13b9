"""Projects in a folder, checked by the program in a process of its own: a module is imported once in a process."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any, Final

from tests.cli.program import Ended, hdrcli_process, importing_first
from tests.serving.loopback import DEADLINE

ROOT: Final = Path(__file__).parent.parent.parent

FASTAPI: Final = """
    from fastapi import FastAPI, Response
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["http://localhost:3000"], expose_headers=["X-Request-ID"])


    @app.get("/items")
    def items(response: Response):
        response.headers["X-Request-ID"] = "1"
        response.headers["X-Total-Count"] = "12"
        return []
"""
"""It sends two custom headers, one of which it exposes."""


def project(folder: Path, files: Mapping[str, str]) -> Path:
    """Write the files of a project, the first line of which may be empty."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip("\n"), "utf-8")
    return folder


def run(folder: Path, *arguments: str) -> Ended:
    """`hdrcli check` in the folder."""
    return hdrcli_process("check", *arguments, cwd=folder, env=importing_first(ROOT))


def report(folder: Path, *arguments: str) -> tuple[dict[str, Any], Ended]:
    """The only service of the JSON report: standard output has nothing else."""
    ended = run(folder, *arguments, "--format=json")
    assert ended.out, ended.err
    (service,) = json.loads(ended.out)["services"]
    return service, ended


def readable(service: Mapping[str, Any]) -> dict[str, bool | None]:
    """The custom headers of all routes."""
    headers = [header for route in service["routes"] for header in route["headers"] if header["custom"]]
    return {header["name"].lower(): header["readable"] for header in headers}


def eventually(condition: Callable[[], bool]) -> bool:
    """Whether the condition holds soon."""
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end and not condition():
        time.sleep(0.05)
    return condition()
