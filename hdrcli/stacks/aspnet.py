"""ASP.NET Core: https://learn.microsoft.com/aspnet/core/security/cors.

Traps: the order is UseRouting, UseCors, UseAuthentication, UseAuthorization, and UseCors comes before the endpoints.
The exception handler clears the headers that were set before: UseExceptionHandler has to come before UseCors. The
methods that CorsService lists are those of the policy, and none for AllowAnyMethod: it repeats the requested one.
"""

from __future__ import annotations

from typing import Final

from hdrcli.stacks.dialect import Dialect
from hdrcli.stacks.fix import FixText

_POLICY: Final = "the policy in builder.Services.AddCors(...)"
_ORDER: Final = FixText(
    lines=("app.UseCors();",),
    where="after app.UseRouting() and app.UseExceptionHandler(...), before app.UseAuthentication()",
    note="The middleware that is added first is the outermost.",
)

DIALECT: Final = Dialect(
    where=_POLICY,
    templates={
        "origins": "policy.WithOrigins({list})",
        "methods": "policy.WithMethods({list})",
        "request-headers": "policy.WithHeaders({list})",
        "expose": "policy.WithExposedHeaders({list})",
        "credentials": "policy.AllowCredentials()",
        "max-age": "policy.SetPreflightMaxAge(TimeSpan.FromSeconds({value}))",
    },
    wildcards={
        "origins": "policy.AllowAnyOrigin()",
        "methods": "policy.AllowAnyMethod()",
        "request-headers": "policy.AllowAnyHeader()",
    },
    arrangements={
        "cors-layer": FixText(
            lines=(
                "builder.Services.AddCors(options => options.AddDefaultPolicy(policy => policy",
                '    .WithOrigins("https://app.example").AllowAnyHeader().AllowAnyMethod()));',
                "app.UseCors();",
            ),
            where="in Program.cs, UseCors before app.UseAuthentication() and the endpoints",
        ),
        "outermost": _ORDER,
        "preflights-first": _ORDER,
        "errors": _ORDER,
        "one-layer": FixText(
            lines=('context.Response.Headers.Remove("{name}");',),
            where="in the middleware that sets it by hand; in web.config: <customHeaders>",
            note="Or remove what sets it: UseCors() does.",
        ),
        "vary-origin": FixText(
            lines=('context.Response.Headers.Append("Vary", "Origin");',),
            where="where the application sets Access-Control-Allow-Origin by hand",
            note="UseCors() does so only where the policy has several origins.",
        ),
    },
)
