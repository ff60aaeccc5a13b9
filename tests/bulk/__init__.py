"""Lists of URLs: what comes of each line, and that it comes exactly once."""
