"""Fuzzing: random and broken specs, held to the promise of the library. `python -m fuzz 20` runs for 20 minutes."""
