"""Chromium as a judge: how to find it, start it before the raw server, and end it."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import sys
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from tests.browser.program import Console, Running, Said, new_folder, started

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedReader
    from pathlib import Path

    from tests.fetch.vector_files import ThirdPartyCookies, UserAgent

NAME: UserAgent = "chromium"
HOW_TO_GET = "no Chromium found: apt-get install chromium, or name the program in HDRCLI_CHROMIUM"

HAS_REAL_PORT = False
_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
_FEATURES_OFF = (
    "DisableLoadExtensionCommandLineSwitch",
    "HttpsUpgrades",  # would turn http:// pages into https:// ones, which the raw server speaks as well
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
    "--password-store=basic",
    "--ignore-certificate-errors",
    f"--disable-features={','.join(_FEATURES_OFF)}",
)
_COOKIE_CONTROLS = {
    "allow": {"cookie_controls_mode": 0},
    "block": {"cookie_controls_mode": 1},
    # Chrome's own: they are blocked in incognito windows; Debian's blocks always
    "default": {"cookie_controls_mode": 2},
}
_AUTO_ATTACH: dict[str, object] = {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": True}
_ON_PIPES = """\
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.dup2(int(sys.argv[2]), 4)
os.execv(sys.argv[3], sys.argv[3:])
"""  # --remote-debugging-pipe reads from 3 and writes to 4


def find() -> str | None:
    """The program's path."""
    return os.environ.get("HDRCLI_CHROMIUM") or next(filter(None, map(shutil.which, _PROGRAMS)), None)


@contextmanager
def running(
    program: str, port: int | None, url: str, third_party_cookies: ThirdPartyCookies, extension: Path
) -> Iterator[Running]:
    """Chromium showing `url`, with the extension if there is one.

    Every host and port is 127.0.0.1 at `port`; without one, connections go where URLs lead.
    """
    with new_folder(NAME) as folder:
        preferences = folder / "profile" / "Default" / "Preferences"
        preferences.parent.mkdir(parents=True)
        preferences.write_text(json.dumps({"profile": _COOKIE_CONTROLS[third_party_cookies]}), "utf-8")
        command = [
            program,
            *_FLAGS,
            *([f"--load-extension={extension}"] if extension.exists() else ["--disable-extensions"]),
            "--remote-debugging-pipe",
            f"--user-data-dir={folder}/profile",
            *([] if port is None else [f"--host-resolver-rules=MAP * 127.0.0.1:{port}"]),
            "about:blank",
        ]
        (read_by_it, write), (read, written_by_it) = os.pipe(), os.pipe()
        theirs = (read_by_it, written_by_it)
        on_pipes = [sys.executable, "-c", _ON_PIPES, *map(str, theirs), *command]
        with os.fdopen(read, "rb") as messages:
            with started(on_pipes, folder, inherited=theirs) as process:
                for descriptor in theirs:
                    os.close(descriptor)
                console = Console()
                listener = threading.Thread(target=_Listener(write, url, console).listen, args=[messages])
                listener.start()
                yield Running(process=process, console=console)
            listener.join()
        os.close(write)


class _Listener:
    """Goes to the first page, and hears what the console says: https://chromedevtools.github.io/devtools-protocol/."""

    def __init__(self, descriptor: int, url: str, console: Console) -> None:
        self._descriptor = descriptor
        self._console = console
        self._to_visit: str | None = url
        self._urls: dict[str, str] = {}  # of the requests, by their id: before any redirect
        self._navigating: dict[int, str] = {}  # the session to go there in, by the command to be done before
        self._numbers = itertools.count()
        self._send("Target.setAutoAttach", _AUTO_ATTACH)

    def listen(self, messages: BufferedReader) -> None:
        """Until the browser ends, be it while it is answered."""
        begun = b""
        with suppress(BrokenPipeError):
            while chunk := messages.read1(65536):
                *complete, begun = (begun + chunk).split(b"\0")
                for message in complete:
                    self._hear(json.loads(message))

    def _hear(self, message: dict[str, Any]) -> None:
        session = self._navigating.get(message.get("id", -1))
        if session is not None and self._to_visit is not None:
            self._send("Page.navigate", {"url": self._to_visit}, session)
            self._to_visit = None
        event = message.get("params", {})
        match message.get("method"):
            case "Target.attachedToTarget":
                self._attach(event["sessionId"], event["targetInfo"]["type"])
            case "Network.requestWillBeSent":
                self._urls.setdefault(event["requestId"], event["request"]["url"])
            case "Network.loadingFailed" if "corsErrorStatus" in event:
                name = event["corsErrorStatus"]["corsError"]
                self._console.say(Said(name=name, text="", url=self._urls.get(event["requestId"], "")))
            case "Log.entryAdded":
                entry = event["entry"]
                self._console.say(Said(name="", text=entry["text"], url=entry.get("url", "")))

    def _attach(self, session: str, kind: str) -> None:
        for method in ("Log.enable", "Network.enable"):
            self._send(method, {}, session)
        self._send("Target.setAutoAttach", _AUTO_ATTACH, session)
        number = self._send("Runtime.runIfWaitingForDebugger", {}, session)
        if kind == "page" and self._to_visit is not None and not self._navigating:
            self._navigating[number] = session

    def _send(self, method: str, parameters: dict[str, object], session: str | None = None) -> int:
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": parameters}
        if session is not None:
            message["sessionId"] = session
        os.write(self._descriptor, json.dumps(message).encode() + b"\0")
        return number
