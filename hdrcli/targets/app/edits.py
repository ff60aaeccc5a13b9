"""Changes of CORS settings in the app's own source. The rest of the file stays as it is, byte for byte.

Safe to make without asking is a change of one expose list that is written out as a literal, and clearly the one that
counts: the names are those of headers that the app itself sends to this page. All else grants something to a page.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import ClassVar, Final, Literal, NamedTuple

from hdrcli.fetch.infra import byte_lowercase
from hdrcli.records.location import Location
from hdrcli.structs import Record
from hdrcli.targets.app.inserting import Edit, edited, insertion, literal, new_line, quote_of, replacement
from hdrcli.targets.app.source import is_cors_call, is_flask_call, is_middleware_call

Concept = Literal["expose", "origins", "methods", "request-headers", "credentials"]


class _Names(NamedTuple):
    """How an option is called: by Starlette's middleware and Litestar, by Flask-CORS, and by Django's settings."""

    middleware: str
    extension: str
    django: str


_OPTIONS: Final[dict[Concept, _Names]] = {
    "expose": _Names("expose_headers", "expose_headers", "CORS_EXPOSE_HEADERS"),
    "origins": _Names("allow_origins", "origins", "CORS_ALLOWED_ORIGINS"),
    "methods": _Names("allow_methods", "methods", "CORS_ALLOW_METHODS"),
    "request-headers": _Names("allow_headers", "allow_headers", "CORS_ALLOW_HEADERS"),
    "credentials": _Names("allow_credentials", "supports_credentials", "CORS_ALLOW_CREDENTIALS"),
}
_DEFAULTS: Final = {"methods": ("GET",)}
"""What Starlette's middleware allows without the argument."""

_RESOURCES: Final = "resources"
_ANY: Final = "*"

Owner = ast.Call | ast.Assign | ast.AnnAssign
"""The call that adds a CORS layer, or Django's setting."""

NameList = ast.List | ast.Tuple | ast.Set


Node = NameList | ast.Constant | ast.Call | ast.Assign | ast.AnnAssign


class NotEditableError(Exception):
    """There is no change to propose. The message is a sentence that says why."""


class Source(Record, frozen=True, kw_only=True):
    """A file, decoded as Python does; `text` has its line ends."""

    not_in_repr: ClassVar = frozenset({"text"})

    path: Path
    text: str
    encoding: str

    def encoded(self, text: str) -> bytes:
        """The file's content for this text."""
        return text.encode(self.encoding)


class Change(Record, frozen=True, kw_only=True):
    """The change of one option: `names` are added to its list, or credentials are allowed.

    `node` is the list, a literal that is replaced, the call that gets the argument `keyword`, or the setting of Django
    that the setting `keyword` is added behind.
    """

    not_in_repr: ClassVar = frozenset({"node"})

    source: Source
    concept: Concept
    node: Node
    keyword: str
    names: tuple[str, ...]

    @property
    def line(self) -> int:
        """Where the list or the call begins."""
        return self.node.lineno

    @property
    def is_safe(self) -> bool:
        """Whether it only adds names to an expose list."""
        return self.concept == "expose" and isinstance(self.node, NameList)

    def done(self) -> str:
        """What was done, as a clause."""
        if self.concept == "credentials":
            return f"set {self.keyword} to True"
        return f"added {', '.join(self.names)} to {self.keyword}"

    def edit(self) -> Edit:
        """The change of the text."""
        text = self.source.text
        if isinstance(self.node, ast.Constant):
            return replacement(self.node, str(True), text)
        quote = quote_of(self.node, text)
        if isinstance(self.node, NameList):
            return insertion(self.node, self.node.elts, [literal(name, quote) for name in self.names], text)
        is_call = isinstance(self.node, ast.Call)
        names = (*(_DEFAULTS.get(self.concept, ()) if is_call else ()), *self.names)
        value = "True" if self.concept == "credentials" else f"[{', '.join(literal(name, quote) for name in names)}]"
        if not isinstance(self.node, ast.Call):
            return new_line(self.node, f"{self.keyword} = {value}", text)
        return insertion(self.node, [*self.node.args, *self.node.keywords], [f"{self.keyword}={value}"], text)


def change_for(concept: Concept, names: Sequence[str], layers: Iterable[Location]) -> Change:
    """The change that adds these names to an option, for the CORS layers at `layers`. Raises `NotEditableError`.

    Raises `OSError`, `SyntaxError` or `UnicodeError` for a file that is no longer what was imported.
    """
    layers = tuple(layers)
    found = [*_owners(concept, layers)] or [*_settings(layers)]
    if not found:
        raise NotEditableError("No CORS layer was found in the app's own source.")
    if len(found) > 1:
        raise NotEditableError("There are several CORS layers in the app's own source.")
    ((source, owner),) = found
    keyword = _keyword_of(owner, concept)
    node = _edited(owner, keyword, concept, source)
    present = [_text_of(each) for each in node.elts] if isinstance(node, NameList) else []
    missing = {byte_lowercase(name): name for name in names}
    for name in present:
        missing.pop(byte_lowercase(name), None)
    if _ANY in missing or _ANY in present:
        raise NotEditableError(f'{keyword} at {source.path}:{node.lineno} has or needs "*", which is never changed.')
    if not missing:
        raise NotEditableError("The names are in the expose list already.")
    change = Change(source=source, concept=concept, node=node, keyword=keyword, names=tuple(missing.values()))
    if not _is_as_planned(change):
        raise NotEditableError(f"{keyword} at {source.path}:{node.lineno} has a layout that is not known.")
    return change


