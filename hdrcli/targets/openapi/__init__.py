"""Services with an OpenAPI document: finds the document, and makes routes of its operations."""

from __future__ import annotations

from hdrcli.targets.openapi.enumeration import Enumerated, routes_of
from hdrcli.targets.openapi.finding import Found, find_document

__all__ = ["Enumerated", "Found", "find_document", "routes_of"]
