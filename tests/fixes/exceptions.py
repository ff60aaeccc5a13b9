"""The fixes that do not close their fault, or that break something else, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_WHOLE_LIST: Final = 'sanic-ext takes "*" for the whole list: once a name is listed, the others need to be, too.'

EXCEPTIONS: Final[Mapping[tuple[str, str], str]] = {
    ("sanic", "all headers are exposed, with credentials"): _WHOLE_LIST,
    ("sanic", "all request headers are allowed, with a token"): _WHOLE_LIST,
    ("sanic", "all request headers are allowed, with credentials"): _WHOLE_LIST,
}
"""By stack and mutation."""
