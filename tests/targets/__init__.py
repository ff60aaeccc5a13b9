"""Kinds of targets."""
