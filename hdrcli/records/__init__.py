"""The recorded facts, as frozen values."""
