"""Tests of `hdrcli.audit`."""
