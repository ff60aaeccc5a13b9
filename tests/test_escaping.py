from __future__ import annotations

import json
import sys

import pytest

from hdrcli.text.escaping import as_line, printable
from hdrcli.text.json_text import json_text
from tests.safety.hostile_values import COMMANDS, CONTROLS, INVISIBLE
from tests.safety.runner import commands

WITHOUT_SHAPE = {
    chr(number)
    for first, last in (
        (0x34F, 0x34F),
        (0x115F, 0x1160),
        (0x17B4, 0x17B5),
        (0x180B, 0x180F),
        (0x2800, 0x2800),
        (0x3164, 0x3164),
        (0xFE00, 0xFE0F),
        (0xFFA0, 0xFFA0),
        (0xE0100, 0xE01EF),
    )
    for number in range(first, last + 1)
}
"""Characters that are printable for Python, and of which nothing is seen."""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("X-Request-ID: 7f3a", "X-Request-ID: 7f3a"),
        ("[bold red]x[/] <b> & | `", "[bold red]x[/] <b> & | `"),  # markup is the reporters' to escape
        ("\xe9\xdf\xbf\u6570\U0001f600", "\xe9\xdf\xbf\u6570\U0001f600"),
        ("\x1b[2J\x1b]0;owned\x07", r"\x1b[2J\x1b]0;owned\x07"),
        ("\x9b2J\x9d0;owned\x9c\x85", r"\x9b2J\x9d0;owned\x9c\x85"),
        ("a\0b\x08c\x7fd", r"a\x00b\x08c\x7fd"),
        ("a\rb\nc\td\ve\ff", r"a\rb\nc\td\x0be\x0cf"),
        ("a\u2028b\u2029c", r"a\u2028b\u2029c"),
        ("a\xa0b\u2003c\u3000d", r"a\xa0b\u2003c\u3000d"),
        ("\u202egnp.exe\u202c\u2066\u2069\u200e\u200f\u061c", r"\u202egnp.exe\u202c\u2066\u2069\u200e\u200f\u061c"),
        ("pay\u200bpal\u200c\u200d\u2060\ufeff\xad", r"pay\u200bpal\u200c\u200d\u2060\ufeff\xad"),
        ("\U000e0041\U000e007f", r"\U000e0041\U000e007f"),  # tags
        ("\ud800\udcff", r"\ud800\udcff"),  # lone surrogates: undecodable bytes of a command line
        ("\ue000\U0010ffff\u0378", r"\ue000\U0010ffff\u0378"),  # private use, no character, unassigned
        ("a\\x1b", "a\\x1b"),
        ("\u115fa\u1160\u3164\uffa0\u034f\ufe0f", r"\u115fa\u1160\u3164\uffa0\u034f\ufe0f"),
        ("::error::a", r"\x3a:error::a"),
        ("a ::error::b ::c", r"a \x3a:error::b \x3a:c"),
        (":::a", r":\x3a:a"),
        ("a::::b", r"a:\x3a:\x3ab"),
        ("http://[::1]:8000/ tower_http::cors a: b", "http://[::1]:8000/ tower_http::cors a: b"),
        ("##[error]a", r"#\x23[error]a"),
        ("###[a", r"#\x23#[a"),
        ("# a #b", "# a #b"),
        ("section_start:1:a section_end:2:b", r"section_start\x3a1:a section_end\x3a2:b"),
        ("section_1: section_started", "section_1: section_started"),
    ],
)
def test_hostile_strings(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_every_character() -> None:
    for start in range(0, sys.maxunicode + 1, 4096):
        characters = [chr(code) for code in range(start, start + 4096)]
        plain = [char for char in characters if char.isprintable() and char not in WITHOUT_SHAPE]
        others = set(characters) - set(plain)
        shown = printable("-".join(sorted(others)))

        assert printable("-".join(plain)) == "-".join(plain)
        assert shown.isprintable()
        assert not others & set(shown)


@pytest.mark.parametrize("text", ["\x1b[2J\u202e\\", *COMMANDS, *CONTROLS, *INVISIBLE])
def test_twice_is_once(text: str) -> None:
    once = printable(text)

    assert printable(once) == once
    assert not list(commands(once))


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("", ""),
        ("   ", "   "),
        ("  a::b ::", "  a::b ::"),
        ("  ::error::a", r"  \x3a:error::a"),
        ("a ##[error]", r"a #\x23[error]"),
    ],
)
def test_texts_that_form_a_command_together(line: str, shown: str) -> None:
    assert as_line(line) == shown


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": ["##[b]", None, 1.5]}, r'{"a": ["#\u0023[b]", null, 1.5]}'),
        ("section_end:1:a", r'"section_end\u003a1:a"'),
        ("a\x7fb", r'"a\u007fb"'),
        ({"b": [], "a": {"c": {}}, "d": [1, 2.5, True]}, '{"b": [], "a": {"c": {}}, "d": [1, 2.5, true]}'),
        ('\x00\b\t\n\f\r\x1f"\\/', r'"\u0000\b\t\n\f\r\u001f\"\\/"'),
        ("\x1b\x7f\x9b\u202e\xe9", r'"\u001b\u007f\u009b\u202e\u00e9"'),
        ("\U0001f600\\ud800", r'"\ud83d\ude00\\ud800"'),
    ],
)
def test_json_stays_equal(value: object, text: str) -> None:
    assert json_text(value) == text
    assert json.loads(text) == value


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("\ud800", "\ufffd"),
        ("\ud800a\udc00", "\ufffda\ufffd"),
        ("\udc00\U0001f600\ud83d", "\ufffd\U0001f600\ufffd"),
        ("\\\ud800", "\\\ufffd"),
    ],
)
def test_strict_readers_find_no_lone_surrogate(text: str, read: str) -> None:
    assert json.loads(json_text(text)) == read
