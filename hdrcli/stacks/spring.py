"""Spring MVC, Boot and Security: https://docs.spring.io/spring-framework/reference/web/webmvc-cors.html.

Recognised by `DefaultCorsProcessor`'s 403 with the text "Invalid CORS request". Three `Vary` lines are no sign:
gin-contrib/cors and go-chi/cors send the same.

Traps: Spring Security responds before MVC's CORS, unless the chain has `http.cors(...)`. `allowedOrigins("*")` and
`allowCredentials(true)` together throw an exception: `allowedOriginPatterns` is what takes patterns.
"""

from __future__ import annotations

from typing import Final

from hdrcli.stacks.dialect import Dialect
from hdrcli.stacks.fix import FixText

_CHAIN: Final = FixText(
    lines=("http.cors(Customizer.withDefaults())",),
    where="in the SecurityFilterChain bean",
    note="Spring Security responds before the CORS of MVC; this makes it use the same configuration.",
)

DIALECT: Final = Dialect(
    where='in addCorsMappings: registry.addMapping("/**")',
    templates={
        "origins": ".allowedOrigins({list})",
        "methods": ".allowedMethods({list})",
        "request-headers": ".allowedHeaders({list})",
        "expose": ".exposedHeaders({list})",
        "credentials": ".allowCredentials(true)",
        "max-age": ".maxAge({value})",
    },
    arrangements={
        "cors-layer": FixText(
            lines=(
                "@Override public void addCorsMappings(CorsRegistry registry) {",
                '    registry.addMapping("/**").allowedOrigins("https://app.example");',
                "}",
            ),
            where="in a @Configuration class that implements WebMvcConfigurer",
        ),
        "outermost": _CHAIN,
        "preflights-first": _CHAIN,
        "errors": _CHAIN,
        "one-layer": FixText(
            lines=('response.setHeader("{name}", null);',),
            where="in the filter that sets it by hand",
            note="Or remove that filter, or the @CrossOrigin annotations.",
        ),
        "vary-origin": FixText(
            lines=('response.addHeader("Vary", "Origin");',),
            where="in the filter that sets Access-Control-Allow-Origin by hand",
            note="Spring's own CORS does both.",
        ),
    },
)
