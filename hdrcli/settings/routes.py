"""The settings that choose the routes of a service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from hdrcli.settings.option import file_name, name_and_value, option

ProfileName = Literal[
    "mcp",
    "mcp-2026",
    "tus",
    "s3-upload",
    "range-reader",
    "grpc-web",
    "rest-pagination",
    "download",
    "rate-limit",
    "conditional",
]
"""Each is a module of `hdrcli.profiles`."""


@dataclass(frozen=True, kw_only=True, init=False, eq=False, repr=False)
class Routes:
    """Which routes of a service with an OpenAPI document are checked, and with which values.

    `openapi` is the document's URL or file, `server` the URL that the operations' paths are below. `routes`, `tags` and
    `operation_ids` are patterns with * and ?; empty ones choose all.
    """

    openapi: str | None = option(
        None,
        "--openapi",
        metavar="FILE",
        read=file_name,
        help="The file or URL of the service's OpenAPI document, in JSON or YAML. Default: looked for if the URL to "
        "check has no path.",
    )
    find_openapi: bool = option(
        True, "--find-openapi", "--no-openapi", help="Check a URL without a path as a single route."
    )
    server: str | None = option(
        None,
        "--server",
        metavar="URL",
        help="The URL that the document's paths are below. Default: the service's URL and the path of the document's "
        "server.",
    )
    params: tuple[tuple[str, str], ...] = option(
        (),
        "--param",
        metavar="NAME=VALUE",
        separator="\n",
        read=name_and_value,
        help="The value of a path, query or header parameter. Default: the document's example or default.",
    )
    routes: tuple[str, ...] = option(
        (),
        "--route",
        metavar="PATTERN",
        separator=",",
        help="Check only operations, or requests of a recording, whose path matches, such as '/items*'.",
    )
    tags: tuple[str, ...] = option(
        (), "--tag", metavar="PATTERN", separator=",", help="Check only operations with a tag that matches."
    )
    operation_ids: tuple[str, ...] = option(
        (), "--operation-id", metavar="PATTERN", separator=",", help="Check only operations whose id matches."
    )
    include_unsafe: bool = option(
        False,
        "--include-unsafe",
        "--no-include-unsafe",
        help="Send the document's POST, PUT, PATCH and DELETE requests, with example bodies. Default: their preflights "
        "only.",
    )
    profile: ProfileName | None = option(
        None,
        "--profile",
        choices=get_args(ProfileName),
        in_file="service",
        help="Send the requests of this client, one after the other, and check that the client works. Some of them "
        "change data: hdrcli profiles NAME describes this, --dry-run prints all requests.",
    )
