"""The `hdrcli check` command that reproduces an explained problem."""

from __future__ import annotations

import shlex
from collections.abc import Iterable


def check_command(
    *,
    url: str | None = None,
    page: str | None = None,
    method: str | None = None,
    header_names: Iterable[str] = (),
    credentials: bool = False,
) -> str:
    """One command line, quoted for a shell; `URL` and `PAGE` stand for values that are not known.

    Headers get a synthetic value that is not CORS-safelisted, so that they cause the same preflight.
    """
    words = ["hdrcli", "check", "URL" if url is None else shlex.quote(url)]
    words += ["--origin", "PAGE" if page is None else shlex.quote(page)]
    if method is not None:
        words += ["-X", shlex.quote(method)]
    for name in header_names:
        words += ["-H", shlex.quote(f"{name}: {'application/json' if name.lower() == 'content-type' else 1}")]
    if credentials:
        words += ["--credentials", "include"]
    return " ".join(words)
