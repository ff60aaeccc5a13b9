"""The Model Context Protocol over Streamable HTTP, as the TypeScript SDK speaks it from a page (MCP Inspector).

The requests and headers are those of `StreamableHTTPClientTransport`, which speaks the revisions of 2025 by default.
A server without sessions sends no `Mcp-Session-Id`; the client then never sends one, and has no session to end.
"""

from __future__ import annotations

import json
from typing import Final

from hdrcli.profiles.mcp_authorization import METADATA, SOURCES, UNAUTHORIZED, authorization_steps
from hdrcli.profiles.profile import Given, Profile, Step

_VERSION: Final = "2025-06-18"
_PROTOCOL_VERSION: Final = ("MCP-Protocol-Version", _VERSION)
_SESSION: Final = ("Mcp-Session-Id", "{session}")
_INITIALIZE: Final = {
    "jsonrpc": "2.0",
    "id": 0,
    "method": "initialize",
    "params": {
        "protocolVersion": _VERSION,
        "capabilities": {},
        "clientInfo": {"name": "hdrcli", "version": "1"},
    },
}
_INITIALIZED: Final = {"jsonrpc": "2.0", "method": "notifications/initialized"}
_POST: Final = (("Content-Type", "application/json"), ("Accept", "application/json, text/event-stream"))

PROFILE: Final = Profile(
    name="mcp",
    title="Model Context Protocol of 2025, Streamable HTTP with sessions",
    url="the MCP endpoint, such as http://localhost:8000/mcp",
    note="It begins a session, which it ends if the server has sessions. No tool is called. If the server responds "
    "with 401, --bearer is the token.",
    steps=(
        Step(
            name="initialize",
            method="POST",
            headers=_POST,
            body=json.dumps(_INITIALIZE, separators=(",", ":")),
            statuses=("2xx", UNAUTHORIZED),
            hints=((403, "servers check the Origin themselves, against DNS rebinding: allow the page there, too"),),
            reads_if_sent=("Mcp-Session-Id", "WWW-Authenticate"),
            gives=(
                Given(value="session", header="Mcp-Session-Id"),
                METADATA,
            ),
        ),
        Step(
            name="notifications/initialized",
            method="POST",
            headers=(*_POST, _SESSION, _PROTOCOL_VERSION),
            body=json.dumps(_INITIALIZED, separators=(",", ":")),
        ),
        Step(
            name="event stream",
            headers=(("Accept", "text/event-stream"), _SESSION, _PROTOCOL_VERSION),
            statuses=("200", "405"),
        ),
        Step(
            name="end of the session",
            method="DELETE",
            headers=(_SESSION, _PROTOCOL_VERSION),
            statuses=("2xx", "405"),
            needs="session",
        ),
        *authorization_steps("initialize"),
    ),
    sources=(
        "https://modelcontextprotocol.io/specification/2025-06-18/basic/transports#streamable-http",
        "https://modelcontextprotocol.io/specification/2025-06-18/basic/transports#security-warning",
        "https://modelcontextprotocol.io/specification/2025-06-18/basic/authorization",
        *SOURCES,
        "https://github.com/modelcontextprotocol/typescript-sdk (1.32.2: client/streamableHttp.ts, client/auth.ts)",
    ),
)
