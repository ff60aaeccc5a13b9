"""AWS S3: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html.

Traps: a request whose origin or method no rule matches has no CORS headers; its preflight is a 403 with the XML code
AccessForbidden. ETag is hidden unless ExposeHeaders names it, which multipart uploads need.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hdrcli.stacks.buckets import bucket_dialect
from hdrcli.stacks.setting import Concept

TEMPLATES: Final[Mapping[Concept, str]] = {
    "origins": '"AllowedOrigins": [{list}]',
    "methods": '"AllowedMethods": [{list}]',
    "request-headers": '"AllowedHeaders": [{list}]',
    "expose": '"ExposeHeaders": [{list}]',
    "credentials": '"AllowedOrigins": [...]',
    "max-age": '"MaxAgeSeconds": {value}',
}
FIRST_RULE: Final = (
    '[{"AllowedOrigins": ["https://app.example"], "AllowedMethods": ["GET", "HEAD"],',
    '  "AllowedHeaders": ["*"]}]',
)

DIALECT: Final = bucket_dialect(
    "S3",
    where="the CORS configuration of the bucket (Permissions > CORS, or put-bucket-cors)",
    templates=TEMPLATES,
    first_rule=FIRST_RULE,
    notes={"credentials": "Name the origins: S3 then allows credentials by itself, and not for *."},
)
