r"""Escaping of text from servers and users, before it is printed.

Such text must not control what it is printed on. A terminal obeys control characters, and shows nothing of invisible
ones. The log of a CI system obeys commands in plain ASCII: GitHub's runner runs `::name::` at the start of a line,
after spaces, and `##[name]` anywhere in a line, Azure Pipelines runs `##vso[name]`, and GitLab folds a log at
`section_start:number:name`. All of them are always escaped, as nobody knows where a report ends up.

The result of `printable` holds no `##` and no `:::`, and `::` only within a word. So a log is safe from a line that is
not broken before `::` (see `Terminal`), and whose texts form no command together (`as_line`). It holds no value that is
a secret by its form either (see `hdrcli.text.redaction`).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from hdrcli.text.redaction import redact_tokens

_INVISIBLE = re.compile(
    # https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point, as far as Python calls these printable: they
    # are letters and marks without a shape. The last one is the pattern of Braille without a dot.
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef\u2800]"
)
_COMMAND = re.compile(r"##|:::+|(?:^|(?<=\s))::|section_(?:start|end):")


def printable(text: str) -> str:
    r"""`text` with control, invisible and bidirectional characters written as `\x1b` or `\u202e`, without commands."""
    if not text.isascii():
        text = _INVISIBLE.sub(lambda match: _escape(match[0]), text)
    if not text.isprintable():
        text = "".join(char if char.isprintable() else _escape(char) for char in text)
    return without_commands(redact_tokens(text), _in_hex)


def without_commands(text: str, escape: Callable[[str], str]) -> str:
    """`text` in which `escape` writes one character of each command, as the language has it that the text is in."""
    if "::" in text or "##" in text or "section_" in text:
        return _COMMAND.sub(lambda match: _disarm(match[0], escape), text)
    return text


def as_line(line: str) -> str:
    """A line that was made of printable texts, without the commands that they may form together."""
    if "##" in line:
        line = line.replace("##", r"#\x23")
    start = len(line) - len(line.lstrip())
    return f"{line[:start]}\\x3a{line[start + 1 :]}" if line.startswith("::", start) else line


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def _in_hex(char: str) -> str:
    return rf"\x{ord(char):02x}"


def _disarm(command: str, escape: Callable[[str], str]) -> str:
    if command == "::":
        return f"{escape(':')}:"
    if command[0] in "#:":
        return command.replace("##", f"#{escape('#')}").replace("::", f":{escape(':')}")
    return command[:-1] + escape(":")
