"""All rules at a glance."""

from __future__ import annotations

import json
from typing import Final

from hdrcli.explanations.layout import paragraph
from hdrcli.rules.page import page_of
from hdrcli.rules.registry import all_rules

SCHEMA: Final = "hdrcli/rules@1"


def rules_as_table(prefix: str = "") -> str:
    """The rules whose codes begin with the prefix: code, name and severity on one line, the summary below."""
    width = max(len(rule.NAME) for rule in all_rules())
    return "\n".join(
        f"{rule.CODE}  {rule.NAME:<{width}}  {rule.SEVERITY}\n{paragraph(page_of(rule).title, indent='        ')}"
        for rule in all_rules()
        if rule.CODE.startswith(prefix)
    )


def rules_as_json() -> str:
    """One JSON document. Its keys may be added to, but never renamed."""
    rules = [
        {
            "code": rule.CODE,
            "name": rule.NAME,
            "severity": str(rule.SEVERITY),
            "summary": page_of(rule).title,
            "spec": rule.SPEC,
        }
        for rule in all_rules()
    ]
    return json.dumps({"schema": SCHEMA, "rules": rules}, indent=2)
