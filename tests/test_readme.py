"""README.md and docs/ are true: console and Python blocks are run, tables and numbers are compared."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from hdrcli.cli.help import COMPARISON_STATUSES, EXIT_STATUSES, PRECEDENCE
from hdrcli.planning.probes import MAX_PROBES, MAX_VARIANTS
from hdrcli.records.errors import ExitStatus
from hdrcli.stacks import STACKS
from sample_app import ROUTES
from tests import readme
from tests.browser import chromium
from tests.browser.batch import installed
from tests.cli.program import hdrcli
from tests.fetch.vector_files import load
from tests.findings import the_finding
from tests.missing import is_missing
from tests.rules.asking import answering, ask

ROOT: Final = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    with readme.serving() as url:
        yield url


def printed_by(block: str) -> str:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(block, {})  # noqa: S102 -- the README's own code
    return printed.getvalue()


@pytest.mark.parametrize("block", readme.SHOWN, ids=lambda block: block.splitlines()[0])
def test_console_block(block: str, base: str) -> None:
    if "--in-browser" in block:
        installed(chromium)
    for tool in ("jq", "curl"):
        if f"{tool} -" in block and is_missing(tool):
            pytest.skip(f"{tool} is not installed: apt-get install {tool}")
    assert readme.transcript(block, base) == block


def test_there_are_examples_of_jq() -> None:
    assert "".join(readme.SHOWN).count("jq -r ") >= 6


def test_the_installing_commands_are_what_ci_runs() -> None:
    assert len(readme.INSTALLING) == 2
    pattern = re.compile(r"\$ python3 -m venv [^\n]*\n")
    assert all(pattern.fullmatch(block) for block in readme.INSTALLING)
    assert r"'s/^\$ \(python3 -m venv .*\)$/\1/p' README.md" in (ROOT / ".ci" / "run").read_text("utf-8")


@pytest.mark.parametrize("options", [(), ("--allow-origin=*",)], ids=["one origin", "any origin"])
def test_the_report_in_python(options: tuple[str, ...]) -> None:
    with readme.serving(*options) as base:
        printed = printed_by(readme.PYTHON[0].replace(readme.DOCUMENTED_BASE, base))

    question, *verdicts = printed.splitlines()
    assert question == "True False"
    assert verdicts == [
        f"{name} {browser} {verdict}"
        for name, verdict in (("x-request-id", "True listed"), ("x-process-time", "False not-listed"))
        for browser in ("chromium", "firefox", "webkit")
    ]


def test_an_asgi_app_in_python() -> None:
    (documented,) = re.findall(r"^print\(.*\)  # (\[.*\])", readme.PYTHON[1], re.MULTILINE)

    assert printed_by(readme.PYTHON[1]) == f"{documented}\n"


def test_a_comparison_in_python(base: str) -> None:
    assert printed_by(readme.PYTHON[2].replace(readme.DOCUMENTED_BASE, base)) == ""  # it has assertions of its own


def test_exit_statuses_of_comparisons() -> None:
    rows = re.findall(r"^\| `([0-9])` \| (.*) \|$", (ROOT / "docs" / "compare.md").read_text("utf-8"), re.MULTILINE)

    assert [(status, text.replace("`", "")) for status, text in rows] == [
        (status, f"{text[0].lower()}{text[1:-1]}") for status, text in COMPARISON_STATUSES
    ]


def test_exit_status_table() -> None:
    rows = dict(re.findall(r"^\| ([0-9]+) \| (.*) \|$", readme.TEXT, re.MULTILINE))
    in_help = {status: f"{text[0].lower()}{text[1:-1]}" for status, text in EXIT_STATUSES}

    assert {int(status) for status in rows} == set(ExitStatus)
    assert {status: text.replace("`", "") for status, text in rows.items()} == in_help
    assert PRECEDENCE in " ".join(readme.TEXT.split())


def test_numbers() -> None:
    text = " ".join(readme.TEXT.split())

    assert f"{len(load())} vectors" in text
    assert f"{len(STACKS)} stacks" in text
    assert f"{len(STACKS)} stacks" in (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert f"its {len(ROUTES)} routes" in text
    assert f"at most {MAX_PROBES} for each route, and {MAX_VARIANTS} more for each page" in text


def test_the_finding_about_a_layer_in_front() -> None:
    """It cannot be run: no Cloudflare is at hand."""
    body = b"error code: 1020"
    served = answering(lambda _: (403, (("Server", "cloudflare"), ("CF-Ray", "8a1-FRA"))), body=body)
    finding = the_finding(ask(served, expect_status=("403",)))
    text = " ".join(readme.TEXT.split())

    assert f"{finding.severity} {finding.code}" in text
    assert f"fix {finding.fix}." in text
    assert f"body {finding.quote}" in text


def test_options_and_commands_exist() -> None:
    commands = set(re.findall(r"^\| `hdrcli ([a-z][\w-]*)", readme.TEXT, re.MULTILINE))
    helps = "".join(hdrcli(command, "--help").out for command in commands) + hdrcli("--help").out
    of_others = r"`(?:dask worker|docker run|http|pytest) -[^`]*`"
    prose = re.sub(rf"```.*?```|{of_others}", "", readme.TEXT, flags=re.DOTALL)
    options = set(re.findall(r"(?<![\w-])--[a-z][\w-]+", prose))

    assert all(re.search(rf"^  {command} ", helps, re.MULTILINE) for command in commands)
    assert {option for option in options if not re.search(rf"{option}(?![\w-])", helps)} == set()


def test_every_document_that_is_linked_exists() -> None:
    links = [
        (document, link)
        for document in readme.DOCUMENTS
        for link in re.findall(r"\]\(([^)]+)\)", document.read_text("utf-8"))
        if "://" not in link
    ]
    assert links
    assert [link for document, link in links if not _exists(document, *link.partition("#")[::2])] == []


def _exists(document: Path, file: str, heading: str) -> bool:
    path = document.parent / file if file else document
    return path.exists() and (not heading or heading in _anchors(path.read_text("utf-8")))


def _anchors(text: str) -> list[str]:
    """As GitHub names the headings."""
    return [re.sub(r"[^\w -]", "", line.lower()).replace(" ", "-") for line in re.findall(r"(?m)^#+ (.*)", text)]


def test_every_page_is_linked() -> None:
    first, *pages = readme.DOCUMENTS
    assert {f"docs/{page.name}" for page in pages} <= set(re.findall(r"\]\(([^)]+)\)", first.read_text("utf-8")))
