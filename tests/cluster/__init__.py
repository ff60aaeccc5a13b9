"""Lists on a cluster: chunks and shards, and real schedulers and workers."""
