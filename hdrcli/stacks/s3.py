"""AWS S3: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html.

Traps: a request whose origin or method no rule matches has no CORS headers; its preflight is a 403 with the XML code
AccessForbidden. ETag is hidden unless ExposeHeaders names it, which multipart uploads need.
"""

from __future__ import annotations

from typing import Final

from hdrcli.stacks.dialect import Dialect
from hdrcli.stacks.fix import FixText

_RULE: Final = "the CORS configuration of the bucket (Permissions > CORS, or put-bucket-cors)"
_NO_OPTION: Final = FixText(
    lines=(),
    where=_RULE,
    note="S3 adds the headers by itself to all responses that a CORS rule matches: correct the rule.",
)

DIALECT: Final = Dialect(
    where=_RULE,
    templates={
        "origins": '"AllowedOrigins": [{list}]',
        "methods": '"AllowedMethods": [{list}]',
        "request-headers": '"AllowedHeaders": [{list}]',
        "expose": '"ExposeHeaders": [{list}]',
        "credentials": '"AllowedOrigins": [...]',
        "max-age": '"MaxAgeSeconds": {value}',
    },
    notes={"credentials": "Name the origins: S3 then allows credentials by itself, and not for *."},
    arrangements={
        "cors-layer": FixText(
            lines=(
                '[{"AllowedOrigins": ["https://app.example"], "AllowedMethods": ["GET", "HEAD"],',
                '  "AllowedHeaders": ["*"]}]',
            ),
            where=_RULE,
        ),
        "outermost": _NO_OPTION,
        "preflights-first": _NO_OPTION,
        "errors": _NO_OPTION,
        "one-layer": FixText(
            lines=(),
            where=_RULE,
            note="Remove {name} from the object's metadata, or from the proxy in front of the bucket.",
        ),
        "vary-origin": FixText(
            lines=(),
            where=_RULE,
            note="S3 sends Vary: Origin only where a rule matches the request's Origin: have caches in front of it "
            "keep a copy for each Origin.",
        ),
    },
)
