"""Compares responses, and what pages get of them: the two sides of `hdrcli compare`, and of `hdrcli check --compare`.

`headers` compares the header lines of two responses, `facts` takes from a checked route what is compared and forgets
the rest, `routes` compares the facts of two routes, `matching` finds the routes that belong together. Nothing is sent.

Values that differ from response to response are not compared: those of some names (`headers.VARYING`), and those that
differ among the responses of one side (`RouteFacts.varying`). Secrets are compared as they are shown, so two values
that are redacted are equal.
"""
