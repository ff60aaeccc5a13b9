"""Google Cloud Storage: https://cloud.google.com/storage/docs/configuring-cors.

Traps: responseHeader is both lists: the request headers that preflights allow, and the response headers that are
exposed. The endpoint storage.cloud.google.com (with login) does no CORS: storage.googleapis.com does.
"""

from __future__ import annotations

from typing import Final

from hdrcli.stacks.buckets import bucket_dialect

_BOTH: Final = "The list holds the request headers that are allowed, too, and the response headers that are exposed."

DIALECT: Final = bucket_dialect(
    "GCS",
    where="the CORS configuration of the bucket (gcloud storage buckets update --cors-file)",
    templates={
        "origins": '"origin": [{list}]',
        "methods": '"method": [{list}]',
        "request-headers": '"responseHeader": [{list}]',
        "expose": '"responseHeader": [{list}]',
        "credentials": '"origin": [...]',
        "max-age": '"maxAgeSeconds": {value}',
    },
    first_rule=(
        '[{"origin": ["https://app.example"], "method": ["GET", "HEAD"],',
        '  "responseHeader": ["Content-Type"], "maxAgeSeconds": 600}]',
    ),
    notes={
        "request-headers": _BOTH,
        "expose": _BOTH,
        "credentials": "GCS has no such option: call fetch() without credentials.",
    },
)
