r"""Values as JSON that every reader takes, and in which no log of a CI system finds a command.

The commands (see `hdrcli.text.escaping`) are written with escapes, so that the values stay equal: `#\u0023[error]`. A
line of JSON never begins with `::`, as text stands in quotes there. A lone surrogate is replaced by U+FFFD: it is
not a character, and strict readers reject it (https://www.rfc-editor.org/rfc/rfc8259.html#section-8.2). A value that is
a secret by its form is redacted.
"""

from __future__ import annotations

import json
import re

import msgspec

from hdrcli.text.redaction import redact_tokens

_SURROGATE = re.compile(r"\\\\|\\ud[89ab]..\\ud[c-f]..|(\\ud[89a-f]..)")
"""A backslash, a pair of surrogates, or a lone one: only that is a group."""


def json_text(value: object) -> str:
    """One line of JSON in ASCII."""
    text = redact_tokens(_encoded(value))
    if r"\ud" in text:
        text = _SURROGATE.sub(lambda match: r"\ufffd" if match[1] else match[0], text)
    if "##" in text:
        text = text.replace("##", r"#\u0023")
    if "section_" in text:
        text = text.replace("section_start:", r"section_start\u003a").replace("section_end:", r"section_end\u003a")
    return text


def _encoded(value: object) -> str:
    """`json.dumps(value)`, from msgspec where both write the same: it takes a fifth of the time."""
    try:
        encoded = msgspec.json.format(msgspec.json.encode(value), indent=0)
    except UnicodeEncodeError:  # a lone surrogate
        return json.dumps(value)
    return encoded.decode() if encoded.isascii() and b"\x7f" not in encoded else json.dumps(value)
