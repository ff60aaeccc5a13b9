"""Cloudflare R2: https://developers.cloudflare.com/r2/buckets/cors/.

Traps: the policy holds for the S3 API and custom domains; a presigned URL's Content-Type has to be allowed by name. A
change takes up to 30 seconds, and cached objects keep the old headers until they are purged.
"""

from __future__ import annotations

from typing import Final

from hdrcli.stacks.dialect import Dialect
from hdrcli.stacks.fix import FixText

_RULE: Final = "the CORS policy of the bucket (Settings > CORS Policy)"
_NO_OPTION: Final = FixText(
    lines=(),
    where=_RULE,
    note="R2 adds the headers by itself to all responses that a CORS rule matches: correct the rule.",
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
    notes={"credentials": "R2 has no such option: call fetch() without credentials, or put a Worker in front."},
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
            note="R2 sends Vary: Origin only where a rule matches the request's Origin: have caches in front of it "
            "keep a copy for each Origin.",
        ),
    },
)
