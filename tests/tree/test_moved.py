"""Where the parts of a tree were before a stage moved them."""

from polyspec.tree import MADE, Moved, Moves, before, moved_through

MOVES: Moves = {
    ("inputs", 0, "value"): Moved(("params", "lr", "value"), over=("inputs", 0, "value")),
    ("contexts", 0, "name"): Moved(("params", "extra"), at="key"),
    ("kind",): MADE,
    ("init", 0): Moved(("artifacts_store",), giver="context"),
}


def test_what_no_stage_moved_stands_where_it_stood() -> None:
    assert before(MOVES, ("run", "kind")) == Moved(("run", "kind"))


def test_what_holds_a_part_was_moved_with_it() -> None:
    expected = Moved(("params", "lr", "value", "a", 1), over=("inputs", 0, "value", "a", 1))
    assert before(MOVES, ("inputs", 0, "value", "a", 1)) == expected
    assert before(MOVES, ("inputs", 0, "value")).below("a").below(1) == expected
    assert before(MOVES, ("init", 0, "name")) == Moved(("artifacts_store", "name"), giver="context")


def test_a_key_is_one_and_what_is_below_it_is_none() -> None:
    assert before(MOVES, ("contexts", 0, "name")) == Moved(("params", "extra"), at="key")
    assert before(MOVES, ("contexts", 0, "name", "a")) == Moved(("params", "extra", "a"))


def test_what_a_stage_made_was_nowhere_before() -> None:
    assert moved_through(MADE, MOVES) is MADE
    assert moved_through(Moved(("kind",)), MOVES) == MADE


def test_what_a_part_went_before_stays_known_through_the_stages() -> None:
    place = Moved(("inputs", 0, "value"), over=("inputs", 0, "older"))
    assert moved_through(place, {}) == place
    assert moved_through(place, MOVES).over == ("inputs", 0, "value")
    assert moved_through(Moved(("x",), at="key", over=("y",)), {("x",): Moved(("z",))}) == Moved(("z",), "key", ("y",))
