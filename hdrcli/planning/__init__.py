"""From settings to requests: which routes, callers and probes to send."""
