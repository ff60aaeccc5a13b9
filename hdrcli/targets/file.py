"""An existing file, or `-` for standard input: its contents say what it is.

A HAR, the output of `curl -i` or `curl -v`, and a saved report are recordings, which are judged without any request.
A curl command is a request to make. Standard input may also be a list of requests, as `@FILE` is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePath
from typing import Final

from hdrcli.planning.routes import Route
from hdrcli.records.errors import UsageError
from hdrcli.settings import Settings
from hdrcli.targets.planned import Planned
from hdrcli.targets.reading import file_named, read_bytes, shown_name, text_of

NAME: Final = "a file (a HAR of DevTools, a saved report, the output of curl -i or -v, or a curl command)"

_STANDARD_INPUT: Final = "-"
_MOST_BYTES: Final = 128 * 2**20
_MOST_BYTES_OF_TEXT: Final = 64 * 2**20
_BEGINNING: Final = 64 * 2**10
_SOURCE_CODE: Final = frozenset(
    {".cjs", ".cs", ".ex", ".go", ".java", ".js", ".jsx", ".kt", ".mjs", ".mts", ".php", ".rb", ".rs", ".ts", ".tsx"}
)
"""Of services in other languages than Python."""

_is_json = re.compile(rb"(?:\xef\xbb\xbf)?\s*[{\[]").match
_is_report = re.compile(
    rb'(?:\xef\xbb\xbf)?\s*\{\s*"(?:schema"\s*:|hdrcli"\s*:|type"\s*:\s*"(?:route|service|run)")'
).match
"""How a saved report begins, which is JSON; `jq -S` sorts the members of its object."""
_is_curl_output = re.compile(
    rb"\s*HTTP/[0-9.]+ [0-9]|(?:[*{}] ?.*\r?\n|[<>] .*\r?\n)*[<>] (?:HTTP/[0-9]|[A-Z]+ )"
).match


def read(text: str, settings: Settings) -> Planned | Iterable[Route] | None:
    """What an existing file holds; None for a word that names no file.

    Raises `UsageError` for a file that cannot be read, and for contents of no kind.
    """
    path = None if text == _STANDARD_INPUT else file_named(text)
    if path is None and text != _STANDARD_INPUT:
        return None
    name = shown_name(path)
    data = read_bytes(path, _MOST_BYTES)
    if _is_report(data):
        from hdrcli.targets.saved_report import read_report

        return read_report(data, name, settings)
    if _is_json(data):
        from hdrcli.targets.har import read_har

        return read_har(data, name, settings)
    if len(data) > _MOST_BYTES_OF_TEXT:
        raise UsageError(f"{name} is larger than {_MOST_BYTES_OF_TEXT // 2**20} MiB, the most that is read of a text.")
    if _is_curl_output(data[:_BEGINNING]):
        from hdrcli.targets.curl_output import read_curl_output

        return read_curl_output(data, name, settings)
    contents = text_of(data, name)
    from hdrcli.targets.curl import is_curl

    if is_curl(contents):
        from hdrcli.targets.curl_command import parse_command

        return parse_command(contents, name, settings)
    if path is None:
        from hdrcli.targets.request_list import routes_of

        return routes_of(contents, name, settings)
    if not contents.strip():
        raise UsageError(f"{name} is empty.")
    if PurePath(name).suffix in _SOURCE_CODE:
        raise UsageError(
            f"{name} is source code, which hdrcli does not run: give the URL of the running service, or the command "
            "that starts it with --launch."
        )
    raise UsageError(
        f"{name} is not a file that can be checked: give a HAR of DevTools, a saved report, the output of curl -i or "
        f"-v, or a curl command. If it has a URL on each line, write @{name}."
    )
