"""What several tests of audits need."""

from __future__ import annotations

import json

import pytest
from jsonschema_rs import Draft202012Validator, meta

from tests.cli.program import hdrcli


@pytest.fixture(scope="session")
def validator() -> Draft202012Validator:
    """That of the reports' schema."""
    schema = json.loads(hdrcli("schema", "audit").out)
    meta.validate(schema)
    return Draft202012Validator(schema)
