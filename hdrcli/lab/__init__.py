"""The header lab: a page that calls an API in the visitor's own browser, next to what hdrcli says of it.

Theory of operation. The page is served on a loopback port of its own, so that it has another origin than the API. Its
script calls `fetch()` and sends what it could read to the lab's server (`app.py`), which checks the same request as
`hdrcli check` does (`checking.py`) and compares both. The page shows the result and computes none of it.

The server sends requests for whoever may use it. It therefore listens on loopback only, refuses hosts and origins that
are not its own, wants a token that only the printed URL has (`hdrcli.loopback`), and requests nothing but the API it
was started for.
"""
