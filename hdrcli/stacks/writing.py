"""Words a change of the configuration for one stack: the line to paste, the place to paste it, and its trap."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from hdrcli.fetch.infra import byte_lowercase
from hdrcli.stacks.dialect import OTHERS
from hdrcli.stacks.fix import Fix, FixText
from hdrcli.stacks.registry import known_stack
from hdrcli.structs import replace

if TYPE_CHECKING:
    from hdrcli.stacks.dialect import Dialect
    from hdrcli.stacks.setting import Concept, Setting
    from hdrcli.stacks.stack import Stack

NAME_LISTS: Final = frozenset({"expose", "request-headers"})
"""The options whose values are header names, which have no case."""

_PREFLIGHT_LISTS = frozenset({"methods", "request-headers"})


def fix_for(setting: Setting, stack: Stack) -> Fix:
    """The change, for this stack: without the names that it adds by itself, and no name twice.

    What a proxy lists in a preflight's response is all that it is configured to allow.
    """
    values = each_once(setting.values, are_names=setting.concept in NAME_LISTS)
    if setting.concept == "request-headers":
        built_in = stack.dialect.built_in_request_headers
        values = tuple(value for value in values if byte_lowercase(value) not in built_in) or values
    is_whole = setting.operation == "add" and setting.concept in _PREFLIGHT_LISTS and stack.layer == "proxy"
    return Fix(
        stack=stack.name,
        concept=setting.concept,
        values=values,
        operation="set" if is_whole else setting.operation,
        complete=is_whole or setting.complete,
    )


_EXAMPLE_ORIGIN: Final = "https://app.example"
"""The page in the texts of `_FOR_A_PAGE`, unless one is known."""
_FOR_A_PAGE: Final = frozenset({"cors-layer", "errors"})
"""The arrangements whose values are pages."""


def write(fix: Fix) -> FixText:
    """The text of a fix."""
    dialect = known_stack(fix.stack).dialect
    match fix.concept:
        case "origins" | "methods" | "request-headers" | "expose" | "credentials" | "max-age" as concept:
            if fix.operation == "remove":
                return _without(fix, concept, dialect)
            writer = dialect.writers.get(concept)
            return _option(fix, concept, dialect) if writer is None else writer(fix)
        case arrangement:
            text = dialect.arrangements[arrangement]
            lines = text.lines
            if arrangement in _FOR_A_PAGE and fix.values:
                lines = tuple(line.replace(_EXAMPLE_ORIGIN, fix.values[0]) for line in lines)
            return FixText(
                lines=tuple(_repeated(lines, fix.values)),
                where=text.where,
                note=text.note.replace("{name}", ", ".join(fix.values)),
            )


def text_for(setting: Setting, stack: Stack) -> FixText:
    """The text of a fix for this stack, unless it is for another one; it names the stack if that is only likely."""
    stack = known_stack(setting.stack) if setting.stack else stack
    text = write(fix_for(setting, stack))
    if not stack.is_likely:
        return text
    return replace(text, where=": ".join(filter(None, (stack.shown, text.where))))


def fix_text(setting: Setting, stack: Stack) -> str:
    """The lines to write in the stack's configuration, or the sentence that says what to remove from it."""
    text = text_for(setting, stack)
    return "\n".join(text.lines) or text.note


def option(concept: Concept, items: str, dialect: Dialect) -> str:
    """The option with a list whose elements are written already."""
    return dialect.templates[concept].replace("{list}", items).replace("{value}", items)


def _option(fix: Fix, concept: Concept, dialect: Dialect) -> FixText:
    note, where = dialect.notes.get(concept, ""), dialect.places.get(concept, dialect.where)
    values = fix.values
    if concept in dialect.wildcards and "*" in values:
        values = tuple(value for value in values if value != "*")
        if not values:
            return FixText(lines=(dialect.wildcards[concept],), where=where, note=note)
    item = dialect.items.get(concept, dialect.item)
    items = [*([] if fix.holds_all else [OTHERS]), *map(item, values)]
    template = dialect.templates[concept]
    if "{value}" in template:
        line = template.replace("{value}", values[0] if values else "")
    else:
        line = template.replace("{list}", dialect.separators.get(concept, dialect.separator).join(items))
    return FixText(lines=tuple(line.split("\n")), where=where, note=note)


def _without(fix: Fix, concept: Concept, dialect: Dialect) -> FixText:
    """A sentence: which value to take out of which option is clear, the line that remains is not."""
    shown = option(concept, OTHERS, dialect).splitlines()[0]
    if not fix.values:
        return FixText(lines=(), where=dialect.where, note=f"Remove {shown}")
    return FixText(lines=(), where=dialect.where, note=f"Remove {', '.join(fix.values)} from {shown}")


def _repeated(lines: Iterable[str], values: tuple[str, ...]) -> Iterable[str]:
    for line in lines:
        if "{name}" in line:
            yield from (line.replace("{name}", value) for value in values)
        else:
            yield line


def each_once(values: Iterable[str], *, are_names: bool) -> tuple[str, ...]:
    """Header names that differ only in case are one name; of its spellings the one with capitals is kept."""
    if not are_names:
        return tuple(dict.fromkeys(values))
    kept: dict[str, str] = {}
    for value in values:
        lowercase = byte_lowercase(value)
        if kept.get(lowercase, lowercase) == lowercase:
            kept[lowercase] = value
    return tuple(kept.values())
