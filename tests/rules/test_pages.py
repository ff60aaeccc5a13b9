"""Every rule keeps to the form of a page, and its page keeps its word: the fault gives this code, the mend none."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from hdrcli.explanations.pages import LABELS, SETTINGS, page_of
from hdrcli.rules import RULES, Rule
from hdrcli.rules.finding import Severity
from tests.findings import concept, fix_setting, text
from tests.rules.document import DOCUMENT, document
from tests.rules.examples import Stage, ask, load
from tests.rules.snapshots import ON_THE_PAGE, Snapshot, stored
from tests.serving.asgi import uvicorn_server

ROOT = Path(__file__).parent.parent.parent
MODULES = sorted((ROOT / "hdrcli" / "rules").glob("hdr*.py"))
CURES = re.compile("(use|add|set(?!-cookie)|avoid|prefer)-")

every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.CODE)
with_examples = pytest.mark.parametrize(
    "rule", [rule for rule in RULES if "Fault" in page_of(rule).sections], ids=lambda rule: rule.CODE
)


@pytest.fixture(scope="module")
def stage() -> Stage:
    return Stage()


@pytest.fixture(scope="module")
def base(stage: Stage) -> Iterator[str]:
    with uvicorn_server(stage) as url:
        yield url


def test_the_rules_are_those_in_the_folder() -> None:
    assert [_file_name(rule) for rule in RULES] == [module.name for module in MODULES]


def test_codes_and_names_are_unique_and_sorted() -> None:
    codes = [rule.CODE for rule in RULES]

    assert codes == sorted(set(codes))
    assert len({rule.NAME for rule in RULES}) == len(RULES)


@every_rule
def test_the_rule_describes_a_fault(rule: Rule) -> None:
    assert re.fullmatch(r"HDR\d{3}", rule.CODE)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", rule.NAME)
    assert not CURES.match(rule.NAME)
    assert rule.SEVERITY in Severity
    assert re.fullmatch(r"https://\S+#\S+", rule.SPEC)


@every_rule
def test_the_page_has_its_paragraphs_in_order(rule: Rule) -> None:
    page = page_of(rule)
    labels = list(page.sections)
    shown = {"Shown by"} if "Shown by" in labels else {"Fault", "Mend"}

    assert page.title.endswith(".")
    assert "\n\n" not in (rule.__doc__ or "").split("\n\n", 1)[0]
    assert labels == [label for label in LABELS if label in labels]
    assert {"What", "Why it matters", *shown, "References"} <= set(labels) <= _possible(shown)
    assert all(page.sections.values())
    assert all(each.startswith("https://") for each in re.split(r",?\s+", page.sections["References"]))


@every_rule
def test_the_examples_are_python(rule: Rule) -> None:
    for label in {"Fault", "Mend"} & page_of(rule).sections.keys():
        ast.parse(page_of(rule).sections[label])


@every_rule
def test_what_shows_the_rule_exists(rule: Rule) -> None:
    path = page_of(rule).sections.get("Shown by")

    assert path is None or rule.CODE in (ROOT / path).read_text("utf-8")


@with_examples
def test_the_fault_gives_exactly_this_code(rule: Rule, stage: Stage, base: str, snapshot: Snapshot) -> None:
    stage.performing = load(rule, "Fault")
    findings = ask(base, rule).findings

    assert {finding.code for finding in findings} == {rule.CODE}, [text(finding) for finding in findings]
    assert {concept(finding) for finding in findings if fix_setting(finding)} <= set(SETTINGS.get(rule.CODE, ()))
    snapshot(*findings, title=ON_THE_PAGE)


@every_rule
def test_the_text_of_every_rule_is_in_a_snapshot(rule: Rule) -> None:
    assert stored(rule.CODE)


@with_examples
def test_the_mend_gives_none(rule: Rule, stage: Stage, base: str) -> None:
    stage.performing = load(rule, "Mend")
    report = ask(base, rule)

    assert [finding.code for finding in report.findings] == []
    assert report.fetches


def test_rules_md_is_up_to_date() -> None:
    assert DOCUMENT.read_text("utf-8") == document(), "python -m tests.rules.document writes it anew"


def _file_name(rule: Rule) -> str:
    return f"{rule.CODE.lower()}_{rule.NAME.replace('-', '_')}.py"


def _possible(shown: set[str]) -> set[str]:
    """Only examples can be asked and noted."""
    return set(LABELS) - ({"Ask", "Fault", "Mend", "Note"} if "Shown by" in shown else {"Shown by"})
