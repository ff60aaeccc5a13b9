"""AWS CloudFront: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/response-headers-policies.html.

Traps: a cache behavior that doesn't allow OPTIONS responds to preflights by 403. A cached copy was made for another
origin, or for none, unless Origin is part of the cache key. Error pages of CloudFront itself have only the headers of
the policy.
"""

from __future__ import annotations

from typing import Final

from hdrcli.stacks.dialect import Dialect
from hdrcli.stacks.fix import FixText

_POLICY: Final = "CorsConfig of an AWS::CloudFront::ResponseHeadersPolicy"
_ON_BEHAVIOR: Final = FixText(
    lines=("ResponseHeadersPolicyId: ...",),
    where="the cache behavior of the distribution",
    note="The policy's headers are on every response, errors included.",
)

DIALECT: Final = Dialect(
    where=_POLICY,
    templates={
        "origins": "AccessControlAllowOrigins: { Items: [{list}] }",
        "methods": "AccessControlAllowMethods: { Items: [{list}] }",
        "request-headers": "AccessControlAllowHeaders: { Items: [{list}] }",
        "expose": "AccessControlExposeHeaders: { Items: [{list}] }",
        "credentials": "AccessControlAllowCredentials: true",
        "max-age": "AccessControlMaxAgeSec: {value}",
    },
    arrangements={
        "cors-layer": _ON_BEHAVIOR,
        "outermost": _ON_BEHAVIOR,
        "preflights-first": FixText(
            lines=("AllowedMethods: [GET, HEAD, OPTIONS]",),
            where="the cache behavior of the distribution",
            note="With the methods that the pages use, of course; without OPTIONS preflights are a 403.",
        ),
        "errors": _ON_BEHAVIOR,
        "one-layer": FixText(
            lines=("OriginOverride: true",),
            where=_POLICY,
            note="The policy's headers then replace those of the origin.",
        ),
        "vary-origin": FixText(
            lines=("HeadersConfig: { HeaderBehavior: whitelist, Headers: [Origin] }",),
            where="the cache policy of the behavior",
            note="Then each origin has a cached copy of its own; the origin server has to send Vary: Origin, too.",
        ),
    },
)
