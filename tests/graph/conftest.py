"""What the tests of DAGs share."""

from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def tmp_path_text(tmp_path: Path) -> Callable[[str], str]:
    """Writes a text to a file of its own and gives its path."""

    def write(text: str) -> str:
        path = tmp_path / "spec.yaml"
        path.write_text(text)
        return str(path)

    return write
