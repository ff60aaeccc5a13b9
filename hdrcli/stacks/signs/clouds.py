"""Buckets, gateways and CDNs of clouds."""

from __future__ import annotations

from typing import Final

from hdrcli.stacks.evidence import Evidence, Part, Sign


def s3(evidence: Evidence) -> Sign | None:
    """Its server, the XML of a refusal, or the two request ids that others imitate, too."""
    if "CORSResponse: " in evidence.body:
        return Sign(certainty="certain", evidence="body: CORSResponse: ...", part="did CORS")
    if evidence.get("server") == "AmazonS3":
        return Sign(certainty="certain", evidence="server: AmazonS3")
    if "x-amz-request-id" in evidence.values and "x-amz-id-2" in evidence.values:
        return Sign(certainty="likely", evidence="x-amz-request-id, x-amz-id-2")
    return None


def gcs(evidence: Evidence) -> Sign | None:
    """Its upload id, which is on every response."""
    if "x-guploader-uploadid" in evidence.values:
        return Sign(certainty="certain", evidence="x-guploader-uploadid")
    return None


def azure(evidence: Evidence) -> Sign | None:
    """Its server, such as Windows-Azure-Blob/1.0; a refused preflight is its CORS layer's."""
    server = evidence.get("server")
    if not server.startswith(_AZURE_SERVERS):
        return None
    part: Part = "did CORS" if "<Code>CorsPreflightFailure" in evidence.body else "wrote"
    return Sign(certainty="certain", evidence=f"server: {server}", part=part)


def api_gateway(evidence: Evidence) -> Sign | None:
    """Its request ids; the error type says that it responded itself."""
    name = next((name for name in _API_GATEWAY_IDS if name in evidence.values), None)
    if name is None:
        return None
    part: Part = "wrote" if "x-amzn-errortype" in evidence.values else "passed on"
    return Sign(certainty="certain", evidence=name, part=part)


def cloudfront(evidence: Evidence) -> Sign | None:
    """Its request id; X-Cache says whether the error is its own."""
    if "x-amz-cf-id" not in evidence.values:
        return None
    own = evidence.get("server") == "CloudFront" or evidence.get("x-cache").startswith(_CLOUDFRONT_OWN)
    part: Part = "wrote" if own else "passed on"
    return Sign(certainty="certain", evidence="x-amz-cf-id", part=part)


def cloudflare(evidence: Evidence) -> Sign | None:
    """Its ray id; a challenge and the 52x are its own."""
    if "cf-ray" not in evidence.values:
        return None
    own = (
        "cf-mitigated" in evidence.values
        or evidence.status in _CLOUDFLARE_OWN
        or evidence.body.startswith("error code: ")
    )
    part: Part = "wrote" if own else "passed on"
    return Sign(certainty="certain", evidence="cf-ray", part=part)


_AZURE_SERVERS: Final = ("Windows-Azure-", "Azurite-")
_API_GATEWAY_IDS: Final = ("apigw-requestid", "x-amz-apigw-id")
_CLOUDFRONT_OWN: Final = ("LambdaGeneratedResponse", "FunctionGeneratedResponse", "Redirect from cloudfront")
_CLOUDFLARE_OWN: Final = range(520, 531)
