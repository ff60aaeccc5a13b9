"""Chromium as a judge: how to find it, start it before the raw server, and end it."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.browser.program import new_folder, started

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

    from tests.fetch.vector_files import ThirdPartyCookies, UserAgent

NAME: UserAgent = "chromium"
HOW_TO_GET = "no Chromium found: apt-get install chromium, or name the program in HDRCLI_CHROMIUM"

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
_FEATURES_OFF = (
    "HttpsUpgrades",  # would turn http:// pages into https:// ones, which the raw server speaks as well
    "LocalNetworkAccessChecks",
    "Translate",
)
_FLAGS = (
    "--headless=new",
    "--no-sandbox",  # it cannot be had as root or in most containers; the only pages are ours
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--password-store=basic",
    "--ignore-certificate-errors",
    f"--disable-features={','.join(_FEATURES_OFF)}",
)
_COOKIE_CONTROLS = {
    "allow": {"cookie_controls_mode": 0},
    "block": {"cookie_controls_mode": 1},
    "default": {
        "cookie_controls_mode": 2
    },  # Chrome's own: they are blocked in incognito windows; Debian's blocks always
}


def find() -> str | None:
    """The program's path."""
    return os.environ.get("HDRCLI_CHROMIUM") or next(filter(None, map(shutil.which, _PROGRAMS)), None)


@contextmanager
def running(
    program: str, port: int, url: str, third_party_cookies: ThirdPartyCookies
) -> Iterator[subprocess.Popen[bytes]]:
    """Chromium showing `url`, every host and port being 127.0.0.1 at `port`."""
    with new_folder(NAME) as folder:
        preferences = folder / "profile" / "Default" / "Preferences"
        preferences.parent.mkdir(parents=True)
        preferences.write_text(json.dumps({"profile": _COOKIE_CONTROLS[third_party_cookies]}), "utf-8")
        command = [
            program,
            *_FLAGS,
            f"--user-data-dir={folder}/profile",
            f"--host-resolver-rules=MAP * 127.0.0.1:{port}",
            url,
        ]
        with started(command, folder) as process:
            yield process
