"""WebKitGTK as a judge: how to find it, start it before the raw server, and end it.

Its Fetch and CORS code is that of Safari; what lies below, HTTP and cookies, is libsoup's.
"""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.browser.program import new_folder, started

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
)
_COOKIES_POLICY = {"allow": ["--cookies-policy=always"], "block": ["--enable-itp"], "default": []}
_ENVIRONMENT = {
    "DBUS_SESSION_BUS_ADDRESS": "disabled:",
    "GSETTINGS_BACKEND": "memory",
    "GTK_A11Y": "none",
    "LANG": "C.UTF-8",
    "LIBGL_ALWAYS_SOFTWARE": "1",
    "NO_AT_BRIDGE": "1",
    "WEBKIT_DISABLE_COMPOSITING_MODE": "1",
}


def find() -> str | None:
    """The program's path, if there is also a display to be had."""
    if not (shutil.which("Xvfb") or os.environ.get("DISPLAY")):
        return None
    installed = (str(path) for pattern in _PROGRAMS for path in Path("/usr").glob(pattern))
    return os.environ.get("HDRCLI_WEBKIT") or next(installed, None)


@contextmanager
def running(
    program: str, port: int, url: str, third_party_cookies: ThirdPartyCookies
) -> Iterator[subprocess.Popen[bytes]]:
    """MiniBrowser showing `url`, every host and port being 127.0.0.1 at `port`, through SOCKS."""
    with new_folder(NAME) as folder, _display(folder / "display") as display:
        command = [program, *_FLAGS, *_COOKIES_POLICY[third_party_cookies], f"--proxy=socks5://127.0.0.1:{port}", url]
        with started(command, folder, {**_ENVIRONMENT, "DISPLAY": display}) as process:
            yield process


@contextmanager
def _display(folder: Path) -> Iterator[str]:
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
