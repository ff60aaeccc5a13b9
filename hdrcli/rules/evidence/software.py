"""Whether a response was sent by other software than the service's other responses, by the names that they carry."""

from __future__ import annotations

from typing import Final

from hdrcli.fetch import HTTPResponse
from hdrcli.fetch.headers import contains, get
from hdrcli.stacks import ANY
from hdrcli.stacks.recognition import recognise
from hdrcli.text.header_redaction import redact_response_header

_NAMES: Final = ("X-Powered-By", "Server")
_LONGEST: Final = 60


def sent_by_another(response: HTTPResponse, other: HTTPResponse) -> str:
    """The line by which `other` names its software, if `response` has no such line; empty if nothing shows it.

    It is redacted and short, as it becomes a part of a sentence.

    Such names are sent with every response: Express' router, a proxy that passes everything on, and PHP do so. A
    handler next to them, such as Socket.IO's, and a proxy in front that responds to preflights itself do not.
    """
    for name in _NAMES:
        value = get(name, other.headers)
        if value and not contains(name, response.headers):
            return f"{name}: {redact_response_header((name, value))[1][:_LONGEST]}"
    return ""


def stack_of(response: HTTPResponse) -> str:
    """The stack that sent this one response, by its name: "any" unless it is certain."""
    stack = recognise([response])
    return ANY.name if stack.is_likely else stack.name
