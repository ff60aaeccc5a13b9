"""Every stack, by what real software of its kind responds: silent where it is right, and the usual faults in its words.

`stacks.json` has the cases. Each names a recording of `tests/stacks/recorded`, and may add header lines to it, as those
of a service behind it. `findings`, `stack` and `exit` are what hdrcli has to say of:

- `right`: the page that the software allows, and no custom header but those that are exposed.
- `hidden`: the same, with a custom header that somebody has added to the response.
- `refused`: a page that the software does not allow.

`fix` is the first finding's setting as it is to be written.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from hdrcli.inspection import check
from hdrcli.settings import Settings
from hdrcli.stacks import STACKS
from tests.field.played_back import PlayedBack, played_back
from tests.findings import fix_lines, found
from tests.fixes.configuration import OTHER, PAGE
from tests.serving.site import Site

CASES: Final[dict[str, dict[str, Any]]] = json.loads(Path(__file__).with_name("stacks.json").read_text("utf-8"))
KINDS: Final = ("right", "hidden", "refused")
ADDED: Final = "X-Job-Id: 7"
"""The header that nobody exposes."""


def outcome(case: dict[str, Any], kind: str) -> dict[str, Any]:
    """What hdrcli says of the recording, as in the file."""
    added = [*case.get("added", ()), *([ADDED] if kind == "hidden" else [])]
    with Site({}, otherwise=_player(case, added)) as site:
        settings = Settings(
            targets=(f"{site.url}/items",),
            origins=(OTHER if kind == "refused" else PAGE,),
            credentials=("omit",),
            find_openapi=False,
            stack=case.get("named"),
        )
        report = check(settings)
    (service,) = report.services
    fix = fix_lines(service.findings[0], service.stack) if service.findings else ()
    return {
        "findings": found(report),
        "stack": service.stack.name,
        "exit": int(report.exit_status),
        **({"fix": list(fix)} if fix else {}),
    }


def _player(case: dict[str, Any], added: list[str]) -> PlayedBack:
    return played_back(case["recording"], added)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", CASES)
def test_a_stack_is_judged_as_recorded(name: str, kind: str) -> None:
    case = CASES[name]
    if kind not in case:
        assert case["no refusal"], f"{name} has no case {kind}, and no reason"
        return
    assert outcome(case, kind) == case[kind]


def test_every_stack_has_a_right_and_a_faulty_case() -> None:
    assert {stack.name for stack in STACKS} <= {case["stack"] for case in CASES.values()}
    for case in CASES.values():
        assert case["right"]["exit"] == 0
        assert case["hidden"]["findings"]


def test_right_configurations_cause_no_false_alarm() -> None:
    """What is found in them is true of the software, and `because` says so."""
    for name, case in CASES.items():
        assert not case["right"]["findings"] or case["because"], name
