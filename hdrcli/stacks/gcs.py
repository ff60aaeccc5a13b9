"""Google Cloud Storage: https://cloud.google.com/storage/docs/configuring-cors.

Traps: responseHeader is both lists: the request headers that preflights allow, and the response headers that are
exposed. The endpoint storage.cloud.google.com (with login) does no CORS: storage.googleapis.com does.
"""

from __future__ import annotations

from typing import Final

from hdrcli.stacks.dialect import Dialect
from hdrcli.stacks.fix import FixText

_RULE: Final = "the CORS configuration of the bucket (gcloud storage buckets update --cors-file)"
_BOTH: Final = "The list holds the request headers that are allowed, too, and the response headers that are exposed."
_NO_OPTION: Final = FixText(
    lines=(),
    where=_RULE,
    note="GCS adds the headers by itself to all responses that a CORS rule matches: correct the rule.",
)

DIALECT: Final = Dialect(
    where=_RULE,
    templates={
        "origins": '"origin": [{list}]',
        "methods": '"method": [{list}]',
        "request-headers": '"responseHeader": [{list}]',
        "expose": '"responseHeader": [{list}]',
        "credentials": '"origin": [...]',
        "max-age": '"maxAgeSeconds": {value}',
    },
    notes={
        "request-headers": _BOTH,
        "expose": _BOTH,
        "credentials": "GCS has no such option: call fetch() without credentials.",
    },
    arrangements={
        "cors-layer": FixText(
            lines=(
                '[{"origin": ["https://app.example"], "method": ["GET", "HEAD"],',
                '  "responseHeader": ["Content-Type"], "maxAgeSeconds": 600}]',
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
            note="GCS sends Vary: Origin only where a rule matches the request's Origin: have caches in front of it "
            "keep a copy for each Origin.",
        ),
    },
)
