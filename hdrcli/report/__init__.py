"""What a run found, and the exit status."""
