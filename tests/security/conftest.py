"""Servers of our own on loopback, for the limits of what is fetched."""

from tests.loopback import certificate, pauses, serve, tls, trusted

__all__ = ["certificate", "pauses", "serve", "tls", "trusted"]
