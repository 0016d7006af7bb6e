"""What compiling costs, on real files. `python -m benchmarks.table`, or `pytest benchmarks`."""
