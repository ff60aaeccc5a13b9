"""`hdrcli check --in-browser` with nothing to drive, or nothing to drive it with: one line, and no request."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.program import assert_one_line, hdrcli
from tests.cli.site import OPEN_TO_PAGE, Site, answer


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "--in-browser found no Chromium, Chrome or Edge: install one"),
        (
            {"HDRCLI_CHROMIUM": "/nowhere/chromium"},
            'HDRCLI_CHROMIUM names "/nowhere/chromium", where there is no program',
        ),
        ({"HDRCLI_CHROMIUM": "/bin/false"}, "/bin/false does not start as a Chromium: "),
    ],
    ids=["none", "nowhere", "another-program"],
)
def test_without_a_browser_nothing_is_asked(changes: dict[str, str], told: str, tmp_path: Path) -> None:
    nothing = {"PATH": str(tmp_path), "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path), "HDRCLI_CHROMIUM": ""}
    with Site({"/open": answer(*OPEN_TO_PAGE)}) as site:
        ended = hdrcli("check", site.url + "/open", "--in-browser", env=nothing | changes)

    assert (ended.status, ended.out, site.requests) == (2, "", [])
    assert_one_line(ended.err)
    assert told in ended.err


def test_without_the_extra(tmp_path: Path) -> None:
    (tmp_path / "playwright").mkdir()
    (tmp_path / "playwright" / "__init__.py").touch()  # all that is to be found of it
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    ended = hdrcli("check", "http://127.0.0.1:1/", "--in-browser", env={"PYTHONPATH": path})

    assert (ended.status, ended.out) == (2, "")
    assert ended.err == 'hdrcli: --in-browser drives the browser with Playwright: pip install "hdrcli[browser]".\n'
