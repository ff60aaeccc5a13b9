"""What the records of a route show: which response blocked a fetch, why a header is hidden, what layers change.

Nothing here knows of rules: `hdrcli.rules.diagnosis` computes each of these once a route.
"""
