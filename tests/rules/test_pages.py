"""Every rule's page has the agreed form, and its examples are true: the fault gives this code, the fix gives none."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from hdrcli.rules import headline, settings_of
from hdrcli.rules.finding import Severity
from hdrcli.rules.page import LABELS, page_of
from hdrcli.rules.registry import all_rules
from hdrcli.rules.rule import Rule
from hdrcli.stacks.setting import Arrangement
from tests.findings import concept, fix_setting, text
from tests.rules.document import DOCUMENT, document
from tests.rules.examples import Stage, check_example, load
from tests.rules.snapshots import ON_THE_PAGE, Snapshot, stored
from tests.serving.asgi import uvicorn_server

ROOT = Path(__file__).parent.parent.parent
MODULES = sorted((ROOT / "hdrcli" / "rules").glob("hdr*.py"))
IMPERATIVES = re.compile("(use|add|set(?!-cookie)|avoid|prefer)-")
REQUIRED = {"Cause", "Why it matters", "Fix", "Similar faults", "References"}

every_rule = pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.CODE)
with_examples = pytest.mark.parametrize(
    "rule", [rule for rule in all_rules() if page_of(rule).has_examples], ids=lambda rule: rule.CODE
)


@pytest.fixture(scope="module")
def stage() -> Stage:
    return Stage()


@pytest.fixture(scope="module")
def base(stage: Stage) -> Iterator[str]:
    with uvicorn_server(stage) as url:
        yield url


def test_the_rules_are_those_in_the_folder() -> None:
    assert [_file_name(rule) for rule in all_rules()] == [module.name for module in MODULES]


def test_codes_and_names_are_unique_and_sorted() -> None:
    codes = [rule.CODE for rule in all_rules()]

    assert codes == sorted(set(codes))
    assert len({rule.NAME for rule in all_rules()}) == len(all_rules())


@every_rule
def test_the_rule_describes_a_fault(rule: Rule) -> None:
    assert re.fullmatch(r"HDR\d{3}", rule.CODE)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", rule.NAME)
    assert not IMPERATIVES.match(rule.NAME)
    assert rule.SEVERITY in Severity
    assert re.fullmatch(r"https://\S+#\S+", rule.SPEC)


@every_rule
def test_the_page_has_its_sections_in_order(rule: Rule) -> None:
    page = page_of(rule)
    labels = list(page.sections)
    optional = {"Check with", "Fault"} if page.has_examples else {"Tested by"}

    assert page.title.endswith(".")
    assert len((rule.__doc__ or "").splitlines()[0]) >= len(page.title)  # one line
    assert labels == [label for label in LABELS if label in labels]
    assert REQUIRED <= set(labels) <= REQUIRED | optional
    assert all(page.sections.values())
    assert all(each.startswith("https://") for each in re.split(r",?\s+", page.prose("References")))


@every_rule
def test_the_page_has_an_example_for_the_fault_and_one_for_the_fix_or_a_test(rule: Rule) -> None:
    page = page_of(rule)
    with_code = {label for label, blocks in page.sections.items() if any(block.is_code for block in blocks)}

    assert with_code == ({"Fault", "Fix"} if page.has_examples else set())
    assert page.has_examples == ("Tested by" not in page.sections)
    for label in with_code:
        ast.parse(page.example(label))


@every_rule
def test_the_page_names_codes_that_exist(rule: Rule) -> None:
    named = set(re.findall(r"HDR\d{3}", rule.__doc__ or ""))

    assert named <= {rule.CODE for rule in all_rules()}


@every_rule
def test_the_module_that_tests_the_rule_names_it(rule: Rule) -> None:
    path = page_of(rule).prose("Tested by")

    assert not path or rule.CODE in (ROOT / path).read_text("utf-8")


@with_examples
def test_the_fault_gives_exactly_this_code(rule: Rule, stage: Stage, base: str, snapshot: Snapshot) -> None:
    stage.app_on = load(rule, "Fault")
    findings = check_example(base, rule).findings

    assert {finding.code for finding in findings} == {rule.CODE}, [text(finding) for finding in findings]
    concepts = {concept(finding) for finding in findings if fix_setting(finding)} - set(get_args(Arrangement))
    assert concepts <= set(settings_of(rule))
    snapshot(*findings, title=ON_THE_PAGE)


@every_rule
def test_the_sentence_for_several_subjects_states_their_number(rule: Rule) -> None:
    sentences = {headline(rule.CODE, subjects) for subjects in ([], ["x-a"], ["x-a", "x-b"])}

    assert page_of(rule).title.replace("`", "").removesuffix(".") in sentences
    assert len(sentences) == 1 + hasattr(rule, "FOR_SEVERAL")
    assert ("2 " in " ".join(sentences)) is hasattr(rule, "FOR_SEVERAL")


@every_rule
def test_the_text_of_every_rule_is_in_a_snapshot(rule: Rule) -> None:
    assert stored(rule.CODE)


@with_examples
def test_the_fix_gives_no_finding(rule: Rule, stage: Stage, base: str) -> None:
    stage.app_on = load(rule, "Fix")
    report = check_example(base, rule)

    assert [finding.code for finding in report.findings] == []
    assert report.fetches


def test_rules_md_is_up_to_date() -> None:
    assert DOCUMENT.read_text("utf-8") == document(), "run: python -m tests.rules.document"


def _file_name(rule: Rule) -> str:
    return f"{rule.CODE.lower()}_{rule.NAME.replace('-', '_')}.py"
