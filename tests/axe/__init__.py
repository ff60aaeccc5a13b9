"""The accessibility checks of axe-core: https://github.com/dequelabs/axe-core."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Page

_SCRIPT: Final = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"


def script() -> Path:
    """The file of axe-core. Without it, the test is skipped, or fails, as it does in CI."""
    if not _SCRIPT.exists() and os.environ.get("HDRCLI_REQUIRE_BROWSERS") != "1":
        pytest.skip("axe-core is not installed: npm ci --prefix tests/axe")
    return _SCRIPT


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """The rules that the page violates, each with the elements, all of which it lays out."""
    page.add_style_tag(content="* { content-visibility: visible !important }")
    page.add_script_tag(path=script())
    result: dict[str, Any] = page.evaluate("() => axe.run()")
    assert len(result["passes"]) > 20
    return [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in result["violations"]]
