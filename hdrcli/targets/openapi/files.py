"""A document in a file, and the files below its folder that it refers to."""

from __future__ import annotations

from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Final
from urllib.parse import unquote

from hdrcli.openapi.document import MAX_SIZE, Document, DocumentError, read_document, read_value
from hdrcli.records.errors import UsageError

_MOST_FILES: Final = 500
_DEEPEST: Final = 200


def document_of_file(name: str) -> Document:
    """The document in a file; raises `UsageError`."""
    path = Path(name)
    try:
        with path.open("rb") as file:
            content = file.read(MAX_SIZE + 1)
        return read_document(content, _Folder(path.parent).read)
    except OSError as error:
        raise UsageError(f'"{name}" cannot be read: {error.strerror}.', option="--openapi") from None
    except DocumentError as error:
        raise UsageError(f'"{name}" {error}', option="--openapi") from None


class _Folder:
    """The files that a document refers to: each is read once, and none outside of the document's folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._read: dict[str, object] = {}
        self._left = MAX_SIZE

    def read(self, name: str) -> object:
        """The value of a file, whose own references are made relative to the document; None if there is none."""
        name = normpath(unquote(name))
        if name not in self._read and len(self._read) < _MOST_FILES:
            self._read[name] = None
            self._read[name] = self._value(name)
        return self._read.get(name)

    def _value(self, name: str) -> object:
        try:
            path = (self._folder / name).resolve()
            if not path.is_relative_to(self._folder):
                return None
            with path.open("rb") as file:
                content = file.read(self._left + 1)
            self._left = max(0, self._left - len(content))
            value = read_value(content, is_yaml=True) if self._left else None
            _rebase(value, name, set(), 0)
        except (OSError, ValueError, DocumentError):
            return None
        return value


def _rebase(value: object, file: str, seen: set[int], depth: int) -> None:
    """Make each reference of a file's value relative to the folder: `#/a` in `b.yaml` is `b.yaml#/a`."""
    if not isinstance(value, dict | list) or id(value) in seen or depth > _DEEPEST:
        return
    seen.add(id(value))
    for item in value.values() if isinstance(value, dict) else value:
        _rebase(item, file, seen, depth + 1)
    reference = value.get("$ref") if isinstance(value, dict) else None
    if isinstance(reference, str) and isinstance(value, dict):
        name, mark, pointer = reference.partition("#")
        value["$ref"] = f"{join(dirname(file), name) if name else file}{mark}{pointer}"
