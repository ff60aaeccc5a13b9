"""The page of statistics in Chromium, Firefox and WebKit: nothing of a server runs."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.html_report.real_browsers import opened
from tests.html_report.test_in_browsers import BROWSERS
from tests.stats.pages import Made

pytestmark = pytest.mark.thorough

FOLDER: Final = Path(__file__).parent


@pytest.mark.parametrize("browser", BROWSERS)
def test_nothing_of_a_server_runs(browser: str, hostile: Made) -> None:
    with opened(browser, hostile.url) as evaluate:
        facts = evaluate((FOLDER / "attacks.js").read_text("utf-8"))

    assert not {"img", "iframe", "base", "form", "textarea", "object", "script"} & set(facts.pop("names"))
    assert facts == {"owned": False, "text": True, "bidi": False, "place": "file:"}
