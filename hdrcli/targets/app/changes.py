"""The changes of a file, made together: what is moved has the other changes in it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from typing import Final

from hdrcli.targets.app.edits import Change
from hdrcli.targets.app.inserting import edited
from hdrcli.targets.app.moving import Move
from hdrcli.targets.app.reordering import Reorder

AnyChange = Change | Move | Reorder

_lines: Final = re.compile(rb"[^\n]*\n|[^\n]+").findall


def text_after(changes: Sequence[AnyChange]) -> str:
    """The text of the file with all these changes of it."""
    text = edited(changes[0].source.text, [each.edit() for each in changes if isinstance(each, Change) and each.names])
    for change in changes:
        if not isinstance(change, Change) and change.names:
            text = change.applied(text)
    return text


def diff_of(changes: Sequence[AnyChange]) -> bytes:
    """The changes of one file as a unified diff, which `git apply` and `patch -p1` take."""
    source = changes[0].source
    name = source.path.as_posix().encode()
    before, after = (_lines(source.encoded(text)) for text in (source.text, text_after(changes)))
    lines = difflib.diff_bytes(difflib.unified_diff, before, after, b"a/" + name, b"b/" + name)
    return b"".join(line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n" for line in lines)
