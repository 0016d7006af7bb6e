"""Numbers that look random and are not: each follows from a key and its place alone.

Compiling is pure, so nothing here is seeded by chance. A key is made of the `seed` of the matrix, or of its params where it
has none. The deviates come from NumPy's counter-based generator through its frozen samplers, whose numbers no release of
NumPy changes. Lists are shuffled without NumPy.
"""

import hashlib
from collections.abc import Sequence
from typing import Any, Final

from polyspec.source import canonical_json
from polyspec.sweep.axis import Deviate
from polyspec.sweep.method import Matrix

BLOCK: Final = 1024
"""Deviates that are drawn at once; the n-th deviate is in block n // BLOCK."""
_ROUNDS: Final = 8


def key_of(*parts: Any) -> bytes:
    """A key of 32 bytes for plain values."""
    return hashlib.sha256(canonical_json(list(parts))).digest()


def matrix_key(matrix: Matrix) -> bytes:
    """The key of a matrix: of its seed where it has one, else of its params, so that more runs begin with the same runs."""
    seed = matrix.get("seed")
    return key_of("seed", seed) if seed is not None else key_of("params", matrix.get("params"))


def deviates(kind: Deviate, key: bytes, block: int, count: int = BLOCK) -> list[float]:
    """The first of a block of deviates: even in [0, 1), or standard normal. NumPy is imported here."""
    import numpy as np

    # Philox counts: it is set to any place at no cost, which other generators are not
    generator = np.random.RandomState(np.random.Philox(key=int.from_bytes(key[:16]), counter=block << 64))
    drawn: Sequence[float] = (
        generator.random_sample(count).tolist() if kind == "uniform" else generator.standard_normal(count).tolist()
    )
    return list(drawn)


def shuffled(index: int, size: int, key: bytes) -> int:
    """The number at a place of a shuffled list of the numbers below `size`, without making the list.

    A Feistel network over the next power of two shuffles; numbers past the size are shuffled again until one is below it.
    """
    bits = max(2, (size - 1).bit_length())
    low_bits = bits // 2
    while True:
        index = _feistel(index, bits - low_bits, low_bits, key)
        if index < size:
            return index


def _feistel(number: int, high_bits: int, low_bits: int, key: bytes) -> int:
    high, low = number >> low_bits, number & ((1 << low_bits) - 1)
    for turn in range(_ROUNDS):
        if turn % 2:
            low ^= _hashed(high, turn, key) & ((1 << low_bits) - 1)
        else:
            high ^= _hashed(low, turn, key) & ((1 << high_bits) - 1)
    return high << low_bits | low


def _hashed(number: int, turn: int, key: bytes) -> int:
    data = number.to_bytes((number.bit_length() + 7) // 8 + 1)
    return int.from_bytes(hashlib.blake2b(data, key=key, person=bytes([turn])).digest())
