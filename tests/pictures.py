"""The pictures of README.md and docs/: a terminal, drawn by rich, and the HTML pages, as Chromium shows them.

`python -m tests.pictures` makes all of them. A test makes the terminal again and compares.
"""

from __future__ import annotations

import io
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Literal

from playwright.sync_api import Page, ViewportSize, sync_playwright
from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

from tests.browser import chromium
from tests.cli.program import environment
from tests.lab.serving import command
from tests.lab.tabs import chromium_page
from tests.proxy.program import running
from tests.proxy.serving import request
from tests.readme import DOCUMENTED_BASE, ROOT, serving

FOLDER: Final = ROOT / "docs" / "pictures"
TERMINAL: Final = FOLDER / "terminal.svg"
STATISTICS: Final = FOLDER / "stats.png"
LAB: Final = FOLDER / "lab.png"
PROXY: Final = FOLDER / "proxy.png"
REPORTS: Final[tuple[tuple[Literal["light", "dark"], str, Path], ...]] = (
    ("light", "FAILED", FOLDER / "report.png"),
    ("dark", "Headers by route", FOLDER / "report-matrix.png"),
)
"""Color scheme, the heading that is at the top, and the file."""

_ARGUMENTS: Final = ("--route", "/headers/*", "--route", "/errors/crash")
_REQUESTED: Final = ("/headers/pagination", "/headers/custom", "/injected/cookie", "/errors/crash")
_WIDTH: Final = 100
_SIZE: Final[ViewportSize] = {"width": 1180, "height": 820}
_loaded_font = re.compile(r"@font-face \{\{.*?\}\}\s*", re.DOTALL)
"""Rich's format loads fonts from another server."""


def terminal() -> str:
    """The SVG of a real run in a terminal."""
    with serving() as base:
        variables = environment({"COLUMNS": f"{_WIDTH}", "FORCE_COLOR": "1"})
        command = [sys.executable, "-m", "hdrcli", "check", base, *_ARGUMENTS]
        ended = subprocess.run(command, env=variables, stdout=subprocess.PIPE, encoding="utf-8", check=False)
    text = ended.stdout.replace(base, DOCUMENTED_BASE)
    console = Console(record=True, width=_WIDTH, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(Text.from_ansi(text), end="")
    title = shlex.join(["hdrcli", "check", DOCUMENTED_BASE, *_ARGUMENTS])
    format_ = _loaded_font.sub("", CONSOLE_SVG_FORMAT)
    return console.export_svg(title=title, code_format=format_, unique_id="hdrcli")


def words(svg: str) -> list[str]:
    """The texts of an SVG, line by line: versions of rich may draw them differently."""
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    return [text.replace("&#160;", " ").strip() for text in texts if text.strip()]


def _report() -> None:
    """The upper part of a report, and its matrix."""
    program = chromium.find()
    assert program is not None, chromium.HOW_TO_GET
    with TemporaryDirectory() as folder, serving() as base, sync_playwright() as playwright:
        file = Path(folder) / "report.html"
        subprocess.run([sys.executable, "-m", "hdrcli", "check", base, f"--format=html={file}"], check=False)
        file.write_text(file.read_text("ascii").replace(base, DOCUMENTED_BASE), "ascii")
        browser = playwright.chromium.launch(executable_path=program, chromium_sandbox=False)
        for scheme, heading, picture in REPORTS:
            page = browser.new_page(viewport=_SIZE, color_scheme=scheme)
            page.goto(file.as_uri())
            page.get_by_role("heading", name=heading).evaluate("heading => heading.scrollIntoView()")
            page.screenshot(path=picture)
        browser.close()


def _statistics() -> None:
    """The findings and headers of the sample app's routes, each a line of a list."""
    program = chromium.find()
    assert program is not None, chromium.HOW_TO_GET
    with TemporaryDirectory() as folder, serving() as base, sync_playwright() as playwright:
        report = subprocess.run(
            [sys.executable, "-m", "hdrcli", "check", base, "--format=json"], stdout=subprocess.PIPE, check=False
        )
        urls = [route["url"] for service in json.loads(report.stdout)["services"] for route in service["routes"]]
        bulk = [sys.executable, "-m", "hdrcli", "bulk", "-", "--output=results.jsonl"]
        subprocess.run(bulk, cwd=folder, input="\n".join(urls), text=True, check=True)
        stats = [sys.executable, "-m", "hdrcli", "stats", "results.jsonl", "--format=html=stats.html"]
        subprocess.run(stats, cwd=folder, check=True)
        browser = playwright.chromium.launch(executable_path=program, chromium_sandbox=False)
        page = browser.new_page(viewport=_SIZE, color_scheme="light")
        page.goto((Path(folder) / "stats.html").as_uri())
        page.get_by_role("heading", name="Findings", exact=True).evaluate("heading => heading.scrollIntoView()")
        page.screenshot(path=STATISTICS)
        browser.close()


def lab(picture: Path) -> str:
    """The sample's routes and CORS settings; returns the text of the page."""
    with (
        command("serve-sample", "--port=0", "--allow-credentials") as served,
        chromium_page(viewport=_SIZE, color_scheme="light") as page,
    ):
        page.goto(served.url)
        page.wait_for_selector("body[data-run=done]")
        _name(page, {served.api: DOCUMENTED_BASE, served.origin: "http://localhost:8002"})
        page.screenshot(path=picture)
        return page.inner_text("body")


def proxy_page(picture: Path) -> str:
    """A few requests of a front end, and the findings so far; returns the text of the page."""
    with (
        serving() as base,
        running(base, "--page") as proxy,
        chromium_page(viewport=_SIZE, color_scheme="light") as page,
    ):
        for path in _REQUESTED:
            proxy.send(request("GET", path))
        page.goto(proxy.wait_for(r"browser:  (http://\S+)")[1])
        page.wait_for_selector(f"li.route:nth-child({len(_REQUESTED)})")
        page.wait_for_selector("article:nth-of-type(2)")
        _name(page, {base: DOCUMENTED_BASE, f"http://localhost:{proxy.port}": "http://localhost:8001"})
        page.screenshot(path=picture)
        return page.inner_text("body")


def _name(page: Page, names: Mapping[str, str]) -> None:
    """Show documented addresses in place of those of this run."""
    page.evaluate(
        """names => {
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            for (const [from, to] of Object.entries(names)) {
              const text = walker.currentNode.nodeValue;
              if (text.includes(from)) walker.currentNode.nodeValue = text.replaceAll(from, to);
            }
          }
          for (const area of document.querySelectorAll("textarea")) {
            for (const [from, to] of Object.entries(names)) area.value = area.value.replaceAll(from, to);
          }
        }""",
        dict(names),
    )


def make() -> None:
    """Write all pictures."""
    FOLDER.mkdir(exist_ok=True)
    TERMINAL.write_text(terminal(), "utf-8")
    _report()
    _statistics()
    lab(LAB)
    proxy_page(PROXY)


if __name__ == "__main__":
    make()
