"""The JSON that the servers of pages respond with: that of reports, whatever texts of other servers are in it."""

from __future__ import annotations

from fastapi.responses import JSONResponse

from hdrcli.text.json_text import json_text


class PageJSON(JSONResponse):
    """A response that `json_text` writes: it never fails at a lone surrogate, and redacts what has a secret's form."""

    def render(self, content: object) -> bytes:
        """See Starlette's class."""
        return json_text(content).encode("ascii")
