"""A fix is proven by applying it: the fault is gone, and what worked before still works.

The fixes are those of the report. pytest's summary has the share that closes.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Final

import pytest

from tests.fixes.closing import checks, left_after_fixes
from tests.fixes.configuration import CORRECT, PAGE
from tests.fixes.exceptions import EXCEPTIONS
from tests.fixes.mutations import MUTATIONS, REQUESTS, Mutation
from tests.fixes.serving import INSTALLED, KNOWN

STACKS: Final = [
    pytest.param(stack, marks=pytest.mark.skipif(stack not in INSTALLED, reason=f"{stack} is not installed"))
    for stack in KNOWN
]
"""A stack that is missing is skipped once, so that it is listed, and its fixes are not collected."""

_MOST_EXCEPTIONS: Final = 0.05


def _cases(stacks: tuple[str, ...]) -> list[tuple[str, Mutation]]:
    return [(stack, mutation) for stack in stacks for mutation in MUTATIONS if mutation.concerns(stack)]


@pytest.mark.parametrize("stack", STACKS)
def test_a_correct_configuration_has_no_fault(stack: str) -> None:
    requests = [*REQUESTS, *(mutation.request for mutation in MUTATIONS if mutation.concerns(stack))]

    checked = checks(stack, CORRECT, requests)

    assert {request: each.codes for request, each in checked.items() if each.codes} == {}


@pytest.mark.parametrize(
    ("stack", "mutation"),
    [
        pytest.param(*case, id=f"{case[0]}: {case[1].name}", marks=() if number % 4 == 0 else pytest.mark.thorough)
        for number, case in enumerate(_cases(INSTALLED))
    ],
)
def test_the_fixes_of_the_report_close_the_fault(
    stack: str, mutation: Mutation, record_property: Callable[[str, object], None]
) -> None:
    """An exception has to stay one: a fix that begins to close its fault is taken off the list."""
    left = left_after_fixes(stack, mutation)
    record_property("closes", not left)

    assert bool(left) is ((stack, mutation.name) in EXCEPTIONS), left


def test_exceptions_are_few_and_of_known_cases() -> None:
    known = {(stack, mutation.name) for stack, mutation in _cases(KNOWN)}

    assert set(EXCEPTIONS) <= known
    assert len(EXCEPTIONS) <= _MOST_EXCEPTIONS * len(known)


def test_requests_are_of_pages_that_a_correct_service_allows() -> None:
    pages = {page for request in REQUESTS for page in request.origins}

    assert pages == set(CORRECT.options["origins"])
    assert all(mutation.request.origins[0] == PAGE for mutation in MUTATIONS)


def test_all_stacks_are_installed_where_they_have_to_be() -> None:
    """`.ci/fixes` installs them."""
    assert os.environ.get("HDRCLI_REQUIRE_STACKS") != "1" or INSTALLED == KNOWN
