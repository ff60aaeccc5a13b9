"""Moves the statement that adds the CORS layer behind those that add other middleware to the same app.

Starlette's middleware that is added last is the outermost: https://starlette.dev/applications/#applications
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, Literal

from hdrcli.records.location import Location
from hdrcli.structs import Record
from hdrcli.targets.app.edits import NotEditableError, Source, read_source
from hdrcli.targets.app.inserting import line_starts
from hdrcli.targets.app.reordering import Reorder, reorder_for
from hdrcli.targets.app.source import is_cors_call

_ADD: Final = "add_middleware"
_BLOCKS: Final = ("body", "orelse", "finalbody")

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Move(Record, frozen=True, kw_only=True):
    """The statement at `line` goes behind the one that ends at `last_line`. Without `names`, it stays."""

    source: Source
    line: int
    last_line: int
    names: tuple[str, ...] = ("CORSMiddleware",)
    concept: Literal["order"] = "order"
    keyword: str = _ADD
    is_safe: bool = False

    def done(self) -> str:
        """What was done, as a clause."""
        return f"moved {self.keyword}({self.names[0]}, ...) behind line {self.last_line}, where it is outermost"

    def applied(self, text: str) -> str:
        """The text with the statement at its new place. Other changes may have been made in it."""
        statement, last = _statement_and_last(ast.parse(text))
        starts = [*line_starts(text), len(text)]
        start, end = starts[statement.lineno - 1], starts[_end_of(statement)]
        behind = starts[_end_of(last)]
        line_end = "\r\n" if "\r\n" in text else "\n"
        gap = "" if text[:behind].endswith(line_end) else line_end
        if isinstance(last, Function):
            gap += line_end * (2 if last.col_offset == 0 else 1)
        return text[:start] + text[end:behind] + gap + text[start:end] + text[behind:]


def move_for(layers: Iterable[Location]) -> Move | Reorder:
    """The move of the statement or the entry that adds the CORS layer, which is at `layers`. Raises as `change_for`."""
    places = [*layers]
    if len(places) != 1:
        raise NotEditableError(
            "The CORS layer is not added in a single place of the app's own source: move it by hand."
        )
    (place,) = places
    source = read_source(Path(place.file))
    reorder = reorder_for(source, place.line)
    if reorder is not None:
        return reorder
    statement, last = _statement_and_last(ast.parse(source.text), f" at {place.file}:{place.line}")
    starts = [*line_starts(source.text), len(source.text)]
    first_line = source.text[starts[statement.lineno - 1] :].encode()[: statement.col_offset]
    rest = source.text[starts[_end_of(statement) - 1] : starts[_end_of(statement)]].encode()[statement.end_col_offset :]
    if first_line.strip() or not (rest.strip() + b"#").startswith(b"#"):
        raise NotEditableError(f"The CORS layer at {place.file}:{place.line} shares a line with other statements.")
    return Move(source=source, line=statement.lineno, last_line=_end_of(last))


def _statement_and_last(tree: ast.Module, where: str = "") -> tuple[ast.stmt, ast.stmt]:
    """The only statement that adds the CORS layer, and the last one of its block that adds middleware around it.

    Raises `NotEditableError` if there are no such two.
    """
    found = [
        (block, index) for block in _blocks(tree) for index, each in enumerate(block) if _added_to(each, cors=True)
    ]
    if len(found) != 1:
        raise NotEditableError(f"The CORS layer{where} is not added by one add_middleware statement: move it by hand.")
    ((block, index),) = found
    app = _added_to(block[index])
    later = [each for each in block[index + 1 :] if _added_to(each) == app]
    if not later:
        raise NotEditableError(f"Behind the CORS layer{where}, no middleware is added in the same block.")
    return block[index], later[-1]


def _blocks(tree: ast.Module) -> Iterator[Sequence[ast.stmt]]:
    for node in ast.walk(tree):
        for name in _BLOCKS:
            block = getattr(node, name, None)
            if isinstance(block, list):
                yield block


def _added_to(statement: ast.stmt, *, cors: bool = False) -> str:
    """The name of the app that a statement adds middleware to; with `cors`, only if that is the CORS layer."""
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=app), attr="add_middleware")) as call):
            return app if is_cors_call(call) or not cors else ""
        case ast.FunctionDef(decorator_list=decorators) | ast.AsyncFunctionDef(decorator_list=decorators) if not cors:
            return next(filter(None, map(_decorated_for, decorators)), "")
        case _:
            return ""


def _decorated_for(decorator: ast.expr) -> str:
    """The name of the app of `@app.middleware("http")`."""
    match decorator:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=app), attr="middleware")):
            return app
        case _:
            return ""


def _end_of(statement: ast.stmt) -> int:
    return statement.end_lineno or statement.lineno
