"""Chromium as a judge: how to find it, start it before the raw server, and end it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fetch.vector_files import UserAgent

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
_PREFERENCES = {"profile": {"cookie_controls_mode": 0}}  # third-party cookies are sent
_GRACE = 5  # seconds between asking to end and ending


def find() -> str | None:
    """The program's path."""
    return os.environ.get("HDRCLI_CHROMIUM") or next(filter(None, map(shutil.which, _PROGRAMS)), None)


@contextmanager
def running(program: str, port: int, url: str) -> Iterator[subprocess.Popen[bytes]]:
    """Chromium showing `url`, every host and port being 127.0.0.1 at `port`."""
    with tempfile.TemporaryDirectory(prefix="hdrcli-chromium-", ignore_cleanup_errors=True) as folder:
        preferences = Path(folder, "profile", "Default", "Preferences")
        preferences.parent.mkdir(parents=True)
        preferences.write_text(json.dumps(_PREFERENCES), "utf-8")
        with Path(folder, "stderr").open("w+b") as stderr:
            process = subprocess.Popen(
                [
                    program,
                    *_FLAGS,
                    f"--user-data-dir={folder}/profile",
                    f"--host-resolver-rules=MAP * 127.0.0.1:{port}",
                    url,
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                env={**os.environ, "HOME": folder},  # crash reports and key stores stay in the folder
                start_new_session=True,
            )
            try:
                yield process
            except Exception as error:
                stderr.seek(0)
                error.add_note(f"stderr of {program}:\n{stderr.read()[-4000:].decode(errors='replace')}")
                raise
            finally:
                _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the program with all its children: they are one process group."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE)
