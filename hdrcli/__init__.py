"""Which response headers can a browser's JavaScript read, and why not the others?"""

__version__ = "0.1.0"
