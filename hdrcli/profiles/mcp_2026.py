"""The Model Context Protocol of 2026-07-28: no sessions, and headers that repeat what the body says.

The requests and headers are those of the TypeScript SDK with `versionNegotiation`. Each request stands by itself. A
proxy can route by `Mcp-Method` and `Mcp-Name`, which servers compare with the body.
"""

from __future__ import annotations

import json
from typing import Final

from hdrcli.profiles.mcp_authorization import METADATA, SOURCES, UNAUTHORIZED, authorization_steps
from hdrcli.profiles.profile import Profile, Step

_VERSION: Final = "2026-07-28"
_META: Final = {
    "io.modelcontextprotocol/protocolVersion": _VERSION,
    "io.modelcontextprotocol/clientInfo": {"name": "hdrcli", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}
_POST: Final = (
    ("Content-Type", "application/json"),
    ("Accept", "application/json, text/event-stream"),
    ("MCP-Protocol-Version", _VERSION),
)
_TOOL: Final = "hdrcli-unknown-tool"


def _body(method: str, **parameters: object) -> str:
    message = {"jsonrpc": "2.0", "id": 0, "method": method, "params": {**parameters, "_meta": _META}}
    return json.dumps(message, separators=(",", ":"))


PROFILE: Final = Profile(
    name="mcp-2026",
    title="Model Context Protocol of 2026-07-28, without sessions",
    url="the MCP endpoint, such as http://localhost:8000/mcp",
    note="It lists tools, and calls none: of a call, only the preflight is sent. If the server responds with 401, "
    "--bearer is the token.",
    steps=(
        Step(
            name="server/discover",
            method="POST",
            headers=(*_POST, ("Mcp-Method", "server/discover")),
            body=_body("server/discover"),
            statuses=("2xx", UNAUTHORIZED),
            hints=(
                (400, "servers of the revisions of 2025 respond so: check with --profile mcp"),
                (403, "servers check the Origin themselves, against DNS rebinding: allow the page there, too"),
            ),
            reads_if_sent=("WWW-Authenticate",),
            gives=(METADATA,),
        ),
        Step(
            name="tools/list",
            method="POST",
            headers=(*_POST, ("Mcp-Method", "tools/list")),
            body=_body("tools/list"),
            statuses=("2xx", UNAUTHORIZED),
        ),
        Step(
            name="tools/call",
            method="POST",
            headers=(*_POST, ("Mcp-Method", "tools/call"), ("Mcp-Name", _TOOL)),
            body=_body("tools/call", name=_TOOL, arguments={}),
            preflight_only=True,
        ),
        *authorization_steps("server/discover"),
    ),
    sources=(
        "https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http",
        "https://modelcontextprotocol.io/seps/2243-http-standardization",
        *SOURCES,
        "https://github.com/modelcontextprotocol/typescript-sdk (@modelcontextprotocol/client 2.4.0)",
        "https://github.com/modelcontextprotocol/python-sdk (2.3.0: shared/inbound.py, client/session.py)",
    ),
)
