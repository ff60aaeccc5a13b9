"""Lists for many machines: the lines of a list as chunks for the workers of a Dask cluster, shards of results as files.

Theory of operation
-------------------
`run` is the driver. It reads the list and puts each line into one of a fixed number of lanes, by the hash of its site
(`chunks`). A thousand lines of a lane are a chunk, and a lane has at most one chunk at the workers: so a site is at one
worker at a time, and the limits for hosts hold without messages between workers. At the end of the list, the rests of
several lanes make up a chunk together. As no more than the rests and a few chunks are in memory, the list may have any
length.

A worker checks a chunk as `hdrcli bulk` does, and writes the results to a shard: a file with the name of the chunk,
written aside and renamed once it is complete (`task`). The name has a hash of the chunk's lines, so that the shard of
a chunk that was given to a second worker, as the first one was lost, replaces one that is equal to it. The driver notes
the shards that are complete in the manifest, one line for each (`manifest`). A run that was killed makes the same
chunks of the same list, and passes over those that are in the manifest.

Only `workers` knows Dask.
"""
