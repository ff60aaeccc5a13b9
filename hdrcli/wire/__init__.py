"""Transports: they send an HTTP request exactly as given, and return the head of its response byte for byte."""
