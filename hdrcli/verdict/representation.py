"""How the content of a response is identified and coded: entity tags, content codings (RFC 9110, section 8)."""

from __future__ import annotations

import re
from typing import Final

from hdrcli.fetch import HTTPResponse
from hdrcli.fetch.headers import get, get_decode_split, values_of

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


def is_from_cache(response: HTTPResponse) -> bool:
    """Whether a cache says that it had the response: https://www.rfc-editor.org/rfc/rfc9211.html, and older headers."""
    headers = response.headers
    if (get("Age", headers) or "0").strip() not in {"", "0"}:
        return True
    return any("hit" in (get(name, headers) or "").lower() for name in ("Cache-Status", "CF-Cache-Status", "X-Cache"))
