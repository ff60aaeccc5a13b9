"""Servers of this machine for its user: sockets on loopback, a server in a thread, and who may use a page.

The lab and the proxy serve pages with it. It is loaded only by their commands.
"""
