"""The MIME Sniffing standard as far as Fetch leans on it: the essence of a MIME type.

Source: https://mimesniff.spec.whatwg.org/
"""

from __future__ import annotations

from hdrcli.fetch.headers import HTTP_WHITESPACE, is_token
from hdrcli.fetch.infra import byte_lowercase


def essence(value: str) -> str | None:
    """The essence ("text/plain") of a MIME type's string, parameters left aside; None is the standard's "failure".

    Parameters never make the parsing fail: https://mimesniff.spec.whatwg.org/#parse-a-mime-type
    """
    type_, slash, rest = value.strip(HTTP_WHITESPACE).partition("/")
    subtype = rest.partition(";")[0].rstrip(HTTP_WHITESPACE)
    if not slash or not is_token(type_) or not is_token(subtype):
        return None
    return byte_lowercase(f"{type_}/{subtype}")
