"""What can be checked besides a URL that is already served."""
