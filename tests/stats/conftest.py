"""Pages of statistics, and the browser of the tests of the HTML report."""

from __future__ import annotations

import pytest

from tests.html_report.conftest import browser, page
from tests.html_report.reports import ATTACKS
from tests.stats.pages import Made, made, varied_result
from tests.stats.results import finding, result

__all__ = ["browser", "page"]


@pytest.fixture(scope="module")
def ordinary(tmp_path_factory: pytest.TempPathFactory) -> Made:
    results = [varied_result(number) for number in range(1, 301)]
    return made(tmp_path_factory.mktemp("ordinary"), [*results, results[0]], "--top=5")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Names, stacks and a file that attack the reader."""
    folder = tmp_path_factory.mktemp("hostile") / "<img src=x onerror=globalThis.owned=1>"
    folder.mkdir()
    attacks = [*ATTACKS, "\ud800", "\x00\x1b[2J", "\u202egnp.exe", "x-y\u2066"]
    results = [
        result(number, readable=[attack], hidden=[f"h{attack}"], stack=attack, findings=[finding("HDR301", "warning")])
        for number, attack in enumerate(attacks, 1)
    ]
    return made(folder, results, "--top=100")
