"""gRPC-Web, as grpc-web and Connect for Web speak it.

The status of a call is in the trailers, which are part of the body; a call that fails early has it in the headers
instead. A server sends `grpc-status` among the headers only then, so that it must be readable if it is sent.
"""

from __future__ import annotations

from typing import Final

from hdrcli.profiles.profile import Profile, Step

_EMPTY_MESSAGE: Final = "\0" * 5
"""The frame of a message without fields: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#requests."""

PROFILE: Final = Profile(
    name="grpc-web",
    title="gRPC-Web",
    url="a method of a service, such as http://localhost:8080/shop.Items/List",
    note="It calls the method with an empty message.",
    steps=(
        Step(
            name="call",
            method="POST",
            headers=(
                ("Content-Type", "application/grpc-web+proto"),
                ("X-Grpc-Web", "1"),
                ("X-User-Agent", "grpc-web-javascript/0.1"),
            ),
            body=_EMPTY_MESSAGE,
            statuses=("200",),
            reads_if_sent=("grpc-status", "grpc-message", "grpc-status-details-bin"),
        ),
    ),
    sources=(
        "https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md",
        "https://github.com/grpc/grpc-web (2.1.1: javascript/net/grpc/web/grpcwebclientbase.js)",
        "https://github.com/connectrpc/connect-es (2.3.0: protocol-grpc-web/request-header.ts)",
        "https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/grpc_web_filter",
    ),
)
