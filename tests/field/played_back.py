"""A server that plays back the recorded responses of real software: those to the page, to other origins, and the rest.

The responses are those of `tests/stacks/recorded`. What was not recorded is made of what was: a response without
`Origin` is the one to the page without its CORS headers, and an unknown path has the same headers with status 404.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tests.fixes.configuration import PAGE
from tests.serving.http import Request
from tests.stacks.recorded_heads import FOLDER

_OF_CONNECTION: Final = ("content-length", "transfer-encoding", "connection")
_NOT_FOUND: Final = "HTTP/1.1 404 Not Found"


@dataclass(frozen=True, slots=True)
class _Recorded:
    head: str
    body: str


@dataclass(frozen=True, slots=True)
class PlayedBack:
    """The responses of one recording; `added` are header lines of every response."""

    responses: Mapping[str, _Recorded]
    added: tuple[str, ...] = ()

    def __call__(self, request: Request) -> bytes:
        """The response to a request, in bytes."""
        response = self._to(request)
        lines = [line for line in response.head.split("\r\n") if line.partition(":")[0].lower() not in _OF_CONNECTION]
        lines += self.added
        body = b"" if request.method == "HEAD" else response.body.encode("latin-1")
        lines += (f"Content-Length: {len(body)}", "Connection: close", "", "")
        return "\r\n".join(lines).encode("latin-1") + body

    def _to(self, request: Request) -> _Recorded:
        origin = request.get("origin")
        if request.method == "OPTIONS":
            if request.get("access-control-request-method") is None:
                return self._first("options") or _without_cors(self.responses["allowed"], "HTTP/1.1 405 ")
            return self._first("preflight" if origin == PAGE else "preflight-foreign", "preflight") or self._plain()
        if request.target != "/items":
            return self._first("not-found") or _with_status(self.responses["allowed"], _NOT_FOUND)
        if origin == PAGE:
            return self.responses["allowed"]
        return (self._first("foreign") if origin else None) or self._plain()

    def _first(self, *cases: str) -> _Recorded | None:
        return next((self.responses[case] for case in cases if case in self.responses), None)

    def _plain(self) -> _Recorded:
        return self._first("no-origin") or _without_cors(self.responses["allowed"])


def played_back(name: str, added: Sequence[str] = ()) -> PlayedBack:
    """The recording of this name."""
    recorded = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))["responses"]
    responses = {each["case"]: _Recorded(each["head"], each["body"]) for each in recorded if each["head"]}
    return PlayedBack(responses, tuple(added))


def _with_status(response: _Recorded, status: str) -> _Recorded:
    return _Recorded("\r\n".join([status, *response.head.split("\r\n")[1:]]), "")


def _without_cors(response: _Recorded, status: str | None = None) -> _Recorded:
    first, *lines = response.head.split("\r\n")
    kept = [line for line in lines if not line.lower().startswith("access-control-")]
    return _Recorded("\r\n".join([status or first, *kept]), response.body)
