"""`hdrcli check --in-browser` with nothing to drive, or nothing to drive it with: one line, and no request."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.program import assert_one_line, hdrcli, hdrcli_process, importing_first
from tests.serving.http import answer
from tests.serving.site import OPEN_TO_PAGE, Site

NOT_EXECUTABLE = "which is not an executable"


@pytest.mark.parametrize(
    ("browser", "changes", "told"),
    [
        ("chromium", {}, "--in-browser found no Chromium, Chrome or Edge: install one"),
        ("chromium", {"HDRCLI_CHROMIUM": "/nowhere/it"}, f'HDRCLI_CHROMIUM is "/nowhere/it", {NOT_EXECUTABLE}'),
        ("chromium", {"HDRCLI_CHROMIUM": "/bin/false"}, "/bin/false does not start as Chromium: "),
        ("firefox", {}, "--in-browser found no Firefox: install one"),
        ("firefox", {"HDRCLI_FIREFOX": "/nowhere/it"}, f'HDRCLI_FIREFOX is "/nowhere/it", {NOT_EXECUTABLE}'),
        ("firefox", {"HDRCLI_FIREFOX": "/bin/false"}, "/bin/false does not start as Firefox"),
    ],
    ids=str,
)
def test_without_a_browser_nothing_is_asked(browser: str, changes: dict[str, str], told: str, tmp_path: Path) -> None:
    nothing = {"PATH": str(tmp_path), "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path)}
    nothing |= {"HDRCLI_CHROMIUM": "", "HDRCLI_FIREFOX": ""}
    with Site({"/open": answer(*OPEN_TO_PAGE)}) as site:
        options = ["--in-browser", f"--browser={browser}"]
        ended = hdrcli("check", site.url + "/open", *options, env=nothing | changes)

    assert (ended.status, ended.out, site.requests) == (2, "", [])
    assert_one_line(ended.err)
    assert told in ended.err


@pytest.mark.parametrize(("browser", "package"), [("chromium", "playwright"), ("firefox", "websockets")])
def test_without_the_extra(browser: str, package: str, tmp_path: Path) -> None:
    (tmp_path / package).mkdir()
    (tmp_path / package / "__init__.py").touch()  # all that is to be found of it
    ended = hdrcli_process(
        "check", "http://127.0.0.1:1/", "--in-browser", f"--browser={browser}", env=importing_first(tmp_path)
    )

    assert (ended.status, ended.out) == (2, "")
    assert ended.err == 'hdrcli: --in-browser needs the packages that drive browsers: pip install "hdrcli[browser]".\n'
