"""Where each value of a text was written: one pass over its events that builds nothing but numbers."""

from array import array

from polyspec.source.events import events

_Step = str | int | None
"""The key or index of the value that comes next; None in a mapping that awaits a key."""
_STARTS: dict[str, _Step] = {"MappingStartEvent": None, "SequenceStartEvent": 0}
"""What opens, and its first step."""
_ENDS = frozenset({"MappingEndEvent", "SequenceEndEvent"})
_LEAVES = frozenset({"ScalarEvent", "AliasEvent"})


class Index:
    """The values of a text by numbers, the root is 0: the places of each, and what stands under it.

    Places are offsets in the text. An alias is one value, whatever it stands for. The value of a key that is written twice goes
    by the step `<dropped>`. Filled once, by `indexed`.
    """

    def __init__(self) -> None:
        self._starts, self._ends, self._key_starts, self._key_ends = (array("L") for _ in range(4))
        self._under: dict[tuple[int, str | int], int] = {}

    def __len__(self) -> int:
        return len(self._starts)

    def child(self, number: int, step: str | int) -> int | None:
        """The number of what stands at a step of a value; None where nothing was written there."""
        return self._under.get((number, step))

    def value(self, number: int) -> tuple[int, int]:
        """Where a value begins, and where the text goes on behind it."""
        return self._starts[number], self._ends[number]

    def key(self, number: int) -> tuple[int, int] | None:
        """The same of the key before a value; None for the items of lists, and for the root."""
        return (self._key_starts[number], self._key_ends[number]) if self._key_ends[number] else None

    def put(self, holder: int, step: str | int, value: tuple[int, int], key: tuple[int, int]) -> int:
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

    def close(self, number: int, end: int) -> None:
        """Note where a mapping or a list ends."""
        self._ends[number] = end

    def step(self, holder: int, key: str) -> str:
        """The step of a key that comes next."""
        return "<dropped>" if (holder, key) in self._under and key != "<<" else key


def indexed(text: str) -> Index:
    """The index of a text that could be read."""
    found = Index()
    holder, key = -1, (0, 0)
    step: _Step = 0
    holders: list[tuple[int, _Step]] = []
    for event in events(text):
        kind = type(event).__name__
        if kind in _ENDS:
            found.close(holder, event.end_mark.index)
            holder, step = holders.pop()
        elif step is None:
            step, key = found.step(holder, event.value), (event.start_mark.index, event.end_mark.index)
        elif kind in _LEAVES or kind in _STARTS:
            number = found.put(holder, step, (event.start_mark.index, event.end_mark.index), key)
            step, key = step + 1 if isinstance(step, int) else None, (0, 0)
            if kind in _STARTS:
                holders.append((holder, step))
                holder, step = number, _STARTS[kind]
    return found
