"""What hostile text must not do to a report, judged by parsers of others: one judge for each form of output."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

from jsonschema_rs import Draft202012Validator
from markdown_it import MarkdownIt
from sarif_pydantic import Sarif
from tap.line import Result
from tap.parser import Parser
from xmlschema import XMLSchema

from hdrcli.audit.report import schema_text as schema_of_audits
from hdrcli.bulk.schema import schema_text as schema_of_lines
from hdrcli.reporters.comparisons.json import schema_text as schema_of_comparisons
from tests.reporting import SCHEMA
from tests.safety.outputs import Written
from tests.safety.runner import commands

XSD: Final = XMLSchema(Path(__file__).parent.parent / "reporters" / "junit-10.xsd")
_MARKDOWN_BLOCKS: Final = frozenset(
    ("heading", "paragraph", "inline", "bullet_list", "list_item", "table", "thead", "tbody", "tr", "th", "td", "fence")
)
_LOADING: Final = {"src", "srcset", "action", "formaction", "data", "poster", "background", "ping", "manifest"}
_RAW: Final = {"style", "script"}
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""How formulas begin: https://owasp.org/www-community/attacks/CSV_Injection."""


def assert_harmless(written: Written) -> None:
    """No text from outside is more than text, wherever the output ends up: a terminal, a log, a viewer of its form."""
    text = written.text
    assert "Traceback" not in text, written
    assert [line for line in text.split("\n") if not line.isprintable()] == [], written.where
    logged = "\n".join(line for line in text.split("\n") if not _is_annotation(written, line))
    assert [*commands(logged)] == [], written.where
    JUDGES[written.form](text)


# --- GitHub -------------------------------------------------------------------------------------------------------


def annotated(text: str) -> list[tuple[str, dict[str, str], str]]:
    """Name, properties and message of each command, as the runner reads them."""
    found = []
    for line in text.splitlines():
        match = re.fullmatch(r"::(\w+) ([^:]*)::(.*)", line)
        assert match is not None, line
        properties = dict(pair.split("=", 1) for pair in match[2].split(","))
        found.append((match[1], properties, match[3].replace("%0A", "\n").replace("%25", "%")))
    return found


def _is_annotation(written: Written, line: str) -> bool:
    """Whether a line is a command that the program gives on purpose."""
    if written.form != "github" or not line.startswith("::"):
        return False
    ((name, properties, _),) = annotated(line)
    return (
        name in {"error", "warning", "notice"} and properties.keys() == {"file", "line", "title"} and "##" not in line
    )


# --- XML, JSON, tables ------------------------------------------------------------------------------------------------


def assert_valid_junit(text: str) -> None:
    """The schema, from Jenkins' xUnit plugin, lacks the place of a test, which GitLab and CircleCI read."""
    XSD.validate(re.sub(r'(<testcase [^>]*) file="[^"]*" line="[0-9]+"', r"\1", text))


def _json(text: str) -> Any:  # noqa: ANN401 -- JSON
    """The value of a text that strict readers take, which reject lone surrogates."""
    value = json.loads(text)
    json.dumps(value, ensure_ascii=False).encode()
    return value


def _by_schema(schema: dict[str, Any], *, by_line: bool = False) -> Callable[[str], None]:
    validator = Draft202012Validator(schema)

    def judge(text: str) -> None:
        for document in text.splitlines() if by_line else [text]:
            validator.validate(_json(document))

    return judge


def _events(text: str) -> None:
    for line in filter(None, text.splitlines()):
        _json(line.removeprefix("data: "))


def _sarif(text: str) -> None:
    _json(text)
    Sarif.model_validate_json(text)


def _csv(text: str) -> None:
    first, *rows = csv.reader(text.splitlines())
    assert all(len(row) == len(first) for row in rows)
    assert [cell for row in rows for cell in row if cell.startswith(_FORMULA)] == []


def _tap(text: str) -> None:
    lines = [*Parser().parse_text(text)]
    assert {line.category for line in lines} <= {"version", "plan", "test", "diagnostic"}
    results = [line for line in lines if isinstance(line, Result)]
    assert [result.number for result in results] == [*range(1, len(results) + 1)]
    assert [result for result in results if result.todo or (result.skip and not result.ok)] == []


# --- Markdown, HTML ---------------------------------------------------------------------------------------------------


def _markdown(columns: int) -> Callable[[str], None]:
    """No text of a server is more than code, as CommonMark and GitHub's tables with so many columns are read."""

    def judge(text: str) -> None:
        tokens = MarkdownIt("commonmark").enable("table").parse(text)
        assert {token.type.removesuffix("_open").removesuffix("_close") for token in tokens} <= _MARKDOWN_BLOCKS
        inline = {child.type for token in tokens for child in token.children or ()}
        assert inline <= {"text", "code_inline", "strong_open", "strong_close", "softbreak"}
        headings = [token.tag for token in tokens if token.type == "heading_open"]
        assert headings == ["h2", *["h3"] * (len(headings) - 1)]
        for line in text.splitlines():
            assert line.count("|") - line.count("\\|") in {0, columns + 1} or not line.startswith("|"), line

    return judge


class Read(HTMLParser):
    """The elements and texts of a file, as its tags say."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.raw: dict[str, str] = {}
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        del tag
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside in _RAW:
            self.raw[self._inside] = self.raw.get(self._inside, "") + data
        else:
            self.texts.append(data)

    @property
    def text(self) -> str:
        """All that can be read."""
        return " ".join(" ".join(self.texts).split())


def assert_html_of_ours(text: str) -> None:
    """The file is complete, loads nothing, and runs nothing but its own script."""
    read = Read(text)
    tags = [tag for tag, _ in read.elements]
    assert (tags.count("script"), tags.count("style"), tags.count("link"), tags.count("base")) == (1, 1, 1, 0)
    assert not {"iframe", "object", "embed", "img", "form", "video", "audio"} & set(tags)
    for tag, attributes in read.elements:
        assert not _LOADING & attributes.keys(), tag
        assert not [attribute for attribute in attributes if attribute.startswith("on") or attribute == "style"]
        href = attributes.get("href") or "#"
        assert href.startswith(("#", "https://")) or (tag, href) == ("link", "data:,"), href


def _plain(text: str) -> None:
    """Lines of text have no syntax."""


JUDGES: Final[Mapping[str, Callable[[str], None]]] = {
    "text": _plain,
    "table": _plain,
    "github": _plain,  # its lines are the runner's
    "json": _by_schema(SCHEMA),
    "jsonl": _by_schema(SCHEMA, by_line=True),
    "junit": assert_valid_junit,
    "sarif": _sarif,
    "gitlab": _json,
    "tap": _tap,
    "markdown": _markdown(columns=4),
    "csv": _csv,
    "html": assert_html_of_ours,
    "compare table": _plain,
    "compare json": _by_schema(json.loads(schema_of_comparisons())),
    "compare markdown": _markdown(columns=3),
    "bulk": _by_schema(json.loads(schema_of_lines()), by_line=True),
    "audit json": _by_schema(json.loads(schema_of_audits())),
    "config json": _json,
    "page json": _json,
    "page events": _events,
}
"""A judge for each form of output: a format that has none fails with its name."""
