"""What is measured in a process of its own, cold."""

import os
import subprocess
import sys
from pathlib import Path

from benchmarks.specs import FILE

_ROOT = Path(__file__).parent.parent
BARE = "pass"
IMPORT = "import polyspec"
LIBRARIES = "import attrs, cattrs"
NAMES = "from polyspec import Component, Operation, Param, RunPatch, RunContext, Connection, Resolvers, PolyspecError, compile"
FIRST = f"{NAMES}; compile({str(FILE)!r}, {{'epochs': 1}})"
POLYAXON = "from polyaxon.schemas import V1Component, V1Operation, V1Param; from polyaxon.polyaxonfile import check_polyaxonfile"
POLYAXON_FIRST = f"{POLYAXON}; check_polyaxonfile({str(FILE)!r}, params={{'epochs': 1}}, verbose=False, is_cli=False)"


def ran(program: str) -> str:
    """What a program prints in a fresh interpreter, with the bytecode of modules kept as an installed package has it."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment = {**kept, "PYTHONPATH": str(_ROOT)}
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, env=environment)
    return done.stdout
