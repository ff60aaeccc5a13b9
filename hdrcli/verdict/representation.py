"""How the content of a response is identified and coded: entity tags, content codings (RFC 9110, section 8)."""

from __future__ import annotations

import re
from typing import Final

from hdrcli.fetch import HTTPResponse
from hdrcli.fetch.headers import Header, get_decode_split, values_of

_CODINGS: Final = {"gzip": "gzip", "x-gzip": "gzip", "br": "br", "zstd": "zstd", "deflate": "deflate"}
_strong_etag = re.compile(r'"[\x21\x23-\x7e\x80-\xff]*"').fullmatch
_is_hit = re.compile(r"hit\b|^(?:stale|updating|revalidated)$", re.IGNORECASE).search
"""In the value of a cache's header: "HIT", "TCP_HIT", "Hit from cloudfront", "STALE"."""


def strong_etag(answer: HTTPResponse) -> str | None:
    """The one entity tag, if it is a strong one: https://www.rfc-editor.org/rfc/rfc9110.html#name-etag."""
    lines = values_of("ETag", answer.headers)
    return lines[0] if len(lines) == 1 and _strong_etag(lines[0]) else None


def content_codings(answer: HTTPResponse) -> tuple[str, ...]:
    """How the content is compressed, in the order in which that was done; "identity" and the unknown are left out."""
    named = get_decode_split("Content-Encoding", answer.headers) or []
    return tuple(_CODINGS[name.lower()] for name in named if name.lower() in _CODINGS)


def sign_of_cache(response: HTTPResponse) -> Header | None:
    """The header by which a cache says that it had the response: https://www.rfc-editor.org/rfc/rfc9211.html.

    Caches have older headers, and name them as they like (X-Cache, CF-Cache-Status, X-Vercel-Cache, X-Cache-Status);
    Varnish sends the number of the request that it has the copy from.
    """
    return next((header for header in response.headers if _is_sign_of_cache(*header)), None)


def _is_sign_of_cache(name: str, value: str) -> bool:
    match name.lower():
        case "age":
            return value.strip() not in {"", "0"}
        case "x-varnish":
            return len(value.split()) > 1
        case lowercase:
            return "cache" in lowercase and _is_hit(value) is not None
