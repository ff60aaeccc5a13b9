"""The fix for a method that a preflight does not allow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from hdrcli.rules.evidence.blocked import Blocked, requested_method
from hdrcli.rules.evidence.lists import ALLOW_METHODS, complete_list, preflight_list
from hdrcli.stacks.setting import Setting

FOR_SEVERAL_METHODS: Final = "Allow the methods of these routes"
"""The fix, where routes have different ones."""

_LEFT_AS_WRITTEN: Final = frozenset({"PATCH", "QUERY", "PROPFIND", "PROPPATCH", "MKCOL", "COPY", "MOVE", "REPORT"})
"""Methods in use that fetch() does not convert to upper case: https://fetch.spec.whatwg.org/#concept-method-normalize."""


def allowing_method(blocks: Sequence[Blocked]) -> tuple[str, Setting | None]:
    """The fix, and the list that allows the method; no list where only the case in the page's code is wrong.

    No list should contain "patch": no service has a method of that name.
    """
    method = requested_method(blocks[0])
    upper = method.upper()
    listed = [name for block in blocks for name in preflight_list(block, ALLOW_METHODS)]
    if method == upper or upper not in _LEFT_AS_WRITTEN.union(listed):
        return f"Allow the method {method}", complete_list(blocks, ALLOW_METHODS, [method])
    fix = f"Write {upper} in upper case in fetch()"
    if upper in listed:
        return fix, None
    return f"{fix}, and allow it", complete_list(blocks, ALLOW_METHODS, [upper])
