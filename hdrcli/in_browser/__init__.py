"""The fetches that are played, made once more in a real browser; imported only when that is asked for."""
