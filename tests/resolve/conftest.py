"""Servers of our own on loopback, for every test of this folder; none of them waits."""

from tests.loopback import certificate, pauses, refusal, serve, tls, trusted

__all__ = ["certificate", "pauses", "refusal", "serve", "tls", "trusted"]
