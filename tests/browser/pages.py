"""The pages to visit: one for each origin that holds cookies, then one for each page of the vectors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from tests.fetch.vector_files import RESERVED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.fetch.vector_files import UserAgent, Vector

_RUNNER = Path(__file__).with_name("runner.js").read_text("utf-8")
_SANDBOX = "http://app.example"  # where the page stands that holds the sandboxed one
_FRAMED = "frame"


def lay_out(vectors: Sequence[Vector], browser: UserAgent) -> tuple[str, dict[str, bytes]]:
    """Give the URL to start at, and what the server shows under each reserved path."""
    cookies = [(origin, _cookies(vectors, origin)) for origin in _unique(o for v in vectors for o in v.cookies)]
    pages = _unique(vector.page for vector in vectors)
    origins = [origin for origin, _ in cookies] + [_SANDBOX if page == "null" else page for page in pages]
    urls = [f"{origin}{RESERVED}{number}" for number, origin in enumerate(origins)]
    answers = {}
    for number, following in enumerate([*urls[1:], None]):
        path = f"{RESERVED}{number}"
        if number < len(cookies):
            answers[path] = _html(f"location = {_script(following)}", cookies[number][1])
            continue
        page = pages[number - len(cookies)]
        runner = _html(_runner([v for v in vectors if v.page == page], browser, following))
        if page == "null":
            answers[path + _FRAMED] = runner
            answers[path] = _sandboxing(path + _FRAMED)
        else:
            answers[path] = runner
    return urls[0], answers


def _cookies(vectors: Iterable[Vector], origin: str) -> list[str]:
    return [f"Set-Cookie: {line}" for vector in vectors for line in vector.cookies.get(origin, ())]


def _runner(vectors: Iterable[Vector], browser: UserAgent, following: str | None) -> str:
    plays = [
        [vector.id, [{"request": step.request, "wait": step.wait} for step in vector.steps_for(browser)]]
        for vector in vectors
    ]
    return f"{_RUNNER}\nrun({_script({'vectors': plays, 'next': following})});"


def _sandboxing(path: str) -> bytes:
    go_on = "addEventListener('message', ({data}) => { if (data) location = data; })"
    return _html(go_on, markup=f'<iframe sandbox="allow-scripts" src="{path}"></iframe>')


def _html(script: str, head_lines: Iterable[str] = (), markup: str = "") -> bytes:
    body = f"<!doctype html><meta charset=utf-8><script>{script}</script>{markup}".encode()
    head = [
        "HTTP/1.1 200 OK",
        "Content-Type: text/html; charset=utf-8",
        "Cache-Control: no-store",
        "Connection: close",  # and no Content-Length: or the browser would try to use the connection again
        *head_lines,
    ]
    return "".join(f"{line}\r\n" for line in (*head, "")).encode("latin-1") + body


def _script(value: object) -> str:
    """JSON that may stand in a script element."""
    return json.dumps(value).replace("<", "\\u003c")


def _unique(items: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(items))
