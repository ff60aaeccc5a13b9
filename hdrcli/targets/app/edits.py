"""Adds names to the expose list in the app's own source. The rest of the file stays as it is, byte for byte.

Safe to make without asking is a change of one list that is written out as a literal, and clearly the one that counts:
the names are those of headers that the app itself sends to this page.
"""

from __future__ import annotations

import ast
import difflib
import io
import re
import tokenize
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from hdrcli.fetch.infra import byte_lowercase
from hdrcli.records.location import Location
from hdrcli.targets.app.source import is_cors_call

_EXPOSE: Final = "expose_headers"
_RESOURCES: Final = "resources"
_DJANGO: Final = "CORS_EXPOSE_HEADERS"
_line_end = re.compile(r"\r\n|\r|\n")
_lines = re.compile(rb"[^\n]*\n|[^\n]+").findall
_comma_and_comment = re.compile(r"[ \t]*,[ \t]*(?:#[^\r\n]*)?(?=[\r\n])")

Owner = ast.Call | ast.Assign | ast.AnnAssign
"""The call that adds a CORS layer, or Django's setting."""

NameList = ast.List | ast.Tuple | ast.Set


class NotEditableError(Exception):
    """There is no change to propose. The message is a sentence that says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file, decoded as Python does; `text` has its line ends."""

    path: Path
    text: str = field(repr=False)
    encoding: str

    def encoded(self, text: str) -> bytes:
        """The file's content for this text."""
        return text.encode(self.encoding)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The change of one file, by which `names` are exposed: in a list, or by a new argument of a call."""

    source: Source
    node: NameList | ast.Call = field(repr=False)
    names: tuple[str, ...]

    @property
    def line(self) -> int:
        """Where the list or the call begins."""
        return self.node.lineno

    @property
    def is_safe(self) -> bool:
        """Whether it only adds names to a list."""
        return not isinstance(self.node, ast.Call)

    @property
    def after(self) -> str:
        """The text of the file with all names."""
        return self.only(self.names)

    def only(self, names: Collection[str]) -> str:
        """The text of the file with these of the names."""
        kept = [name for name in self.names if name in names]
        text = self.source.text
        if not kept:
            return text
        if isinstance(self.node, ast.Call):
            argument = f"{_EXPOSE}=[{', '.join(_literal(name, _quote_of(self.node, text)) for name in kept)}]"
            return _inserted(self.node, [*self.node.args, *self.node.keywords], [argument], text)
        return _inserted(self.node, self.node.elts, [_literal(name, _quote_of(self.node, text)) for name in kept], text)

    def diff(self) -> bytes:
        """The change as a unified diff, which `git apply` and `patch -p1` take."""
        name = self.source.path.as_posix().encode()
        before, after = (_lines(self.source.encoded(text)) for text in (self.source.text, self.after))
        lines = difflib.diff_bytes(difflib.unified_diff, before, after, b"a/" + name, b"b/" + name)
        return b"".join(line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n" for line in lines)


def change_for(names: Sequence[str], layers: Iterable[Location], spellings: Iterable[Location]) -> Change:
    """The change that exposes these names, for the CORS layers at `layers`. Raises `NotEditableError`.

    `spellings` are places where the app sets the headers: their names are written as there. Raises `OSError`,
    `SyntaxError` or `UnicodeError` for a file that is no longer what was imported.
    """
    found = list(_owners(layers))
    if not found:
        raise NotEditableError("No CORS layer is found in the app's own source.")
    if len(found) > 1:
        raise NotEditableError("There are several CORS layers in the app's own source.")
    ((source, owner),) = found
    node = _edited(owner, source)
    present = () if isinstance(node, ast.Call) else map(_text_of, node.elts)
    missing = {byte_lowercase(name): name for name in _spelled(names, spellings)}
    for name in present:
        missing.pop(byte_lowercase(name), None)
    if not missing:
        raise NotEditableError("The names are in the expose list already.")
    change = Change(source=source, node=node, names=tuple(missing.values()))
    if not _is_as_planned(change):
        raise NotEditableError(f"The expose list at {source.path}:{node.lineno} has a layout that is not known.")
    return change


def read_source(path: Path) -> Source:
    """Raises `OSError`, or `SyntaxError` or `UnicodeError` for an encoding that is unknown or wrong."""
    content = path.read_bytes()
    encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    return Source(path=path, text=content.decode(encoding), encoding=encoding)


def _is_as_planned(change: Change) -> bool:
    """Whether the new text parses, and has the names at the place of the change."""
    try:
        nodes = list(ast.walk(ast.parse(change.after)))
    except SyntaxError:
        return False
    old = change.node
    if isinstance(old, ast.Call):
        calls = [node for node in nodes if isinstance(node, ast.Call) and node.lineno == old.lineno]
        return any(keyword.arg == _EXPOSE for call in calls for keyword in call.keywords)
    names = [*map(_text_of, old.elts), *change.names]
    lists = [node for node in nodes if isinstance(node, type(old)) and node.lineno == old.lineno]
    return any(node.col_offset == old.col_offset and [*map(_text_of, node.elts)] == names for node in lists)


def _owners(layers: Iterable[Location]) -> Iterator[tuple[Source, Owner]]:
    """The calls that add these layers, and Django's setting."""
    for source, nodes in _nodes_at(layers):
        for node in nodes:
            match node:
                case ast.Call() if is_cors_call(node):
                    yield source, node
                case ast.Assign() | ast.AnnAssign() if _targets(node, _DJANGO):
                    yield source, node
                case _:
                    pass


