"""Values with which a server may try to control a terminal or a CI system, for the tests of all formats."""

from __future__ import annotations

from typing import Final

COMMANDS: Final = (
    "::error::owned",
    " \t ::error file=a.py,line=1::owned",
    "::stop-commands::owned",
    ":::error::owned",
    "::::error::owned",
    "x ::set-output name=a::owned",
    "owned ::error::" * 40,
    "a::error::b" * 40,
    "owned" * 16 + "::error::" * 20,
    ":" * 300 + "error::owned",
    "##[error]owned",
    "owned ##[add-mask]a",
    "###[error]owned",
    "####[warning]##[error]owned",
    "##vso[task.setvariable variable=a]owned",
    "section_start:1700000000:owned[collapsed=true]",
    "section_end:1700000000:owned",
    "section_start:1:section_end:1:owned",
)
"""Commands of CI systems, as `tests.safety.runner` finds them."""

CONTROLS: Final = (
    "section_start:1:owned\x1b[0K",
    "\x1b[2Jowned\x1b]0;owned\x07",
    "\x9b2J\x9d0;owned\x9c\x85",
    "owned\x08\x0b\x0c\x7f",
)
"""Control characters that are allowed in a header's value, or that browsers put up with: C0 and C1."""

INVISIBLE: Final = (
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180f\u3164\uffa0",
    "a\ufe0e\ufe0fb\U000e0100\U000e01ef\u2800",
    "\U000e0041\U000e007f\u200b\u2060\ufeff\xad",
    "\u202egnp.exe\u202c\u2066\u2069\u200e\u200f\u061c",
)
"""Letters without a shape, selectors of variants, tags, and marks of direction."""

MARKUP: Final = (
    "a,title=b::c%0A::error::d",
    "</failure>]]><x>&#0;",
    "</script><script>owned()</script>",
    "<img src=x onerror=owned()>",
    '"onmouseover="owned()" x=\'',
    "=1+1",
    "@SUM(1)\t=1+1",
    "`a` ``` | b",
    "a|b\\|c|`d|",
    "[a](javascript:owned()) ![b](//attacker.example) ***c***",
    "# SKIP \\#",
    "not ok 1 - owned # TODO",
    "\"'\t",
    "$(owned) `owned` '; owned #",
)
"""Markup, formulas and directives of the formats of reports."""

VALUES: Final = (*COMMANDS, *CONTROLS, *MARKUP, *(value.encode().decode("latin-1") for value in INVISIBLE))
"""All of them as code units of a header."""
