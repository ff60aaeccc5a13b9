"""A curl command, such as "Copy as cURL" in DevTools gives. It is parsed and never run: hdrcli makes the request."""

from __future__ import annotations

import re
from typing import Final

from hdrcli.planning.routes import ARGUMENT, Route
from hdrcli.settings import Settings

NAME: Final = 'a curl command ("curl https://api.example/items -H ...")'

is_curl = re.compile(r"\s*curl(?:\.exe)?\s").match


def read(text: str, settings: Settings) -> tuple[Route, ...] | None:
    """The request of a curl command; None for any other word.

    Raises `UsageError` for an option that a page's request cannot have.
    """
    if is_curl(text) is None:
        return None
    from hdrcli.targets.curl_command import parse_command

    return parse_command(text, ARGUMENT, settings)
