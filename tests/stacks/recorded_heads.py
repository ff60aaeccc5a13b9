"""The recorded responses of each software, as hdrcli reads them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hdrcli.fetch import HTTPResponse

FOLDER: Final = Path(__file__).parent / "recorded"


@dataclass(frozen=True, slots=True)
class Recorded:
    """`stack` is the one that does CORS, or "any" where hdrcli has no such stack."""

    name: str
    stack: str
    software: str
    responses: tuple[HTTPResponse, ...]


def response(head: str, body: str = "") -> HTTPResponse:
    """A response as recorded: `head` has its status line."""
    status, *lines = head.split("\r\n")
    parts = (line.partition(": ") for line in lines)
    headers = tuple((name, value) for name, _, value in parts)
    return HTTPResponse(status=int(status.split()[1]), headers=headers, body=body.encode("latin-1"))


def load(path: Path) -> Recorded:
    """One file. A connection that ended without a response has no head."""
    recorded = json.loads(path.read_text())
    responses = tuple(response(each["head"], each["body"]) for each in recorded["responses"] if each["head"])
    return Recorded(path.stem, recorded["stack"], recorded["software"], responses)


RECORDED: Final = tuple(load(path) for path in sorted(FOLDER.glob("*.json")))
