"""OpenAPI documents: what they declare. Pure, and no document makes it raise or take long."""
