"""Kinds of targets other than a URL that is already served."""
