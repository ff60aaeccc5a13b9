"""Envoy, the CORS filter: https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/cors_filter.

Traps: the filter has to stand before ext_authz, jwt_authn and the router in `http_filters`; without a `CorsPolicy` on
the virtual host or the route it does nothing. Lists are one string. Responses that a filter before it writes have no
CORS headers.
"""

from __future__ import annotations

from typing import Final

from hdrcli.stacks.dialect import Dialect, plain, quoted
from hdrcli.stacks.fix import FixText

_POLICY: Final = "typed_per_filter_config.envoy.filters.http.cors (CorsPolicy) of the virtual_host or route"
_FIRST: Final = FixText(
    lines=("- name: envoy.filters.http.cors",),
    where="first in http_filters",
    note="Filters before it, such as ext_authz, respond without CORS headers.",
)

DIALECT: Final = Dialect(
    where=_POLICY,
    templates={
        "origins": "allow_origin_string_match: [{list}]",
        "methods": 'allow_methods: "{list}"',
        "request-headers": 'allow_headers: "{list}"',
        "expose": 'expose_headers: "{list}"',
        "credentials": "allow_credentials: true",
        "max-age": 'max_age: "{value}"',
    },
    item=plain,
    items={"origins": lambda origin: f"{{exact: {quoted(origin)}}}"},
    wildcards={"origins": 'allow_origin_string_match: [{prefix: ""}]'},
    removing="response_headers_to_remove",
    compression="envoy.filters.http.compressor",
    arrangements={
        "cors-layer": FixText(
            lines=('allow_origin_string_match: [{exact: "https://app.example"}]',),
            where=_POLICY,
            note="With envoy.filters.http.cors first in http_filters.",
        ),
        "outermost": _FIRST,
        "preflights-first": _FIRST,
        "errors": _FIRST,
        "one-layer": FixText(
            lines=('response_headers_to_remove: ["{name}"]',),
            where="the virtual_host or route",
            note="It drops the application's line before the filter adds its own.",
        ),
        "vary-origin": FixText(
            lines=('response_headers_to_add: [{header: {key: "Vary", value: "Origin"}}]',),
            where="the virtual_host or route",
        ),
    },
)
