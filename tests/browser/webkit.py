"""WebKitGTK as a judge: how to find it, start it before the raw server, and end it.

Its Fetch and CORS code is that of Safari; what lies below, HTTP and cookies, is libsoup's.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import socket
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.request import urlopen

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.browser.program import Console, Running, Said, new_folder, started

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

    from tests.fetch.vector_files import ThirdPartyCookies, UserAgent

NAME: UserAgent = "webkit"
HOW_TO_GET = (
    "no WebKitGTK found: apt-get install webkit2gtk-driver xvfb, or name its MiniBrowser in HDRCLI_WEBKIT"
    " (and set DISPLAY where there is no Xvfb)"
)

_PROGRAMS = (  # never on the PATH
    "lib/*/webkit2gtk-4.1/MiniBrowser",  # Debian: in libwebkit2gtk-4.1-0, which webkit2gtk-driver depends on
    "libexec/webkit2gtk-4.1/MiniBrowser",
)
_FLAGS = (
    "--private",
    "--ignore-tls-errors",
    "--enable-dns-prefetching=false",
    "--enable-developer-extras=true",  # the inspector, and with it the console
)
_COOKIES_POLICY = {"allow": ["--cookies-policy=always"], "block": ["--enable-itp"], "default": []}
ENVIRONMENT = {
    "DBUS_SESSION_BUS_ADDRESS": "disabled:",
    "GSETTINGS_BACKEND": "memory",
    "GTK_A11Y": "none",
    "LANG": "C.UTF-8",
    "LIBGL_ALWAYS_SOFTWARE": "1",
    "NO_AT_BRIDGE": "1",
    "WEBKIT_DISABLE_COMPOSITING_MODE": "1",
}
_PATIENCE = 120  # seconds for the start, on a busy machine
HAS_REAL_PORT = True


def find() -> str | None:
    """The program's path, if there is also a display to be had."""
    if not (shutil.which("Xvfb") or os.environ.get("DISPLAY")):
        return None
    installed = (str(path) for pattern in _PROGRAMS for path in Path("/usr").glob(pattern))
    return os.environ.get("HDRCLI_WEBKIT") or next(installed, None)


@contextmanager
def running(
    program: str, port: int | None, url: str, third_party_cookies: ThirdPartyCookies, extension: Path
) -> Iterator[Running]:
    """MiniBrowser, which has no extensions, showing `url`.

    Every host and port is 127.0.0.1 at `port`, by SOCKS; without one, connections go where URLs lead.
    """
    del extension
    inspector = f"127.0.0.1:{free_port()}"
    with new_folder(NAME) as folder, display_of(folder / "display") as display:
        proxy = [] if port is None else [f"--proxy=socks5://127.0.0.1:{port}", "--ignore-host=*.h2.localhost"]
        command = [program, *_FLAGS, *_COOKIES_POLICY[third_party_cookies], *proxy]
        environment = {**ENVIRONMENT, "DISPLAY": display, "WEBKIT_INSPECTOR_HTTP_SERVER": inspector}
        is_file = url.startswith("file:")  # no other page can lead there; the inspector repeats what the console said
        with started([*command, url if is_file else "about:blank"], folder, environment) as process:
            page = _inspected_page(inspector, process)
            with connect(f"ws://{inspector}{page}", max_size=None, proxy=None) as connection:
                console = Console()
                listener = threading.Thread(target=_Listener(connection, None if is_file else url, console).listen)
                listener.start()
                yield Running(process=process, console=console)
            listener.join()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _inspected_page(inspector: str, process: subprocess.Popen[bytes]) -> str:
    """The path of the inspector's WebSocket for the one page there is."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(URLError), urlopen(f"http://{inspector}/", timeout=_PATIENCE) as answer:
            page = re.search(r"/socket/\d+/\d+/WebPage", answer.read().decode())
            if page is not None:
                return page[0]
        time.sleep(0.05)
    raise TimeoutError("WebKit did not start its inspector")


class _Listener:
    """Goes to the first page, and hears what the console says: https://github.com/WebKit/WebKit's inspector protocol.

    Each origin's page is a target of its own.
    """

    def __init__(self, connection: ClientConnection, url: str | None, console: Console) -> None:
        self._connection = connection
        self._console = console
        self._to_visit = url
        self._numbers = itertools.count()

    def listen(self) -> None:
        """Until the connection ends."""
        with suppress(ConnectionClosed):
            for message in self._connection:
                self._hear(json.loads(message))

    def _hear(self, message: dict[str, Any]) -> None:
        event = message.get("params", {})
        match message.get("method"):
            case "Target.targetCreated":
                self._attach(event["targetInfo"]["targetId"])
            case "Target.dispatchMessageFromTarget":
                self._hear(json.loads(event["message"]))
            case "Console.messageAdded":
                line = event["message"]
                self._console.say(Said(name="", text=line["text"], url=line.get("url", "")))

    def _attach(self, target: str) -> None:
        self._send(target, "Console.enable", {})
        if self._to_visit is not None:
            self._send(target, "Runtime.evaluate", {"expression": f"location = {json.dumps(self._to_visit)}"})
            self._to_visit = None

    def _send(self, target: str, method: str, parameters: dict[str, object]) -> None:
        inner = json.dumps({"id": next(self._numbers), "method": method, "params": parameters})
        outer = {"targetId": target, "message": inner}
        message = {"id": next(self._numbers), "method": "Target.sendMessageToTarget", "params": outer}
        self._connection.send(json.dumps(message))


@contextmanager
def display_of(folder: Path) -> Iterator[str]:
    """The display of a new Xvfb, or where there is none, the one at hand."""
    server = shutil.which("Xvfb")
    if server is None:
        yield os.environ["DISPLAY"]
        return
    folder.mkdir()
    reader, writer = os.pipe()
    with os.fdopen(reader) as numbers:
        command = [server, "-displayfd", str(writer), "-screen", "0", "640x480x24", "-nolisten", "tcp"]
        with started(command, folder, inherited=(writer,)):
            os.close(writer)
            yield f":{numbers.readline().strip()}"
