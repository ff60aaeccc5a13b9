"""Transports: one HTTP request goes out as worded, the head of its answer comes back as sent."""
