from __future__ import annotations

import sys

import pytest

from hdrcli.text.escaping import printable


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
    ],
)
def test_hostile_strings(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_every_character() -> None:
    for char in map(chr, range(sys.maxunicode + 1)):
        shown = printable(f"-{char}-")
        assert shown.isprintable()
        assert (shown == f"-{char}-") == char.isprintable()


def test_twice_is_once() -> None:
    once = printable("\x1b[2J\u202e\\")

    assert printable(once) == once
