"""Moves the CORS layer to the front of a literal list of middleware, the first of which is the outermost.

Sources: https://starlette.dev/middleware/#using-middleware,
https://docs.djangoproject.com/en/stable/topics/http/middleware/#middleware-order-and-layering,
https://github.com/adamchainz/django-cors-headers#setup
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final, Literal

from hdrcli.structs import Record
from hdrcli.targets.app.edits import NotEditableError, Source
from hdrcli.targets.app.entries import Display, UnknownLayoutError, moved_forward
from hdrcli.targets.app.source import is_listed_layer

_BY_HAND: Final = "make it the first middleware by hand."
_STARLETTE: Final = "middleware"
_DJANGO: Final = "MIDDLEWARE"
_STAYS_OUTSIDE: Final = frozenset(
    {
        "django.middleware.cache.UpdateCacheMiddleware",
        "django_prometheus.middleware.PrometheusBeforeMiddleware",
    }
)
"""Middleware of Django that responds to no request itself, and has to be in front of what adds to Vary, or of all else.

Sources: https://docs.djangoproject.com/en/stable/topics/cache/#order-of-middleware,
https://github.com/django-commons/django-prometheus#quickstart
"""


class Reorder(Record, frozen=True, kw_only=True):
    """The entry at `line` goes to the front of its list. Without `names`, it stays."""

    source: Source
    line: int
    keyword: str
    names: tuple[str, ...]
    concept: Literal["order"] = "order"
    is_safe: bool = False

    def done(self) -> str:
        """What was done, as a clause."""
        return f"moved {self.names[0]} to the front of {self.keyword}"

    def applied(self, text: str) -> str:
        """The text with the entry at its new place. Other changes may have been made in it."""
        entries = _entries(ast.parse(text), "")
        return moved_forward(text, entries.display, entries.index, entries.target)


class _Entries(Record, frozen=True, kw_only=True):
    """The list that has the CORS layer at `index`, which belongs to `target`."""

    display: Display
    index: int
    target: int
    keyword: str


def reorder_for(source: Source, line: int) -> Reorder | None:
    """The move of the entry that begins at this line; None if no entry of a list does that is the CORS layer.

    Raises `NotEditableError`.
    """
    tree = ast.parse(source.text)
    if not any(each.lineno == line for each in _layers(tree)):
        return None
    where = f"{source.path}:{line}"
    entries = _entries(tree, where)
    name = "CorsMiddleware" if entries.keyword == _DJANGO else "CORSMiddleware"
    reorder = Reorder(source=source, line=line, keyword=entries.keyword, names=(name,))
    if not _is_as_planned(reorder, entries):
        raise NotEditableError(f"The list with the CORS layer at {where} has a layout that is not known: {_BY_HAND}")
    return reorder


def _is_as_planned(reorder: Reorder, entries: _Entries) -> bool:
    """Whether the new text parses, and has the same entries in the new order."""
    expected = [*entries.display.elts]
    expected.insert(entries.target, expected.pop(entries.index))
    try:
        new = _displays(ast.parse(reorder.applied(reorder.source.text)))
    except (SyntaxError, UnknownLayoutError):
        return False
    return [*map(ast.dump, expected)] in [[*map(ast.dump, each.elts)] for each in new]


def _entries(tree: ast.Module, where: str) -> _Entries:
    """The list with the only entry in the file that is the CORS layer. Raises `NotEditableError`."""
    layer = next(_layers(tree))
    display = next((each for each in _displays(tree) if layer in each.elts), None)
    keyword = _STARLETTE if isinstance(layer, ast.Call) else _DJANGO
    if display is None:
        raise NotEditableError(f"The CORS layer at {where} is not an entry of a literal list: {_BY_HAND}")
    if not _is_whole(display, keyword, tree):
        raise NotEditableError(
            f"The list with the CORS layer at {where} is imported, joined with others or used in other ways: {_BY_HAND}"
        )
    if not all(isinstance(each, ast.Call | ast.Constant | ast.Name | ast.Attribute) for each in display.elts):
        raise NotEditableError(
            f"The list with the CORS layer at {where} has entries that are not written out: {_BY_HAND}"
        )
    index = display.elts.index(layer)
    target = next((number for number, each in enumerate(display.elts) if not _stays_outside(each)), index)
    if target >= index:
        raise NotEditableError(
            f"The CORS layer at {where} is the first of its list already: what responds is not in it."
        )
    return _Entries(display=display, index=index, target=target, keyword=keyword)


def _layers(tree: ast.Module) -> Iterator[ast.expr]:
    """What a list of middleware has as its CORS layer."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.expr) and is_listed_layer(node))


def _displays(tree: ast.Module) -> Iterator[Display]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.List | ast.Tuple))


def _is_whole(display: Display, keyword: str, tree: ast.Module) -> bool:
    """Whether a list is the only value of Django's setting, or of the argument, maybe by a variable only for that."""
    nodes = [*ast.walk(tree)]
    arguments = [node.value for node in nodes if isinstance(node, ast.keyword) and node.arg == keyword]
    if display in arguments:
        return True
    name = next((_target(node) for node in nodes if getattr(node, "value", None) is display), "")
    uses = [node for node in nodes if isinstance(node, ast.Name) and node.id == name]
    if keyword == _DJANGO:
        return name == _DJANGO and len(uses) == 1
    loads = [node for node in uses if isinstance(node.ctx, ast.Load)]
    return len(uses) == len(loads) + 1 and bool(loads) and all(each in arguments for each in loads)


def _target(node: ast.AST) -> str:
    """The name that a statement assigns to, if it is the only one."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
        case _:
            return ""


def _stays_outside(entry: ast.expr) -> bool:
    return isinstance(entry, ast.Constant) and entry.value in _STAYS_OUTSIDE
