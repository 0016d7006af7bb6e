"""Where each value of a text was written: one pass over its events that builds nothing but numbers, as far as it is asked."""

import threading
from array import array
from collections.abc import Callable, Iterator

from polyspec.source.events import events

_Step = str | int | None
"""The key or index of the value that comes next; None in a mapping that awaits a key."""
_STARTS: dict[str, _Step] = {"MappingStartEvent": None, "SequenceStartEvent": 0}
"""What opens, and its first step."""
_ENDS = frozenset({"MappingEndEvent", "SequenceEndEvent"})
_LEAVES = frozenset({"ScalarEvent", "AliasEvent"})
_AGAIN = frozenset({"<<", "<dropped>"})
"""The steps that a mapping may have several times: of these the last says where."""
_OPEN = 0
"""The end of a mapping or list that was not read to its end."""
_AT_A_TIME = 64
"""Values that are read together: to stop and go on takes time."""


class Index:
    """The values of a text that could be read, by numbers, the root is 0: the places of each, and what stands under it.

    Places are offsets in the text. An alias is one value, whatever it stands for. The value of a key that is written twice goes
    by the step `<dropped>`. The text is read no further than is asked, by one thread at a time: a mistake near the beginning
    of a long text is placed at once.
    """

    def __init__(self, text: str) -> None:
        self._starts, self._ends, self._key_starts, self._key_ends = (array("L") for _ in range(4))
        self._under: dict[tuple[int, str | int], int] = {}
        self._reading, self._is_read = self._read(text), False
        self._lock = threading.Lock()

    @property
    def is_empty(self) -> bool:
        """Whether the text holds no value."""
        if not self._starts:
            self._read_to(lambda: bool(self._starts))
        return not self._starts

    def child(self, number: int, step: str | int) -> int | None:
        """The number of what stands at a step of a value; None where nothing was written there."""
        place = number, step
        if place not in self._under or step in _AGAIN:
            self._read_to(lambda: self._is_closed(number) or (place in self._under and step not in _AGAIN))
        return self._under.get(place)

    def value(self, number: int) -> tuple[int, int]:
        """Where a value begins, and where the text goes on behind it."""
        if not self._is_read:
            self._read_to(lambda: self._is_closed(number))
        return self._starts[number], self._ends[number]

    def key(self, number: int) -> tuple[int, int] | None:
        """The same of the key before a value; None for the items of lists, and for the root."""
        if not self._is_read:
            self._read_to(lambda: number < len(self._starts))
        return (self._key_starts[number], self._key_ends[number]) if self._key_ends[number] else None

    def _is_closed(self, number: int) -> bool:
        return number < len(self._ends) and self._ends[number] != _OPEN

    def _read_to(self, is_there: Callable[[], bool]) -> None:
        """Read on until something is there, or the text is at its end."""
        while not (self._is_read or is_there()):
            with self._lock:
                self._is_read = next(self._reading, self) is self

    def _read(self, text: str) -> Iterator[None]:
        """Note the values of a text, so many at a time."""
        holder, key = -1, (0, 0)
        step: _Step = 0
        holders: list[tuple[int, _Step]] = []
        for event in events(text):
            kind = type(event).__name__
            if kind in _ENDS:
                self._ends[holder] = event.end_mark.index
                holder, step = holders.pop()
            elif step is None:
                step = "<dropped>" if (holder, event.value) in self._under and event.value != "<<" else event.value
                key = event.start_mark.index, event.end_mark.index
            elif kind in _LEAVES or kind in _STARTS:
                number = self._put(holder, step, (event.start_mark.index, event.end_mark.index), key)
                step, key = step + 1 if isinstance(step, int) else None, (0, 0)
                if kind in _STARTS:
                    self._ends[number] = _OPEN
                    holders.append((holder, step))
                    holder, step = number, _STARTS[kind]
                if not number % _AT_A_TIME:
                    yield

    def _put(self, holder: int, step: str | int, value: tuple[int, int], key: tuple[int, int]) -> int:
        """Note a value under what holds it; of what has one path, as with several `<<`, the last says where."""
        number = self._under.setdefault((holder, step), len(self._starts))
        if number == len(self._starts):
            self._starts.append(value[0])
            self._ends.append(value[1])
            self._key_starts.append(key[0])
            self._key_ends.append(key[1])
        else:
            self._starts[number], self._ends[number] = value
            self._key_starts[number], self._key_ends[number] = key
        return number
