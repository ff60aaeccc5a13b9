"""Finds the configuration file: upward from a folder to the root of its repository, and no further.

Above the repository, and outside of one in any other folder, files belong to somebody else: to all users of /tmp, for
instance. The nearest file has the whole configuration; nothing is merged.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hdrcli.records.errors import UsageError

if TYPE_CHECKING:
    from hdrcli.config.document import Document

OWN_FILE: Final = "hdrcli.toml"
PROJECT_FILE: Final = "pyproject.toml"
MOST_BYTES: Final = 256 << 10

_OWN_NAME: Final = b"hdrcli"
"""A `pyproject.toml` without it has no [tool.hdrcli], and is not parsed: that would lengthen each start."""


def find(folder: Path) -> Document | None:
    """The configuration for a folder, if there is one.

    Raises `UsageError` for a file that cannot be read, and for a folder with two configurations.
    """
    for place in _folders(folder):
        own, project = read_bytes(place / OWN_FILE), read_bytes(place / PROJECT_FILE)
        if own is None and (project is None or _OWN_NAME not in project):
            continue
        from hdrcli.config.document import parse

        found = [
            document
            for name, content in ((OWN_FILE, own), (PROJECT_FILE, project))
            if content is not None and (name == OWN_FILE or _OWN_NAME in content)
            if (document := parse(place / name, content)) is not None
        ]
        if len(found) > 1:
            names = " and ".join(f'"{document.name}"' for document in found)
            raise UsageError(f"{names} both have a configuration: keep one of them.")
        if found:
            return found[0]
    return None


def read(name: str) -> Document:
    """The configuration in the file of `--config`; raises `UsageError` where there is none."""
    if not name.strip():
        raise UsageError("is empty: name a file, or omit the option.", option="--config")
    path = Path(name)
    content = read_bytes(path)
    if content is None:
        raise UsageError(f'"{path}" does not exist: name a file, or omit the option.', option="--config")
    from hdrcli.config.document import parse

    document = parse(path, content)
    if document is None:
        raise UsageError(f'"{path}" has no table [tool.hdrcli]: add it, or name another file.', option="--config")
    return document


def read_bytes(path: Path) -> bytes | None:
    """The content of a file, None if there is none; raises `UsageError` for anything that is not a readable file."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise UsageError(f'"{path}" is not a file: move it away, or use --no-config.')
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:  # ValueError: a null character in the name
        reason = error.strerror if isinstance(error, OSError) else error
        raise UsageError(f'"{path}" cannot be read: {reason}. Correct that, or use --no-config.') from None
    if len(content) > MOST_BYTES:
        raise UsageError(f'"{path}" is larger than {MOST_BYTES >> 10} KiB, too large for a configuration.')
    return content


def _folders(folder: Path) -> Iterator[Path]:
    """The folder and those around it, to the repository's root; only the folder itself if it is in no repository."""
    around = (folder, *folder.parents)
    depth = next((number for number, place in enumerate(around) if (place / ".git").exists()), 0)
    yield from around[: depth + 1]
