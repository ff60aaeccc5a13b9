"""The HTML report, opened in real browsers."""
