"""What the rules on preflights share: what to do about a method that is not allowed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from hdrcli.rules.evidence import Blocked, mended_list, preflight_list, requested_method
from hdrcli.stacks.setting import Setting

ALLOW_METHODS: Final = "Access-Control-Allow-Methods"

_LEFT_AS_WRITTEN: Final = frozenset({"PATCH", "QUERY", "PROPFIND", "PROPPATCH", "MKCOL", "COPY", "MOVE", "REPORT"})
"""Methods in use that fetch() does not put into upper case: https://fetch.spec.whatwg.org/#concept-method-normalize."""


def allowing_method(blocks: Sequence[Blocked]) -> tuple[str, Setting | None]:
    """What to do, and the list that allows the method; none where the page's own slip of case is all there is to mend.

    No list is to hold "patch": no service has a method of that name.
    """
    method = requested_method(blocks[0])
    upper = method.upper()
    listed = [name for block in blocks for name in preflight_list(block, ALLOW_METHODS)]
    if method == upper or upper not in _LEFT_AS_WRITTEN.union(listed):
        return f"Allow the method {method}", mended_list(blocks, ALLOW_METHODS, [method])
    action = f"Write {upper} in upper case in fetch()"
    if upper in listed:
        return action, None
    return f"{action}, and allow it", mended_list(blocks, ALLOW_METHODS, [upper])
