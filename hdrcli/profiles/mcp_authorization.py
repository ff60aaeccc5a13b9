"""How MCP clients find the authorization server of a server that responds with 401.

The TypeScript SDK sends `MCP-Protocol-Version` with these requests first, and again without it if that is blocked, so
that only the second request has to work.
"""

from __future__ import annotations

from typing import Final

from hdrcli.profiles.profile import Given, Step

UNAUTHORIZED: Final = "401"

METADATA: Final = Given(
    value="metadata",
    header="WWW-Authenticate",
    pattern=r'resource_metadata="?([^",\s]+)',
    status=UNAUTHORIZED,
    default="/.well-known/oauth-protected-resource{path}",
)
"""Of the step that a 401 is the response to."""


def authorization_steps(first: str) -> tuple[Step, ...]:
    """The steps after a 401 to the step of this name, which gives `METADATA`."""
    return (
        Step(
            name="protected resource metadata",
            url="{metadata}",
            after=(first, UNAUTHORIZED),
            gives=(Given(value="issuer", member="authorization_servers"),),
        ),
        Step(
            name="authorization server metadata",
            url="/.well-known/oauth-authorization-server{path}",
            base="issuer",
            headers=(("Accept", "application/json"),),
            after=(first, UNAUTHORIZED),
            needs="issuer",
        ),
    )


SOURCES: Final = (
    "https://www.rfc-editor.org/rfc/rfc9728.html#name-use-of-www-authenticate-for",
    "https://www.rfc-editor.org/rfc/rfc8414.html#section-3",
)
