"""Who else can read a service's responses: requests from origins that a faulty configuration would allow.

Theory of operation
-------------------
`probes` is a table of origins: how each is made of the origins of the service and of its pages (by `planning`), which
fault of the server it shows, and who can have a page there. `run` checks the URL as `hdrcli check` does, with these
origins as its pages. So a response counts as readable only if a browser at that origin would let JavaScript read it;
what cannot be read is no finding. Each origin has a run of its own, so that `Trial.result` has what was found at any
moment. `judging` makes findings of what can be read: a response that any website can read without cookies is public,
and who else can read that does not matter. `evidence` says what the responses and the address of the service show:
data for everyone, or for the users of a network. `report` writes each result when its audit ends.
"""
