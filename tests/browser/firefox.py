"""Firefox as a judge: how to find it, start it before the raw server, and end it."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import socket
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, BinaryIO

from tests.browser.program import Console, Running, Said, new_folder, started
from tests.fetch.vector_files import EXTENSIONS

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

    from tests.fetch.vector_files import ThirdPartyCookies, UserAgent

NAME: UserAgent = "firefox"
HOW_TO_GET = "no Firefox found: apt-get install firefox-esr, or name the program in HDRCLI_FIREFOX"

HAS_REAL_PORT = False
_PROGRAMS = ("firefox-esr", "firefox")
_PREFERENCES: dict[str, bool | int | str] = {
    "network.trr.mode": 5,
    # requests are those of the pages, as their scripts make them
    "dom.security.https_first": False,
    "network.http.speculative-parallel-limit": 0,
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
    "extensions.webextensions.uuids": json.dumps({"hdrcli@example": EXTENSIONS["firefox"].partition("://")[2]}),
    "marionette.port": 0,  # any; it is written to the profile
}
_PROXY: dict[str, bool | int | str] = {
    # every host and port is the raw server's, through SOCKS; but for the address to which Firefox does not connect
    "network.proxy.type": 1,
    "network.proxy.socks": "127.0.0.1",
    "network.proxy.socks_version": 5,
    "network.proxy.socks_remote_dns": True,
    "network.proxy.allow_hijacking_localhost": True,
    "network.proxy.no_proxies_on": "0.0.0.0",  # noqa: S104 -- nothing listens here
    "network.dns.disableIPv6": True,
}
_NO_PROXY: dict[str, bool | int | str] = {"network.proxy.type": 0}
_FLAGS = (
    "--headless",
    "--no-remote",
    "--marionette",
    "--remote-allow-system-access",  # to the console
)
_COOKIE_BEHAVIOR = {
    "allow": {"network.cookie.cookieBehavior": 0},
    "block": {"network.cookie.cookieBehavior": 1},
    "default": {},
}
_PATIENCE = 120  # seconds for the start, on a busy machine
_LONG = 3_600_000  # milliseconds

# In the browser's own context: what the console says is kept until it is asked for.
_LISTEN = """
globalThis.said = [];
globalThis.wake = () => {};
globalThis.listener = {
  QueryInterface: ChromeUtils.generateQI(["nsIConsoleListener"]),
  observe(line) {
    if (!(line instanceof Ci.nsIScriptError)) return;
    said.push({ name: line.category, text: line.errorMessage, url: "" });
    wake();
  },
};
Services.console.registerListener(listener);
"""
_NEWS = """
return new Promise((resolve) => {
  const tell = () => { globalThis.wake = () => {}; resolve(said.splice(0)); };
  if (said.length) tell();
  else globalThis.wake = tell;
});
"""


def find() -> str | None:
    """The program's path."""
    return os.environ.get("HDRCLI_FIREFOX") or next(filter(None, map(shutil.which, _PROGRAMS)), None)


@contextmanager
def running(
    program: str, port: int | None, url: str, third_party_cookies: ThirdPartyCookies, extension: Path
) -> Iterator[Running]:
    """Firefox showing `url`, with the extension if there is one.

    Every host and port is 127.0.0.1 at `port`; without one, connections go where URLs lead.
    """
    with new_folder(NAME) as folder:
        profile = folder / "profile"
        profile.mkdir()
        proxy = _NO_PROXY if port is None else {**_PROXY, "network.proxy.socks_port": port}
        preferences = {**_PREFERENCES, **_COOKIE_BEHAVIOR[third_party_cookies], **proxy}
        lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in preferences.items())
        (profile / "user.js").write_text("".join(lines), "utf-8")
        command = [program, *_FLAGS, "--profile", str(profile), "about:blank"]
        with (
            started(command, folder) as process,
            session(_marionette_port(profile, process), extension) as marionette,
            marionette.listening(url) as console,
        ):
            yield Running(process=process, console=console)


def _marionette_port(profile: Path, process: subprocess.Popen[bytes]) -> int:
    file = profile / "MarionetteActivePort"
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        if file.exists() and (text := file.read_text("utf-8")):
            return int(text)
        time.sleep(0.05)
    raise TimeoutError("Firefox did not start Marionette")


@contextmanager
def session(port: int, extension: Path | None = None) -> Iterator[Session]:
    """With the Firefox whose Marionette listens on `port`; the extension is installed if its folder exists."""
    with (
        socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE) as connection,
        connection.makefile("rb") as messages,
    ):
        of_firefox = Session(connection, messages)
        if extension is not None and extension.exists():
            of_firefox.install(extension)
        yield of_firefox


class Session:
    """A session that takes any certificate (no preference does that) and hears what the console says.

    Marionette's protocol: https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html
    """

    def __init__(self, connection: socket.socket, messages: BinaryIO) -> None:
        self._connection = connection
        self._messages = messages
        self._numbers = itertools.count(1)
        self._read_message()  # its greeting
        self._command("WebDriver:NewSession", acceptInsecureCerts=True, pageLoadStrategy="none")

    def install(self, extension: Path) -> None:
        self._command("Addon:Install", path=str(extension), temporary=True)

    @contextmanager
    def listening(self, url: str) -> Iterator[Console]:
        """Go to `url`."""
        self._command("Marionette:SetContext", value="chrome")
        self._command("WebDriver:SetTimeouts", script=_LONG)
        self._run(_LISTEN)
        self._command("Marionette:SetContext", value="content")
        self._command("WebDriver:Navigate", url=url)
        self._command("Marionette:SetContext", value="chrome")
        self._connection.settimeout(None)
        console = Console()
        listener = threading.Thread(target=self._listen, args=[console])
        listener.start()
        try:
            yield console
        finally:
            with suppress(OSError):  # where Firefox has ended it
                self._connection.shutdown(socket.SHUT_RDWR)
            listener.join()

    def _listen(self, console: Console) -> None:
        """Until the session ends, be it while a message is read, be it while one is sent."""
        with suppress(OSError, ValueError):
            while True:
                console.say(*(Said(**line) for line in self._run(_NEWS)))

    def _run(self, script: str) -> Any:  # noqa: ANN401 -- JSON
        """What a script of the browser's own context gives; its globals stay."""
        parameters = {"script": script, "args": [], "sandbox": "system", "newSandbox": False}
        return self._command("WebDriver:ExecuteScript", **parameters)["value"]

    def _command(self, name: str, **parameters: object) -> dict[str, Any]:
        message = json.dumps([0, next(self._numbers), name, parameters]).encode()
        # Not through a buffer: what it could not send it would send once more, and fail, when it is closed.
        self._connection.sendall(b"%d:%b" % (len(message), message))
        _, _, error, result = self._read_message()
        if error is not None:
            raise RuntimeError(f"Firefox refuses {name}: {error}")
        return result or {}

    def _read_message(self) -> list[Any]:
        size = b""
        while (byte := self._messages.read(1)) != b":":
            if not byte:
                raise ConnectionAbortedError("Firefox has ended")
            size += byte
        message: list[Any] = json.loads(self._messages.read(int(size)))
        return message
