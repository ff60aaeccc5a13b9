"""Text from outside: escaping, redaction, field names."""