def read_source(path: Path) -> Source:
    """Raises `OSError`, or `SyntaxError` or `UnicodeError` for an encoding that is unknown or wrong."""
    content = path.read_bytes()
    encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    return Source(path=path, text=content.decode(encoding), encoding=encoding)


def _is_as_planned(change: Change) -> bool:
    """Whether the new text parses, and has the names at the place of the change."""
    try:
        nodes = list(ast.walk(ast.parse(edited(change.source.text, [change.edit()]))))
    except SyntaxError:
        return False
    old = change.node
    if isinstance(old, ast.Assign | ast.AnnAssign):
        return any(isinstance(node, ast.Assign) and _targets(node, change.keyword) for node in nodes)
    if isinstance(old, ast.Call):
        calls = [node for node in nodes if isinstance(node, ast.Call) and node.lineno == old.lineno]
        return any(keyword.arg == change.keyword for call in calls for keyword in call.keywords)
    at_place = [node for node in nodes if isinstance(node, type(old)) and node.lineno == old.lineno]
    at_place = [node for node in at_place if node.col_offset == old.col_offset]
    if isinstance(old, ast.Constant):
        return any(isinstance(node, ast.Constant) and node.value is True for node in at_place)
    names = [*map(_text_of, old.elts), *change.names]
    return any(isinstance(node, NameList) and [*map(_text_of, node.elts)] == names for node in at_place)


def _owners(concept: Concept, layers: Iterable[Location]) -> Iterator[tuple[Source, Owner]]:
    """The calls that add these layers, and Django's setting."""
    for source, nodes in _nodes_at(layers):
        for node in nodes:
            match node:
                case ast.Call() if is_cors_call(node):
                    yield source, node
                case ast.Assign() | ast.AnnAssign() if _targets(node, _OPTIONS[concept].django):
                    yield source, node
                case _:
                    pass


def _settings(layers: Iterable[Location]) -> Iterator[tuple[Source, ast.Assign | ast.AnnAssign]]:
    """The last of Django's settings in each file, which a new one goes behind."""
    for source, nodes in _nodes_at(layers):
        settings = [node for node in nodes if isinstance(node, ast.Assign | ast.AnnAssign)]
        if settings:
            yield source, max(settings, key=lambda node: node.lineno)


def _keyword_of(owner: Owner, concept: Concept) -> str:
    names = _OPTIONS[concept]
    if not isinstance(owner, ast.Call):
        return names.django
    return names.extension if is_flask_call(owner) else names.middleware


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


def _edited(owner: Owner, keyword: str, concept: Concept, source: Source) -> Node:
    """The literal list of names: the value itself, or that of the only assignment to its variable in the module.

    The call, if it has no list and can take one, and another setting of Django's; a literal False, where True takes its
    place.
    """
    if not isinstance(owner, ast.Call) and not _targets(owner, keyword):
        if concept in {"methods", "request-headers"}:
            raise NotEditableError(f"{source.path}:{owner.lineno} has no {keyword} next to it, which has a default.")
        return owner
    value = _value_of_call(owner, keyword) if isinstance(owner, ast.Call) else owner.value
    if value is owner and isinstance(value, ast.Call):
        if concept in {"expose", "credentials"} or is_middleware_call(value):
            return value
        raise NotEditableError(f"The CORS layer at {source.path}:{value.lineno} has no {keyword}, and allows any.")
    if isinstance(value, ast.Name):
        tree, name = ast.parse(source.text), value.id
        statements = (node for node in ast.walk(tree) if isinstance(node, ast.Assign | ast.AnnAssign))
        assigned = [node.value for node in statements if _targets(node, name)]
        value = assigned[0] if len(assigned) == 1 else value
    if concept == "credentials" and isinstance(value, ast.Constant) and value.value is False:
        return value
    if concept == "credentials" or not isinstance(value, NameList) or not all(map(_text_of, value.elts)):
        kind = "False" if concept == "credentials" else "list of names"
        raise NotEditableError(f"{keyword} at {source.path}:{(value or owner).lineno} is not a literal {kind}.")
    return value


def _value_of_call(call: ast.Call, keyword: str) -> ast.expr | None:
    """The value of the argument, or the call if it has none and can take one.

    Flask-CORS has options for single resources, too, which take precedence: the only one counts, of several none.
    """
    arguments = {each.arg: each.value for each in call.keywords}
    values = [
        value
        for node in ast.walk(arguments.get(_RESOURCES, ast.Constant(None)))
        if isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
        if key is not None and _text_of(key) == keyword
    ]
    values += [arguments[keyword]] if keyword in arguments else []
    if values:
        return values[0] if len(values) == 1 else None
    return call if None not in arguments else None


def _text_of(node: ast.AST) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
