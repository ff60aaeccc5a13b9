"""The Model Context Protocol over Streamable HTTP, as the TypeScript SDK speaks it from a page (MCP Inspector).

The requests and headers are those of `StreamableHTTPClientTransport`; its discovery of the authorization server sends
`MCP-Protocol-Version` first, and again without it if that is blocked, so that only the second request has to work.
A server without sessions sends no `Mcp-Session-Id`; the client then never sends one, and has no session to end.
"""

from __future__ import annotations

import json
from typing import Final

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
_UNAUTHORIZED: Final = "401"

PROFILE: Final = Profile(
    name="mcp",
    title="Model Context Protocol, Streamable HTTP",
    url="the MCP endpoint, such as http://localhost:8000/mcp",
    note="It begins a session, which it ends if the server has sessions. No tool is called. If the server responds "
    "with 401, --bearer is the token.",
    steps=(
        Step(
            name="initialize",
            method="POST",
            headers=_POST,
            body=json.dumps(_INITIALIZE, separators=(",", ":")),
            statuses=("2xx", _UNAUTHORIZED),
            hints=((403, "servers check the Origin themselves, against DNS rebinding: allow the page there, too"),),
            reads_if_sent=("Mcp-Session-Id", "WWW-Authenticate"),
            gives=(
                Given(value="session", header="Mcp-Session-Id"),
                Given(
                    value="metadata",
                    header="WWW-Authenticate",
                    pattern=r'resource_metadata="?([^",\s]+)',
                    status=_UNAUTHORIZED,
                    default="/.well-known/oauth-protected-resource{path}",
                ),
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
        Step(
            name="protected resource metadata",
            url="{metadata}",
            after=("initialize", _UNAUTHORIZED),
            gives=(Given(value="issuer", member="authorization_servers"),),
        ),
        Step(
            name="authorization server metadata",
            url="/.well-known/oauth-authorization-server{path}",
            base="issuer",
            headers=(("Accept", "application/json"),),
            after=("initialize", _UNAUTHORIZED),
            needs="issuer",
        ),
    ),
    sources=(
        "https://modelcontextprotocol.io/specification/2025-06-18/basic/transports#streamable-http",
        "https://modelcontextprotocol.io/specification/2025-06-18/basic/transports#security-warning",
        "https://modelcontextprotocol.io/specification/2025-06-18/basic/authorization",
        "https://www.rfc-editor.org/rfc/rfc9728.html#name-use-of-www-authenticate-for",
        "https://www.rfc-editor.org/rfc/rfc8414.html#section-3",
        "https://github.com/modelcontextprotocol/typescript-sdk (1.32.2: client/streamableHttp.ts, client/auth.ts)",
    ),
)
