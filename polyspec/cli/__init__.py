"""The command line: a thin skin over the library. Arguments in, text out; the only print, the only exit status.

Exit status: 0 fine, 1 the spec is wrong (diagnostics on stderr), 2 the call is wrong. `run` passes on that of the command.
"""

from polyspec.cli.entry import main

__all__ = ["main"]
