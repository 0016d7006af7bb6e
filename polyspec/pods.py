"""What is asked of the pods of a compiled run: the image of their main containers, and the resources of all of them.

polyaxonfile section 11, "Image destination after build" and "Resource totals".
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Self

import attrs

from polyspec.merge import each_role, roles
from polyspec.record import record
from polyspec.tree import Tree, at
from polyspec.tree.shape import Shape

_QUANTITY = re.compile(
    r"(?P<number>[+-]?(?:\d+(?:\.\d*)?|\.\d+))(?:[eE](?P<exponent>[+-]?\d{1,2})|(?P<unit>[numkMGTPE]|[KMGTPE]i)?)", re.ASCII
)
_UNITS = {"n": Decimal("1e-9"), "u": Decimal("1e-6"), "m": Decimal("1e-3"), "k": Decimal(1000)}
_UNITS |= {unit: Decimal(1000) ** power for power, unit in enumerate("MGTPE", 2)}
_UNITS |= {f"{unit}i": Decimal(1024) ** power for power, unit in enumerate("KMGTPE", 1)}


@record
class RunResources:
    """The resources of a run, of all its pods together.

    `cpu` in cores, `memory` in bytes, `gpu` and `custom` in pieces: `custom` are all other devices, those with a vendor in
    their names. `cost` is that of the spec.
    """

    cpu: float = 0.0
    memory: int = 0
    gpu: float = 0.0
    custom: float = 0.0
    cost: float = 0.0

    def __add__(self, other: Self) -> Self:
        return type(self)(*(mine + its for mine, its in zip(attrs.astuple(self), attrs.astuple(other), strict=True)))


def with_image(tree: Tree, image: str, shape: Shape) -> Tree:
    """A compiled operation with an image in each main container; a pod without any gets one. `shape` is that of runs."""
    run = each_role(tree["run"], shape, lambda pod: {**pod, "container": {**(pod.get("container") or {}), "image": image}})
    return {**tree, "run": run}


def resources(tree: Mapping[str, Tree], shape: Shape) -> RunResources:
    """What the main containers of a compiled operation ask for, times their replicas: the request, or else the limit.

    What is not settled before it runs counts as nothing. `shape` is that of runs.
    """
    cost: Any = tree.get("cost")
    total = RunResources(cost=float(cost) if isinstance(cost, int | float) else 0.0)
    for path in roles(tree["run"], shape):
        pod: Any = at(tree["run"], path)
        count = pod.get("replicas")
        total += _of_container(pod.get("container"), count if isinstance(count, int) else 1)
    return total


def _of_container(container: Any, count: int) -> RunResources:
    sums: dict[str, Decimal] = {"cpu": Decimal(0), "memory": Decimal(0), "gpu": Decimal(0), "custom": Decimal(0)}
    for name, amount in _amounts(container):
        sums[name] += amount * count
    return RunResources(float(sums["cpu"]), int(sums["memory"]), float(sums["gpu"]), float(sums["custom"]))


def _amounts(container: Any) -> Iterator[tuple[str, Decimal]]:
    """The amounts of a container, each under the field that it counts for."""
    found = container.get("resources") if isinstance(container, Mapping) else None
    sides = [found.get(side) for side in ("limits", "requests")] if isinstance(found, Mapping) else []
    asked = {name: amount for side in sides if isinstance(side, Mapping) for name, amount in side.items() if amount is not None}
    for name, amount in asked.items():
        field = name if name in ("cpu", "memory") else "gpu" if "gpu" in name else "custom" if "/" in name else None
        if field is not None:
            yield field, _quantity(amount)


def _quantity(amount: Any) -> Decimal:
    """A quantity as Kubernetes writes it, `500m` or `1.5Gi`; nothing for what is none."""
    match = _QUANTITY.fullmatch(str(amount).strip())
    if match is None or len(match["number"]) > 30:
        return Decimal(0)
    return Decimal(match["number"]) * Decimal(10) ** int(match["exponent"] or 0) * _UNITS.get(match["unit"] or "", Decimal(1))
