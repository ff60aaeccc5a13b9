"""Cloudflare R2: https://developers.cloudflare.com/r2/buckets/cors/.

Its rules are written as those of S3.

Traps: the policy holds for the S3 API and custom domains; a presigned URL's Content-Type has to be allowed by name. A
change takes up to 30 seconds, and cached objects keep the old headers until they are purged.
"""

from __future__ import annotations

from typing import Final

from hdrcli.stacks.buckets import bucket_dialect
from hdrcli.stacks.s3 import FIRST_RULE, TEMPLATES

DIALECT: Final = bucket_dialect(
    "R2",
    where="the CORS policy of the bucket (Settings > CORS Policy)",
    templates=TEMPLATES,
    first_rule=FIRST_RULE,
    notes={"credentials": "R2 has no such option: call fetch() without credentials, or put a Worker in front."},
)
