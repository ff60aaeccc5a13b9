"""Redaction of headers, and of the lines of a head (see `hdrcli.text.redaction`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from hdrcli.text.redaction import REDACTED, redact_framing, redact_text, without_known
from hdrcli.text.secrets import SCHEMES, are_secrets_shown, is_secret_name

if TYPE_CHECKING:
    from hdrcli.fetch.headers import Header


def redact_request_header(header: Header) -> Header:
    """A request header that may be printed: the scheme of `Authorization` and the names of cookies are kept.

    The name of a cookie without a value is redacted, too: Firefox sends a value without a name in that form.
    """
    name, value = header
    if not are_secrets_shown():
        value = without_known(value, 1)
        header = name, value
    if name.lower() == "cookie" and not are_secrets_shown():
        return name, "; ".join(redact_pair(pair.removesuffix("=")) for pair in value.split("; "))
    return redact_response_header(header)


def redact_response_header(header: Header) -> Header:
    """A response header that may be printed: without secrets, cookie values, and a URL's user name and password."""
    name, value = header
    if are_secrets_shown():
        return header
    lowercase = name.lower()
    if lowercase in {"content-length", "transfer-encoding"}:
        return name, redact_framing(value)
    if "\r" in value or "\n" in value:  # lines of their own for browsers that end a line there
        first, _, others = value.replace("\n", "\r").partition("\r")
        return name, f"{_redact_value(name, lowercase, first)}\r{redact_line(others)}"
    return name, _redact_value(name, lowercase, value)


def _redact_value(name: str, lowercase: str, value: str) -> str:
    if _is_set_cookie(lowercase):
        return _redact_cookie(value)
    if not is_secret_name(name, value):
        return redact_text(_without_fields(value))
    scheme, space, _ = value.partition(" ")
    return f"{scheme} {REDACTED}" if lowercase == "authorization" and space and scheme.lower() in SCHEMES else REDACTED


def _without_fields(value: str) -> str:
    """A value without the fields in it: Chromium reads a CR before a line as a space."""
    for found in _field(value):
        if _is_telling(found[1], value[found.end() :]):
            return f"{value[: found.end()]} {REDACTED}"
    return value


_field = re.compile(r"(?<=[ \t])([\w-]++):(?=[ \t])").finditer


def _redact_cookie(value: str) -> str:
    pair, separator, attributes = value.partition(";")
    return redact_pair(pair) + separator + redact_text(attributes)


def redact_pair(pair: str) -> str:
    """A cookie's name without its value. A cookie without a name consists of its value."""
    name, separator, _ = pair.partition("=")
    return f"{redact_text(name)}={REDACTED}" if separator else REDACTED


# --- heads ------------------------------------------------------------------------------------------------------------

_beginning = re.compile(r"[ \t]*+([^:=\r\n]*+)[:=]?").match


def redact_line(line: str) -> str:
    """A line that may be a header, a status line, or no HTTP at all. CR is a line's end for some browsers."""
    if are_secrets_shown():
        return line
    parts = line.split("\r")
    shown = []
    for part in parts:
        secret = _secret_beginning(part)
        if secret is None:
            shown.append(_redact_part(part))
            continue
        name, separator, value = part.partition(":")
        if len(parts) == 1 and separator and _is_set_cookie(name):
            shown.append(name + separator + _redact_cookie(value))
        else:
            shown.append(f"{secret} {REDACTED}")
        break  # what follows a CR may be the rest of the value
    return "\r".join(shown)


def _redact_part(part: str) -> str:
    name, separator, value = part.partition(":")
    if separator and name.strip().lower() in {"content-length", "transfer-encoding"}:
        return name + separator + redact_framing(value)
    return redact_text(part)


def _secret_beginning(part: str) -> str | None:
    """The beginning of a line up to its value, if that is a secret; a name may stand before a space instead of ":"."""
    found = _beginning(part)
    if found is None or part.startswith("HTTP/"):
        return None
    name, value = found[1].strip(), part[found.end() :]
    word, _, rest = name.partition(" ")
    if rest and _is_telling(word, rest):
        return part[: found.start(1) + len(word)]
    return found[0] if value.strip() and _is_telling(name, value) else None


def _is_telling(name: str, value: str) -> bool:
    return _is_set_cookie(name) or is_secret_name(name, value)


def _is_set_cookie(name: str) -> bool:
    lowercase = name.lower()
    return "set-cookie" in lowercase and not lowercase.endswith("-policy")


def redact_head(head: bytes) -> Iterator[str]:
    """The lines of a response's head that may be printed, in raw form without CR LF; other line ends are kept.

    Malformed lines are redacted, too, with all their continuation lines, as some browsers accept them.
    """
    *ended, last = re.sub(r"(?<=\n)\r?\n\Z", "", head.decode("latin-1")).split("\n")
    lines = [f"{line}\n".removesuffix("\r\n") for line in ended]
    if last:
        lines.append(last)
    field: list[str] = []
    for line in lines:
        if line[:1] not in {" ", "\t"}:
            yield from _redact_field(field)
            field = []
        field.append(line)
    yield from _redact_field(field)


def _redact_field(lines: list[str]) -> Iterator[str]:
    """A line and those that continue it, which are shown if its value is not a secret."""
    if len(lines) > 1 and not are_secrets_shown():
        parts = lines[0].rstrip("\n").split("\r")
        for place, part in enumerate(parts):
            secret = _secret_beginning(f"{part} {lines[1]}")
            if secret is not None:
                yield "\r".join([*map(_redact_part, parts[:place]), f"{secret} {REDACTED}"])
                return
    for line in lines:
        content = line.removesuffix("\n")
        yield redact_line(content) + line[len(content) :]
