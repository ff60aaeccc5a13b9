"""Azure Storage: https://learn.microsoft.com/rest/api/storageservices/set-blob-service-properties.

Recognised by its server. The options are the elements of a CORS rule, whose names the portal has, too.

Traps: a rule needs all five elements, and the first rule that matches the origin, the method and the request headers
decides. Blobs, files, queues and tables each have rules of their own. A refused preflight has status 403 and the code
CorsPreflightFailure, whichever part no rule allows; other responses then lack the headers.
"""

from __future__ import annotations

from typing import Final

from hdrcli.stacks.buckets import bucket_dialect
from hdrcli.stacks.dialect import plain

DIALECT: Final = bucket_dialect(
    "Azure Storage",
    where="a CORS rule of the storage account (Settings > Resource sharing)",
    templates={
        "origins": "<AllowedOrigins>{list}</AllowedOrigins>",
        "methods": "<AllowedMethods>{list}</AllowedMethods>",
        "request-headers": "<AllowedHeaders>{list}</AllowedHeaders>",
        "expose": "<ExposedHeaders>{list}</ExposedHeaders>",
        "credentials": "<AllowedOrigins>...</AllowedOrigins>",
        "max-age": "<MaxAgeInSeconds>{value}</MaxAgeInSeconds>",
    },
    item=plain,
    separator=",",
    first_rule=(
        "<CorsRule><AllowedOrigins>https://app.example</AllowedOrigins><AllowedMethods>GET,HEAD,PUT</AllowedMethods>",
        "<AllowedHeaders>*</AllowedHeaders><ExposedHeaders>ETag</ExposedHeaders>",
        "<MaxAgeInSeconds>600</MaxAgeInSeconds></CorsRule>",
    ),
    notes={
        "origins": "One rule has to allow the origin, the method and all request headers.",
        "credentials": "Azure sends Access-Control-Allow-Credentials for origins that are named, and not for *.",
    },
)
