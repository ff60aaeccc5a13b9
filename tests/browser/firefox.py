"""Firefox as a judge: how to find it, start it before the raw server, and end it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.browser.program import new_folder, started

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from io import BufferedRWPair
    from pathlib import Path

    from tests.fetch.vector_files import ThirdPartyCookies, UserAgent

NAME: UserAgent = "firefox"
HOW_TO_GET = "no Firefox found: apt-get install firefox-esr, or name the program in HDRCLI_FIREFOX"

_PROGRAMS = ("firefox-esr", "firefox")
_PREFERENCES: dict[str, bool | int | str] = {
    # every host and port is the raw server's, through SOCKS
    "network.proxy.type": 1,
    "network.proxy.socks": "127.0.0.1",
    "network.proxy.socks_version": 5,
    "network.proxy.socks_remote_dns": True,
    "network.proxy.allow_hijacking_localhost": True,
    "network.proxy.no_proxies_on": "",
    "network.trr.mode": 5,
    "network.dns.disableIPv6": True,
    # requests are those of the pages, as their scripts make them
    "dom.security.https_first": False,
    "network.http.speculative-parallel-limit": 0,
    "network.http.http2.enabled": False,
    "network.http.http3.enable": False,
    # no background traffic, beyond what Marionette switches off
    "app.normandy.enabled": False,
    "browser.safebrowsing.downloads.remote.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "privacy.trackingprotection.enabled": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "toolkit.telemetry.enabled": False,
    "marionette.port": 0,  # any; it is written to the profile
}
_COOKIE_BEHAVIOR = {
    "allow": {"network.cookie.cookieBehavior": 0},
    "block": {"network.cookie.cookieBehavior": 1},
    "default": {},
}
_PATIENCE = 30  # seconds for the start


def find() -> str | None:
    """The program's path."""
    return os.environ.get("HDRCLI_FIREFOX") or next(filter(None, map(shutil.which, _PROGRAMS)), None)


@contextmanager
def running(
    program: str, port: int, url: str, third_party_cookies: ThirdPartyCookies
) -> Iterator[subprocess.Popen[bytes]]:
    """Firefox showing `url`, every host and port being 127.0.0.1 at `port`."""
    with new_folder(NAME) as folder:
        profile = folder / "profile"
        profile.mkdir()
        preferences = {**_PREFERENCES, **_COOKIE_BEHAVIOR[third_party_cookies], "network.proxy.socks_port": port}
        lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in preferences.items())
        (profile / "user.js").write_text("".join(lines), "utf-8")
        command = [program, "--headless", "--no-remote", "--marionette", "--profile", str(profile), "about:blank"]
        with started(command, folder) as process, _session(_marionette_port(profile, process), url):
            yield process


def _marionette_port(profile: Path, process: subprocess.Popen[bytes]) -> int:
    file = profile / "MarionetteActivePort"
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        if file.exists() and (text := file.read_text("utf-8")):
            return int(text)
        time.sleep(0.05)
    raise TimeoutError("Firefox did not start Marionette")


@contextmanager
def _session(port: int, url: str) -> Iterator[None]:
    """Go to `url` in a session that takes any certificate: no preference does that.

    Marionette's protocol: https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html
    """
    capabilities: dict[str, object] = {"acceptInsecureCerts": True, "pageLoadStrategy": "none"}
    with socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE) as connection:
        with connection.makefile("rwb") as stream:
            _read_message(stream)  # its greeting
            _command(stream, 1, "WebDriver:NewSession", capabilities)
            _command(stream, 2, "WebDriver:Navigate", {"url": url})
        yield


def _command(stream: BufferedRWPair, number: int, name: str, parameters: dict[str, object]) -> None:
    message = json.dumps([0, number, name, parameters]).encode()
    stream.write(b"%d:%b" % (len(message), message))
    stream.flush()
    _, _, error, _ = _read_message(stream)
    if error is not None:
        raise RuntimeError(f"Firefox refuses {name}: {error}")


def _read_message(stream: BufferedRWPair) -> list[object]:
    size = b""
    while (byte := stream.read(1)) != b":":
        if not byte:
            raise ConnectionAbortedError("Firefox has ended")
        size += byte
    message: list[object] = json.loads(stream.read(int(size)))
    return message