def _nodes_at(places: Iterable[Location]) -> Iterator[tuple[Source, Sequence[ast.expr | ast.stmt]]]:
    """The nodes of the syntax trees at these places, file by file."""
    lines: dict[str, set[int]] = {}
    for place in places:
        lines.setdefault(place.file, set()).add(place.line)
    for file, wanted in lines.items():
        source = read_source(Path(file))
        nodes = (node for node in ast.walk(ast.parse(source.text)) if isinstance(node, ast.expr | ast.stmt))
        yield source, [node for node in nodes if node.lineno in wanted]


def _targets(node: ast.Assign | ast.AnnAssign, name: str) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return [target.id for target in targets if isinstance(target, ast.Name)] == [name]


def _edited(owner: Owner, source: Source) -> NameList | ast.Call:
    """The literal list of names: the value itself, or that of the only assignment to its variable in the module.

    The call, if it has no list and can take one.
    """
    value = _list_of_call(owner) if isinstance(owner, ast.Call) else owner.value
    if value is owner and isinstance(value, ast.Call):
        return value
    if isinstance(value, ast.Name):
        tree, name = ast.parse(source.text), value.id
        statements = (node for node in ast.walk(tree) if isinstance(node, ast.Assign | ast.AnnAssign))
        assigned = [node.value for node in statements if _targets(node, name)]
        value = assigned[0] if len(assigned) == 1 else value
    if not isinstance(value, NameList) or not all(map(_text_of, value.elts)):
        line = (value or owner).lineno
        raise NotEditableError(f"The expose list at {source.path}:{line} is not a literal list of names.")
    return value


def _list_of_call(call: ast.Call) -> ast.expr | None:
    """The value of the expose list's argument, or the call if it has none and can take one.

    Flask-CORS has lists for single resources, too, which take precedence: the only one counts, of several none.
    """
    arguments = {keyword.arg: keyword.value for keyword in call.keywords}
    lists = [
        value
        for node in ast.walk(arguments.get(_RESOURCES, ast.Constant(None)))
        if isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
        if key is not None and _text_of(key) == _EXPOSE
    ]
    lists += [arguments[_EXPOSE]] if _EXPOSE in arguments else []
    if lists:
        return lists[0] if len(lists) == 1 else None
    return call if None not in arguments else None


def _text_of(node: ast.AST) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _spelled(names: Iterable[str], spellings: Iterable[Location]) -> Iterator[str]:
    """Names as the source spells them: servers send them in lower case."""
    written: dict[str, str] = {}
    for _, nodes in _nodes_at(spellings):
        for text in map(_text_of, nodes):
            written.setdefault(byte_lowercase(text), text)
    for name in names:
        yield written.get(byte_lowercase(name), name)


def _inserted(owner: ast.expr, present: Sequence[ast.expr | ast.keyword], new: Sequence[str], text: str) -> str:
    """The text with new elements of a list, or arguments of a call, behind those that are there, in their layout."""
    starts = [0, *(match.end() for match in _line_end.finditer(text)), len(text)]

    def place(line: int | None, column: int | None) -> int:
        """The index of a position of the syntax tree, whose columns count bytes of UTF-8."""
        if line is None or column is None:
            raise AssertionError("nodes of a parsed text have an end")
        start = starts[line - 1]
        return start + len(text[start : starts[line]].encode()[:column].decode())

    if not present:
        end = place(owner.end_lineno, owner.end_col_offset) - 1
        return text[:end] + ", ".join(new) + text[end:]
    last = present[-1]
    end = place(last.end_lineno, last.end_col_offset)
    before = text[starts[last.lineno - 1] : place(last.lineno, last.col_offset)]
    if before.strip():  # something else is on the line of the last one
        return text[:end] + "".join(f", {each}" for each in new) + text[end:]
    line_end = _line_end.search(text, end)
    separator = (line_end[0] if line_end is not None else "\n") + before
    comma = _comma_and_comment.match(text, end)
    if comma is not None:
        return text[: comma.end()] + "".join(f"{separator}{each}," for each in new) + text[comma.end() :]
    return text[:end] + "".join(f",{separator}{each}" for each in new) + text[end:]


def _quote_of(node: ast.AST, text: str) -> str:
    """The quote that strings there have."""
    lines = _line_end.split(text)
    strings = (each for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str))
    used = (lines[each.lineno - 1].encode()[each.col_offset : each.col_offset + 1] for each in strings)
    return "'" if next(used, b'"') == b"'" else '"'


def _literal(name: str, quote: str) -> str:
    return f"{quote}{name}{quote}" if quote not in name else repr(name)
