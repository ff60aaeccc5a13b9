"""The part of the MIME Sniffing standard that Fetch uses: the essence of a MIME type.

Source: https://mimesniff.spec.whatwg.org/
"""

from __future__ import annotations

from hdrcli.fetch.headers import HTTP_WHITESPACE, is_token
from hdrcli.fetch.infra import byte_lowercase


def essence(value: str) -> str | None:
    """The essence of a MIME type, such as "text/plain", without parameters; None is the standard's "failure".

    Invalid parameters do not make the parsing fail: https://mimesniff.spec.whatwg.org/#parse-a-mime-type
    """
    type_, slash, rest = value.strip(HTTP_WHITESPACE).partition("/")
    subtype = rest.partition(";")[0].rstrip(HTTP_WHITESPACE)
    if not slash or not is_token(type_) or not is_token(subtype):
        return None
    return byte_lowercase(f"{type_}/{subtype}")
