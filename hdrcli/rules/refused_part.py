"""The part of a preflight that a CORS layer refuses without naming it, as a simpler preflight shows; and its fix."""

from __future__ import annotations

from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.blocked import Blocked, requested_header_names, requested_method
from hdrcli.rules.evidence.lists import ALLOW_HEADERS, ALLOW_METHODS, complete_list, preflight_list
from hdrcli.rules.methods import allowing_method
from hdrcli.stacks.setting import Setting
from hdrcli.structs import Record


class RefusedPart(Record, frozen=True, kw_only=True):
    """The method or the request headers: `variant` says which."""

    variant: str
    fix: str
    setting: Setting | None


def refused_part(block: Blocked, allowed: Blocked, diagnosis: Diagnosis) -> RefusedPart:
    """What `block` has and `allowed` has not, a preflight of the same page."""
    names = diagnosis.as_page_spells(requested_header_names(block))
    method = requested_method(block)
    if requested_method(allowed) != method:
        fix, setting = allowing_method([block])
        if setting is not None:
            setting = complete_list([allowed], ALLOW_METHODS, setting.values)
        return RefusedPart(variant="method", fix=f"{fix}{and_names(names)}", setting=setting)
    known = {name.lower() for name in preflight_list(allowed, ALLOW_HEADERS)}
    missing = [name for name in names if name.lower() not in known] or names
    return RefusedPart(
        variant="headers",
        fix=f"Allow the request header{'s' * (len(missing) > 1)} {', '.join(missing)}",
        setting=complete_list([allowed], ALLOW_HEADERS, missing),
    )


def and_names(names: list[str]) -> str:
    """The rest of a fix for a method: the request headers may be refused, too."""
    if len(names) == 1:
        return f", and the request header {names[0]} if it is not allowed"
    return f", and the request headers {', '.join(names)} if they are not allowed" if names else ""
