"""`python -m polyspec`: the command line."""

import sys

from polyspec.cli import main

if __name__ == "__main__":
    sys.exit(main())
