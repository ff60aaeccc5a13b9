"""The configuration in a project's `hdrcli.toml` or `pyproject.toml`: found, read, shown, begun.

Only what a project's file needs is imported: a start without a file loads `given` and `finding`.
"""
