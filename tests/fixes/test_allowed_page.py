"""The page from which an app in process is called, with the frameworks that only the fixes need."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.fixes.serving import INSTALLED
from tests.targets.projects import project, report

LITESTAR: Final = """
    from litestar import Litestar, get
    from litestar.config.cors import CORSConfig


    @get("/items")
    async def items() -> list[str]:
        return []


    app = Litestar([items], cors_config=CORSConfig(allow_origins=["https://app.example"]))
"""


@pytest.mark.skipif("litestar" not in INSTALLED, reason="litestar is not installed")
def test_an_allowed_page_calls_an_app_of_litestar(tmp_path: Path) -> None:
    service, ended = report(project(tmp_path, {"main.py": LITESTAR}), "main:app")

    assert {caller["page"] for route in service["routes"] for caller in route["callers"]} == {"https://app.example"}
    assert ended.status == 0
