"""The proxy: passes the requests of a real front end on to its service, and judges the responses.

Theory of operation. Bytes are passed on as they come, in both directions (`relay.py`): nothing is parsed before it is
passed on, so that whatever the two sides speak works as without the proxy. A copy of the bytes goes to a follower
(`following.py`), which finds the heads of requests and responses. It keeps no bodies. Where it cannot follow, the
connection goes on without it, and the report says how many there were.

What the follower finds is a request that a browser sent, and the response that it got (`exchanges.py`). Equal ones are
counted. Each new one becomes a route with a recording, which is checked like the recordings that `hdrcli check` reads:
the browser named by `User-Agent`, and the page named by `Origin`, decide by whose rules. The run of the check lasts as
long as the proxy (`target.py`).
"""
