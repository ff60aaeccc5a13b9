"""All stacks that hdrcli knows: to add one, write its module, its recogniser, and its entry here."""

from __future__ import annotations

import re
from typing import Final

from hdrcli.stacks.signs import clouds, compiled, javascript, proxies, python
from hdrcli.stacks.stack import Stack

ANY: Final = Stack(name="any", title="the header to send", layer="none", aliases=("header", "headers", "other"))
"""No known stack: the header line itself."""

STACKS: Final = (
    Stack(
        name="starlette",
        title="Starlette and FastAPI, CORSMiddleware",
        layer="application",
        recognise=python.starlette,
        refuses_requests=False,
        aliases=("fastapi",),
    ),
    Stack(
        name="litestar",
        title="Litestar, CORSConfig",
        layer="application",
        recognise=python.litestar,
        refuses_requests=False,
    ),
    Stack(
        name="quart",
        title="Quart, quart-cors",
        layer="application",
        recognise=python.quart,
        refuses_requests=False,
        aliases=("quart-cors",),
    ),
    Stack(
        name="sanic",
        title="Sanic, sanic-ext",
        layer="application",
        recognise=python.sanic,
        refuses_requests=False,
        aliases=("sanic-ext", "sanic-cors"),
    ),
    Stack(
        name="aiohttp",
        title="aiohttp-cors",
        layer="application",
        recognise=python.aiohttp,
        by_hand=python.is_not_of_aiohttp_cors,
        refuses_requests=False,
        aliases=("aiohttp-cors",),
    ),
    Stack(
        name="django",
        title="django-cors-headers",
        layer="application",
        recognise=python.django,
        by_hand=python.has_lists_without_origin,
        refuses_requests=False,
        aliases=("django-cors-headers", "drf", "django-rest-framework"),
    ),
    Stack(
        name="flask",
        title="Flask-CORS",
        layer="application",
        recognise=python.flask,
        by_hand=python.has_lists_without_origin,
        refuses_requests=False,
        aliases=("flask-cors",),
    ),
    Stack(
        name="express",
        title="Express, cors()",
        layer="application",
        recognise=javascript.express,
        aliases=("expressjs", "node", "nodejs"),
    ),
    Stack(
        name="fastify",
        title="Fastify, @fastify/cors",
        layer="application",
        recognise=javascript.fastify,
        aliases=("@fastify/cors",),
    ),
    Stack(
        name="hono",
        title="Hono, hono/cors",
        layer="application",
        recognise=javascript.hono,
        aliases=("hono/cors",),
    ),
    Stack(
        name="nestjs",
        title="NestJS, enableCors()",
        layer="application",
        recognise=javascript.nestjs,
        built_on="express",
        aliases=("nest",),
    ),
    Stack(
        name="spring",
        title="Spring, CorsRegistration",
        layer="application",
        recognise=compiled.spring,
        aliases=("spring-boot", "spring-mvc", "spring-security", "java"),
    ),
    Stack(
        name="aspnet",
        title="ASP.NET Core, CORS policy",
        layer="application",
        recognise=compiled.aspnet,
        aliases=("asp.net-core", "dotnet", ".net", "kestrel", "iis"),
    ),
    Stack(
        name="gin",
        title="gin-contrib/cors",
        layer="application",
        recognise=compiled.gin,
        aliases=("gin-contrib", "gin-contrib/cors", "ollama"),
    ),
    Stack(
        name="go",
        title="Go, rs/cors and go-chi/cors",
        layer="application",
        recognise=compiled.go,
        aliases=("golang", "rs-cors", "chi", "go-chi", "go-chi/cors", "net/http"),
    ),
    Stack(
        name="actix",
        title="actix-web, actix-cors",
        layer="application",
        recognise=compiled.actix,
        aliases=("actix-web", "actix-cors"),
    ),
    Stack(
        name="axum",
        title="axum and tower-http, CorsLayer",
        layer="application",
        recognise=compiled.axum,
        aliases=("tower-http", "tower", "rust"),
    ),
    Stack(
        name="rails",
        title="Rails and Rack, rack-cors",
        layer="application",
        recognise=compiled.rails,
        aliases=("ruby-on-rails", "rack", "rack-cors", "ruby", "sinatra"),
    ),
    Stack(
        name="s3",
        title="AWS S3, CORS configuration of the bucket",
        layer="store",
        recognise=clouds.s3,
        aliases=("amazon-s3", "aws-s3", "minio"),
    ),
    Stack(
        name="r2",
        title="Cloudflare R2, CORS policy of the bucket",
        layer="store",
        aliases=("cloudflare-r2",),
    ),
    Stack(
        name="gcs",
        title="Google Cloud Storage, CORS configuration of the bucket",
        layer="store",
        recognise=clouds.gcs,
        aliases=("google-cloud-storage", "gcp-storage"),
    ),
    Stack(
        name="azure",
        title="Azure Storage, CORS rules of the account",
        layer="store",
        recognise=clouds.azure,
        aliases=("azure-storage", "azure-blob-storage", "azurite"),
    ),
    Stack(
        name="api-gateway",
        title="AWS API Gateway, CorsConfiguration of an HTTP API",
        layer="gateway",
        recognise=clouds.api_gateway,
        aliases=("aws-api-gateway", "apigw", "aws"),
    ),
    Stack(
        name="cloudfront",
        title="AWS CloudFront, response headers policy",
        layer="gateway",
        recognise=clouds.cloudfront,
        aliases=("aws-cloudfront",),
    ),
    Stack(
        name="cloudflare",
        title="Cloudflare, Modify Response Header",
        layer="gateway",
        recognise=clouds.cloudflare,
        has_cors=False,
    ),
    Stack(
        name="nginx",
        title="nginx",
        layer="proxy",
        recognise=proxies.nginx,
        keeps_case=True,
        aliases=("openresty", "ingress-nginx", "nginx-ingress"),
    ),
    Stack(
        name="caddy",
        title="Caddy",
        layer="proxy",
        recognise=proxies.caddy,
    ),
    Stack(
        name="apache",
        title="Apache httpd, mod_headers",
        layer="proxy",
        recognise=proxies.apache,
        keeps_case=True,
        aliases=("httpd", "apache2"),
    ),
    Stack(
        name="haproxy",
        title="HAProxy",
        layer="proxy",
        recognise=proxies.haproxy,
    ),
    Stack(
        name="traefik",
        title="Traefik, headers middleware",
        layer="proxy",
        recognise=proxies.traefik,
    ),
    Stack(
        name="envoy",
        title="Envoy, CORS filter",
        layer="proxy",
        recognise=proxies.envoy,
        aliases=("istio", "envoy-gateway", "contour"),
    ),
)

_separators = re.compile(r"[\s._/@-]+").sub


def stack_by_name(name: str) -> Stack | None:
    """The stack of `--stack NAME`: its name or another one that people use, in any case, with any separators."""
    return _BY_FOLDED_NAME.get(_folded(name))


def known_stack(name: str) -> Stack:
    """The stack of exactly this name. Raises `KeyError` if there is none."""
    return _BY_NAME[name]


def _folded(name: str) -> str:
    return _separators("", name.strip().lower())


_BY_FOLDED_NAME: Final = {_folded(name): stack for stack in (*STACKS, ANY) for name in (stack.name, *stack.aliases)}
_BY_NAME: Final = {stack.name: stack for stack in (*STACKS, ANY)}
