"""HTML as values: a text is escaped when it becomes part of an element, so that no text of a server can be markup."""

from __future__ import annotations

from html import escape
from typing import Final

from hdrcli.reporters.view import shortened
from hdrcli.text.escaping import printable

_VOID: Final = frozenset({"br", "input", "link", "meta"})


_LONGEST: Final = 10_000
"""Characters of a text: a server may send half a million."""


class Markup(str):
    """A text that is HTML already."""

    __slots__ = ()


NOTHING: Final = Markup()


def element(name: str, /, *content: str, **attributes: str | None) -> Markup:
    """An element with this content: `Markup` stays as it is, any other text is escaped.

    Attributes are escaped, and omitted if they are None. `class_` is the attribute class, `aria_label` aria-label.
    """
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escaped(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    inner = "".join([part if isinstance(part, Markup) else escaped(part) for part in content])
    return Markup(f"<{name}{given}>" if name in _VOID else f"<{name}{given}>{inner}</{name}>")


def escaped(text: str) -> Markup:
    r"""A text for the content of an element or for an attribute, in ASCII, so that no encoding of a stream matters.

    What cannot be seen is written as an escape, such as \x1b.
    """
    shown = escape(printable(shortened(text, _LONGEST)))
    return Markup(shown if shown.isascii() else shown.encode("ascii", "xmlcharrefreplace").decode())


def joined(*parts: Markup, separator: str = "") -> Markup:
    """Several elements as one."""
    return Markup(separator.join(parts))


def code(text: str) -> Markup:
    """A text that a server or a program wrote."""
    return element("code", text)


def lines(*texts: str, **attributes: str | None) -> Markup:
    """Lines as they were written, one below the other."""
    return element("pre", element("code", joined(*map(escaped, texts), separator="\n")), **attributes)


def prose(text: str) -> Markup:
    """A paragraph of our own, in which backticks enclose code."""
    return element("p", *with_code(text))


def with_code(text: str) -> list[str]:
    """The parts of a text of our own, in which backticks enclose code."""
    return [code(part) if place % 2 else part for place, part in enumerate(text.split("`"))]


def state(word: str, *more: str, tag: str = "span") -> Markup:
    """A state in a word, to which CSS adds a mark; what follows has the same color."""
    return element(tag, word, *more, class_=f"state {word.replace(' ', '-')}")


def marked(word: str, *content: str, tag: str = "span") -> Markup:
    """The same as a mark only: the word is read out and copied, but not shown."""
    return element(tag, element("i", word), *content, class_=f"state {word.replace(' ', '-')}")
