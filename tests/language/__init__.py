"""The language, row by row: every row of the reference's tables is named by a test here."""

import pytest

pytest.register_assert_rewrite(f"{__name__}.rows")
