"""What `hdrcli` prints, held in files: `name.console` is a command line after "$ ", its output, and "[exit N]".

Both streams stand as they come in one terminal or CI log; the server's port is replaced by PORT. The commands run
against `ANSWERS`, whose URL they name URL.
"""

from __future__ import annotations

import shlex
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.cli.program import COMMAND, environment
from tests.serving.http import answer
from tests.serving.loopback import DEADLINE
from tests.serving.site import OPEN_TO_PAGE, Site

FILES: Final = Path(__file__).parent

_JSON: Final = ("Content-Type: application/json", "Date: Sat, 01 Jan 2000 00:00:00 GMT", "Vary: Origin")
_PAGE_OF_ITEMS: Final = (*_JSON, "X-Total-Count: 1312", "X-Request-ID: 7f3a", 'Link: </items?page=2>; rel="next"')

ANSWERS: Final[Mapping[str, bytes]] = {
    "/items": answer(*OPEN_TO_PAGE, "Access-Control-Expose-Headers: X-Request-ID, X-Rate-Limit", *_PAGE_OF_ITEMS),
    "/closed": answer(*_PAGE_OF_ITEMS),
    "/any-page": answer(
        "Access-Control-Allow-Origin: *", "Access-Control-Expose-Headers: X-Request-ID", *_PAGE_OF_ITEMS
    ),
    "/wildcard": answer(*OPEN_TO_PAGE, "Access-Control-Expose-Headers: *", *_PAGE_OF_ITEMS),
    "/void": answer(*OPEN_TO_PAGE, "Access-Control-Expose-Headers: X-Request-ID, X Total Count", *_PAGE_OF_ITEMS),
    "/moved": answer(*OPEN_TO_PAGE, "Location: /items?page=1", status="307 Temporary Redirect"),
    "OPTIONS /guarded": answer(*OPEN_TO_PAGE, "Access-Control-Allow-Methods: GET, PUT"),
    "/guarded": answer(*OPEN_TO_PAGE, *_PAGE_OF_ITEMS),
    "OPTIONS /writable": answer(*OPEN_TO_PAGE, "Access-Control-Allow-Methods: PUT"),
    "/writable": answer(*OPEN_TO_PAGE, 'ETag: "v8"', "Set-Cookie: session=31337; HttpOnly"),
    "/silent": b"",
}


def command_of(file: Path) -> str:
    """The command line that a file holds."""
    first, _, _ = file.read_text("utf-8").partition("\n")
    assert first.startswith("$ hdrcli ")
    return first.removeprefix("$ ")


def console(command: str) -> str:
    """What a file for this command has to hold."""
    with Site(ANSWERS) as site, socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))  # and does not listen
        names = {"URL": site.url, "REFUSING": f"http://127.0.0.1:{bound.getsockname()[1]}"}
        arguments = shlex.split(command)[1:]
        for name, url in names.items():
            arguments = [argument.replace(name, url) for argument in arguments]
        ended = subprocess.run(
            [*COMMAND, *arguments],
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=DEADLINE,
            check=False,
        )
    output = ended.stdout.decode().replace("python -m hdrcli", "hdrcli")
    for url in names.values():
        output = output.replace(url.rpartition(":")[2], "PORT")
    return f"$ {command}\n{output}[exit {ended.returncode}]\n"
