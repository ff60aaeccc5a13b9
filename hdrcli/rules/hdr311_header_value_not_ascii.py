"""A header value contains non-ASCII bytes or control characters, which JavaScript gets byte by byte.

Cause: A custom header that the page can read has bytes above 0x7F, or control characters.

Why it matters: Browsers decode header values as Latin-1, one character for each byte, whatever the service encoded: a
`ü` in UTF-8 arrives as `Ã¼`. Control characters arrive unchanged, although HTTP allows only the tab. Proxies and HTTP
libraries may drop, replace or refuse such bytes. FastAPI itself responds with 500 if a value has a character outside
Latin-1.

Fault:

    from fastapi import FastAPI, Response
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"], expose_headers=["X-Title"])

    @app.get("/")
    def items(response: Response) -> list[str]:
        response.headers["X-Title"] = "Übersicht"
        return []

Fix: Percent-encode the value, and decode it in the page with `decodeURIComponent()`.

    from urllib.parse import quote

    from fastapi import FastAPI, Response
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"], expose_headers=["X-Title"])

    @app.get("/")
    def items(response: Response) -> list[str]:
        response.headers["X-Title"] = quote("Übersicht")
        return []

In JavaScript on the server, use `encodeURIComponent()`. Remove control characters; line breaks in particular often come
from unchecked input.

Similar faults: HDR312 (a file name in `Content-Disposition`, which has an encoding of its own).

References: https://fetch.spec.whatwg.org/#concept-header-value,
https://www.rfc-editor.org/rfc/rfc9110.html#name-field-values
"""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.fetch.infra import byte_lowercase
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.lines import sent_lines
from hdrcli.rules.finding import Fault, Severity
from hdrcli.text.header_redaction import redact_response_header

CODE = "HDR311"
NAME = "header-value-not-ascii"
SEVERITY = Severity.ADVICE
SPEC = "https://fetch.spec.whatwg.org/#concept-header-value"

_ENCODE = "Percent-encode the value, and decode it in the page with decodeURIComponent()"
_REMOVE = "Remove the control characters, or percent-encode the value and decode it in the page"


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """One fault for each header."""
    for header, values, fetches in diagnosis.readable_custom_headers:
        value = ", ".join(values)
        if not _is_plain(value):
            name = byte_lowercase(header.name)
            _, shown = redact_response_header((name, value))
            meant = _utf8(shown)
            yield Fault(
                variant=name,
                fetches=fetches,
                evidence=(*sent_lines([header]), *(() if meant is None else (f'the bytes are UTF-8 for "{meant}"',))),
                impact=(f'JavaScript gets "{shown}" from response.headers.get("{name}"): {_why(value)}.',),
                fix=_ENCODE if not value.isascii() else _REMOVE,
            )


def _is_plain(value: str) -> bool:
    """Visible ASCII, spaces and tabs."""
    return value.isascii() and value.replace("\t", " ").isprintable()


def _why(value: str) -> str:
    """How the value differs from the intended one."""
    controls = dict.fromkeys(f"0x{ord(char):02X}" for char in value if char.isascii() and not _is_plain(char))
    faults = [] if value.isascii() else ["one character for each byte"]
    if controls:
        faults.append(
            f"with the control character{'s' * (len(controls) > 1)} {', '.join(controls)}, which HTTP forbids"
        )
    return ", ".join(faults)


def _utf8(value: str) -> str | None:
    """The intended text, if the bytes are UTF-8 beyond ASCII."""
    try:
        decoded = value.encode("latin-1").decode()
    except UnicodeError:
        return None
    return None if decoded == value else decoded
