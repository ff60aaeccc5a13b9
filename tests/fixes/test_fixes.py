"""A fix is proven by applying it: the fault is gone, and what worked before still works."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Final

import pytest

from hdrcli.inspection import check
from hdrcli.report.report import Report
from hdrcli.rules.finding import Severity
from hdrcli.stacks import fix_for, known_stack
from tests.fixes.configuration import CORRECT, PAGE, Configuration, apply
from tests.fixes.mutations import MUTATIONS, REQUESTS, Mutation, Request, broken
from tests.fixes.serving import INSTALLED, KNOWN, serve, source_of

STACKS: Final = [
    pytest.param(stack, marks=pytest.mark.skipif(stack not in INSTALLED, reason=f"{stack} is not installed"))
    for stack in KNOWN
]
"""A stack that is missing is skipped once, so that it is listed, and its fixes are not collected."""
CASES: Final = [
    pytest.param(stack, mutation, id=f"{stack}: {mutation.name}")
    for stack in INSTALLED
    for mutation in MUTATIONS
    if mutation.concerns(stack)
]


_found: Final[dict[tuple[str, str, Request], list[str]]] = {}
"""The faults by stack, source text and request: most fixes lead back to the configuration that they began with."""


def checked(url: str, request: Request) -> Report:
    return check(request.settings(url))


def faults(report: Report) -> list[str]:
    """The codes of the errors and warnings."""
    return [finding.code for finding in report.findings if finding.severity is not Severity.ADVICE]


def failing(stack: str, configuration: Configuration, requests: Iterable[Request]) -> dict[Request, list[str]]:
    """The requests that have a fault."""
    text = f"{source_of(stack, configuration)}\n{configuration.doubled}"
    wanted = tuple(requests)
    missing = [request for request in wanted if (stack, text, request) not in _found]
    if missing:
        with serve(stack, configuration) as url:
            _found.update({(stack, text, request): faults(checked(url, request)) for request in missing})
    return {request: _found[stack, text, request] for request in wanted if _found[stack, text, request]}


@pytest.mark.parametrize("stack", STACKS)
def test_a_correct_configuration_has_no_fault(stack: str) -> None:
    assert failing(stack, CORRECT, [*REQUESTS, *{mutation.request: None for mutation in MUTATIONS}]) == {}


@pytest.mark.parametrize(("stack", "mutation"), CASES)
def test_the_fix_closes_the_fault(stack: str, mutation: Mutation) -> None:
    configuration = broken(mutation)
    assert failing(stack, configuration, [mutation.request])

    fixed = apply(configuration, fix_for(mutation.fix, known_stack(stack)))

    assert failing(stack, fixed, [mutation.request, *REQUESTS]) == {}


def test_requests_are_of_pages_that_a_correct_service_allows() -> None:
    assert {request.origin for request in REQUESTS} <= set(CORRECT.options["origins"])
    assert all(mutation.request.origin == PAGE for mutation in MUTATIONS)


def test_all_stacks_are_installed_where_they_have_to_be() -> None:
    """CONTRIBUTING.md says how to install them."""
    assert os.environ.get("HDRCLI_REQUIRE_STACKS") != "1" or INSTALLED == KNOWN
