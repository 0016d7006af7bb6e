"""Which names a matrix gives to its runs."""

from collections.abc import Mapping

from polyspec.tree import Tree


def given_names(matrix: Mapping[str, Tree]) -> frozenset[str] | None:
    """The names that a matrix gives its runs, declared or not; none without one; None where only the search knows them."""
    params, values = matrix.get("params"), matrix.get("values")
    if matrix and not isinstance(params, dict) and not isinstance(values, list):
        return None
    resource = matrix.get("resource")
    rows = [row for row in values or () if isinstance(row, dict)]
    steps = [resource["name"]] if isinstance(resource, dict) and "name" in resource else []
    return frozenset([*(params or ()), *(name for row in rows for name in row), *steps])
