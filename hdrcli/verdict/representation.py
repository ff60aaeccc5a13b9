"""How the content of a response is identified and coded: entity tags, content codings (RFC 9110, section 8)."""

from __future__ import annotations

import re
from typing import Final

from hdrcli.fetch import HTTPResponse
from hdrcli.fetch.headers import get_decode_split, values_of

_CODINGS: Final = {"gzip": "gzip", "x-gzip": "gzip", "br": "br", "zstd": "zstd", "deflate": "deflate"}
_strong_etag = re.compile(r'"[\x21\x23-\x7e\x80-\xff]*"').fullmatch


def strong_etag(answer: HTTPResponse) -> str | None:
    """The one entity tag, if it is a strong one: https://www.rfc-editor.org/rfc/rfc9110.html#name-etag."""
    lines = values_of("ETag", answer.headers)
    return lines[0] if len(lines) == 1 and _strong_etag(lines[0]) else None


def content_codings(answer: HTTPResponse) -> tuple[str, ...]:
    """How the content is compressed, in the order in which that was done; "identity" and the unknown are left out."""
    named = get_decode_split("Content-Encoding", answer.headers) or []
    return tuple(_CODINGS[name.lower()] for name in named if name.lower() in _CODINGS)
