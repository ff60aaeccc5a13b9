r"""Splits a command into words as a shell does, without running anything: bash, and cmd as DevTools writes for it.

Python's `shlex` knows the quoting of POSIX shells. Two forms of "Copy as cURL" are rewritten into that first: bash's
`$'…'` with escapes such as `\u0021`, and cmd's carets (`^"…^"`, and `^` at the end of a line).
"""

from __future__ import annotations

import re
import shlex
from typing import Final

_ESCAPES: Final = {"a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_LAST_CODE_POINT: Final = 0x10FFFF

_quoted = re.compile(r"""'[^']*+'|"(?:\\.|[^"\\])*+"|\$'((?:\\.|[^'\\])*+)'|\\.""", re.DOTALL)
_escape = re.compile(
    r"\\(?:x(?P<x>[0-9a-fA-F]{1,2})|u(?P<u>[0-9a-fA-F]{1,4})|U(?P<U>[0-9a-fA-F]{1,8})|(?P<octal>[0-7]{1,3})|(?P<c>.))",
    re.DOTALL,
)
_is_for_cmd = re.compile(r'\^"|\^[ \t]*\r?$', re.MULTILINE).search
_caret = re.compile(r"\^(?:\r?\n|(.)|\Z)", re.DOTALL)


def split_words(command: str) -> list[str]:
    """The words of a command. Raises `ValueError` if a quote is not closed."""
    if _is_for_cmd(command):
        command = _caret.sub(lambda match: match[1] or "", command)
    return shlex.split(_quoted.sub(_as_posix, command.replace("\r\n", "\n")))


def _as_posix(match: re.Match[str]) -> str:
    if match[0] == "\\\n":
        return ""
    if match[1] is None:
        return match[0]
    text = _escape.sub(_unescaped, match[1])
    # DevTools writes a character beyond U+FFFF as two escapes.
    return shlex.quote(text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"))


def _unescaped(match: re.Match[str]) -> str:
    """One escape of `$'…'`: https://www.gnu.org/software/bash/manual/html_node/ANSI_002dC-Quoting.html."""
    digits = match["x"] or match["u"] or match["U"]
    if digits is not None:
        return chr(min(int(digits, 16), _LAST_CODE_POINT))
    if match["octal"] is not None:
        return chr(int(match["octal"], 8) & 0xFF)
    return _ESCAPES.get(match["c"], match["c"])
