"""Makes HAR files of a few words: an entry is a request, a response and what the browser adds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

PAGE: Final = "https://app.example"
API: Final = "https://api.example"

JSON = dict[str, Any]  # a JSON object


def entry(
    request: str = f"GET {API}/items",
    *sent: str,
    status: int = 200,
    received: Sequence[str] = (),
    origin: str | None = PAGE,
    redirect: str = "",
    version: str = "h2",
    **more: object,
) -> JSON:
    """An entry as Chromium exports it; `more` are further members, None removes one."""
    method, _, url = request.partition(" ")
    lines = [*([] if origin is None else [f"Origin: {origin}"]), *sent]
    value: JSON = {
        "_resourceType": "fetch",
        "request": {"method": method, "url": url, "headers": _headers(lines)},
        "response": {
            "status": status,
            "headers": _headers(received),
            "redirectURL": redirect,
            "httpVersion": version,
            "_error": more.pop("error", None),
        },
    } | more
    return {key: each for key, each in value.items() if each is not None}


def preflight(method: str, names: str = "", *received: str, url: str = f"{API}/items", **more: Any) -> JSON:  # noqa: ANN401 -- as `entry`
    """The entry of a preflight."""
    sent = [f"Access-Control-Request-Method: {method}"]
    sent += [f"Access-Control-Request-Headers: {names}"] if names else []
    return entry(f"OPTIONS {url}", *sent, received=received, _resourceType="preflight", **more)


def har(*entries: JSON, **log: object) -> str:
    """The file."""
    return json.dumps({"log": {"version": "1.2", "entries": entries} | log})


def _headers(lines: Sequence[str]) -> list[JSON]:
    pairs = (line.partition(": ") for line in lines)
    return [{"name": name, "value": value} for name, _, value in pairs]
