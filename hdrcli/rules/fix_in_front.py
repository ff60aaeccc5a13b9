"""What to do about a response that a layer in front of the service wrote itself."""

from __future__ import annotations

from hdrcli.rules.evidence.in_front import OwnResponse, Reason
from hdrcli.stacks.setting import Setting


def fix_in_front(sign: OwnResponse, *, is_preflight: bool, page: str) -> tuple[str, Setting | None]:
    """What to do about a response that this layer wrote itself, and the layer's own setting."""
    return _sentence(sign, is_preflight=is_preflight), _setting(sign, is_preflight=is_preflight, page=page)


def _setting(sign: OwnResponse, *, is_preflight: bool, page: str) -> Setting | None:
    if not sign.stack or (is_preflight and sign.reason in {Reason.UNAVAILABLE, Reason.CRASHED}):
        return None
    if is_preflight and sign.reason is Reason.ROUTE:
        return Setting(concept="cors-layer", values=(page,), stack=sign.stack)
    if is_preflight:
        return Setting(concept="preflights-first", stack=sign.stack)
    if sign.reason in {Reason.KEY, Reason.CRASHED}:
        return Setting(concept="errors", values=(page,), stack=sign.stack)
    return None


def _sentence(sign: OwnResponse, *, is_preflight: bool) -> str:
    product, request = sign.product, "preflights" if is_preflight else "the page's requests"
    match sign.reason:
        case Reason.CHALLENGE if sign.product == "ngrok":
            fix = "Let the page send the header ngrok-skip-browser-warning: ngrok responds to browsers with a warning"
            return f"{fix}, and fetch() can't confirm it"
        case Reason.CHALLENGE:
            return f"Exempt {request} from the challenges of {product}: fetch() can't solve one"
        case Reason.FIREWALL:
            why = "a rule blocks them, perhaps because hdrcli is not a browser"
            return f"Let {product} forward {request} to the service: {why}"
        case Reason.KEY if is_preflight:
            return f"Let {product} pass preflights without a key or a token: they never carry credentials"
        case Reason.KEY:
            return f"Send the key or token that {product} requires, and let its errors have CORS headers"
        case Reason.ROUTE if is_preflight:
            return f"Configure CORS in {product}, or add a route for OPTIONS there: it has none for this path"
        case Reason.ROUTE:
            return f"Check the URL and the method: {product} has no such route, so the service gets no request"
        case Reason.METHOD:
            return f"Let {product} forward the method {'OPTIONS' if is_preflight else 'of the request'}"
        case Reason.CRASHED:
            function = "the function behind it failed, or returned no valid response"
            return f"Correct the error that the function's log shows, and let {product} add CORS headers: {function}"
        case Reason.UNAVAILABLE:
            return f"Start the service, or fix the connection of {product} to it: this response is its own"
