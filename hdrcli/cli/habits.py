"""Options of curl and HTTPie that `hdrcli check` does not have, and what to do instead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_FORM: Final = (
    "A form is a body with a Content-Type: give both with -d (@FILE for a file) and "
    "-H 'Content-Type: multipart/form-data; boundary=...'."
)
_ENCODED: Final = "Percent-encode the value in the URL, or in -d."
_AS_DATA: Final = 'Write -d TEXT: it is sent as it is, unless it begins with "@".'
_SILENT: Final = "Progress is shown only on a terminal. -q prints no report."
_HEADS: Final = "The report shows the headers; -v prints the raw lines of every request and response."
_FOLLOW: Final = "fetch() follows redirects: omit it. --redirect error or manual changes that."
_FAIL: Final = "An error fails the check unless --expect-status allows it: omit it."
_AGENT: Final = "--browser chooses the browser to simulate; --send 'User-Agent: ...' sends another value."
_COMPRESSED: Final = "Browsers accept compressed responses, and so does hdrcli: omit it."
_ONE_FAMILY: Final = "--resolve HOST:PORT:ADDRESS chooses the address."
_NO_STYLE: Final = "--color never prints without colors."
_UPLOAD: Final = "Write -X PUT -d @FILE."
_RANGE: Final = "Write -H 'Range: bytes=0-5'."
_SEVERAL: Final = "Give all URLs in one command: up to --concurrency of their routes are checked at once."
_STORED: Final = "A fetch keeps its cookies until it ends; -b gives those it begins with."
_FORMATS: Final = "--format json has all results, and --output FILE writes them to a file."

INSTEAD: Final[Mapping[str, str]] = {
    **dict.fromkeys(("-F", "--form", "--form-string"), _FORM),
    **dict.fromkeys(("--data-urlencode", "-G", "--get"), _ENCODED),
    **dict.fromkeys(("--data-raw", "--data-binary", "--data-ascii", "--raw"), _AS_DATA),
    **dict.fromkeys(("-s", "--silent", "-S", "--show-error", "--no-progress-meter"), _SILENT),
    **dict.fromkeys(("-i", "--include", "--show-headers", "-D", "--dump-header", "-p", "--print"), _HEADS),
    **dict.fromkeys(("-L", "--location", "--follow"), _FOLLOW),
    **dict.fromkeys(("-f", "--fail", "--fail-with-body", "--check-status"), _FAIL),
    **dict.fromkeys(("-A", "--user-agent"), _AGENT),
    **dict.fromkeys(("-e", "--referer"), "The browser sets Referer from the page: --origin names the page's origin."),
    **dict.fromkeys(("--compressed", "--tr-encoding"), _COMPRESSED),
    **dict.fromkeys(("-4", "--ipv4", "-6", "--ipv6"), _ONE_FAMILY),
    **dict.fromkeys(("-w", "--write-out", "-O", "--remote-name", "-j"), _FORMATS),
    **dict.fromkeys(("-c", "--cookie-jar", "--session", "--session-read-only"), _STORED),
    **dict.fromkeys(("--no-color", "--pretty", "--style"), _NO_STYLE),
    **dict.fromkeys(("-T", "--upload-file"), _UPLOAD),
    **dict.fromkeys(("-r", "--range"), _RANGE),
    **dict.fromkeys(("--next", "--parallel"), _SEVERAL),
    **dict.fromkeys(("-n", "--netrc", "--netrc-file"), "Write -u USER:PASSWORD or --bearer TOKEN."),
    "-m": "Write --max-time SECONDS.",
    "-E": "Write --cert FILE.",
    "--url": "Give the URL without an option.",
    "--limit-rate": "--rate N/s limits the number of requests.",
    "--offline": "Write --dry-run.",
    "--ignore-stdin": "Standard input is read only for @- and -: omit it.",
    **dict.fromkeys(("-a", "--auth"), "Write -u USER:PASSWORD or --bearer TOKEN."),
    "--oauth2-bearer": "Write --bearer TOKEN.",
    "--no-verify": "Write --insecure.",
    "--request": "Write --method.",
    "-V": 'Write "hdrcli --version".',
    "--version": 'Write "hdrcli --version".',
}
"""Option -> what to do. None of them is an option of hdrcli: tests/cli/test_habits.py."""
