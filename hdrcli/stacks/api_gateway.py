"""AWS API Gateway: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html.

Recognised by the request ids of HTTP APIs (`apigw-requestid`) and REST APIs (`x-amz-apigw-id`). The options are those
of `CorsConfiguration` of an HTTP API; a REST API has no such option, and its integration sends the headers.

Traps: an HTTP API with CORS configured drops the CORS headers of the integration. Errors of a REST API's gateway
(authorizer, throttling, time-out) have only the headers of its gateway responses.
"""

from __future__ import annotations

from typing import Final

from hdrcli.stacks.dialect import Dialect
from hdrcli.stacks.fix import FixText

_CONFIGURATION: Final = "CorsConfiguration of the HTTP API"
_ALL_RESPONSES: Final = FixText(
    lines=("CorsConfiguration: { AllowOrigins: [...] }",),
    where="AWS::ApiGatewayV2::Api, or AWS::Serverless::HttpApi",
    note="The gateway then responds to preflights before an authorizer, and adds the headers to every response.",
)

DIALECT: Final = Dialect(
    where=_CONFIGURATION,
    templates={
        "origins": "AllowOrigins: [{list}]",
        "methods": "AllowMethods: [{list}]",
        "request-headers": "AllowHeaders: [{list}]",
        "expose": "ExposeHeaders: [{list}]",
        "credentials": "AllowCredentials: true",
        "max-age": "MaxAge: {value}",
    },
    arrangements={
        "cors-layer": FixText(
            lines=('CorsConfiguration: { AllowOrigins: ["https://app.example"], AllowMethods: ["*"] }',),
            where="AWS::ApiGatewayV2::Api, or AWS::Serverless::HttpApi",
        ),
        "outermost": _ALL_RESPONSES,
        "preflights-first": FixText(
            lines=("AddDefaultAuthorizerToCorsPreflight: false",),
            where="Auth of AWS::Serverless::Api; an HTTP API with CorsConfiguration needs no such line",
            note="An authorizer on OPTIONS refuses every preflight.",
        ),
        "errors": FixText(
            lines=(
                "ResponseType: DEFAULT_4XX",
                "ResponseParameters: { gatewayresponse.header.Access-Control-Allow-Origin: \"'https://app.example'\" }",
            ),
            where="an AWS::ApiGateway::GatewayResponse, and another one for DEFAULT_5XX",
            note="Errors of the gateway itself never reach the integration.",
        ),
        "one-layer": FixText(
            lines=(),
            where=_CONFIGURATION,
            note="Remove these headers from the integration: the gateway's configuration sends them.",
        ),
        "vary-origin": FixText(
            lines=('"Vary": "Origin"',), where="in the headers that the integration returns, such as a Lambda function"
        ),
    },
)
