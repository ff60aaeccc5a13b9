"""Checks services: `run` turns them into events, `route` checks one route."""
