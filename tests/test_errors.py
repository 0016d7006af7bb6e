"""Errors as data, and their text: exact, short, printable, and without secrets."""

import copy
import difflib
import heapq
import pickle
from unittest import mock

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyspec import errors
from polyspec.errors import (
    Diagnostic,
    Location,
    Note,
    PolyspecError,
    Problem,
    Rejected,
    Vocabulary,
    close_match,
    conceal,
    did_you_mean,
    printable,
    report,
    shortened,
    sounds_secret,
)


def shown(excerpt: str, column: int, end_column: int | None = None, *, line: int = 1, end_line: int | None = None) -> str:
    """The lines of an error that show the source."""
    location = Location("a.yaml", line, column, end_line or line, end_column)
    return "\n".join(str(Diagnostic("code", "message", location, excerpt=excerpt)).splitlines()[2:])


class TestText:
    def test_everything_that_is_known_is_told(self) -> None:
        found = Diagnostic(
            "missing-param",
            "the input `lr` has no value",
            Location("a.yaml", 12, 9, 12, 11),
            ("inputs", 0, "name"),
            "pass it",
            excerpt="- name: lr",
            notes=(Note("used here", Location("b.yaml", 3, 1)), Note("and by the command")),
        )
        assert (
            f"\n{found}\n"
            == """
error[missing-param]: the input `lr` has no value
  --> a.yaml:12:9
   |
12 | - name: lr
   |         ^^
   = at: inputs[0].name
   = help: pass it
   = note: used here (b.yaml:3:1)
   = note: and by the command
"""
        )

    @pytest.mark.parametrize(
        ("found", "text"),
        [
            (Diagnostic("a-code", "a message"), "error[a-code]: a message"),
            (Diagnostic("a-code", "a message", severity="warning"), "warning[a-code]: a message"),
            (Diagnostic("a-code", "a message", Location("<params>")), "error[a-code]: a message\n--> <params>"),
            (Diagnostic("a-code", "a message", Location("a", 3, 4)), "error[a-code]: a message\n --> a:3:4"),
            (Diagnostic("a-code", "a message", path=("a", 0)), "error[a-code]: a message\n = at: a[0]"),
            (Diagnostic("a-code", "a message", Location("<x>"), excerpt="a: 1"), "error[a-code]: a message\n--> <x>"),
        ],
    )
    def test_what_is_not_known_is_left_out(self, found: Diagnostic, text: str) -> None:
        assert str(found) == text

    @pytest.mark.parametrize(
        ("location", "text"),
        [
            (Location("a"), "a"),
            (Location("a", 1), "a:1"),
            (Location("a", 1, 2, 3, 4), "a:1:2"),
            (Location("a\x1b[0m\n", 1, 2), "a\\x1b[0m\\n:1:2"),
        ],
    )
    def test_a_location(self, location: Location, text: str) -> None:
        assert str(location) == text

    def test_a_long_path_is_cut(self) -> None:
        found = Diagnostic("a-code", "a message", path=("a" * 300,))
        assert str(found).endswith("= at: " + "a" * 199 + "…")


class TestExcerpts:
    @pytest.mark.parametrize(
        ("excerpt", "column", "end_column", "expected"),
        [
            ("lr: abc", 5, 8, "  |\n1 | lr: abc\n  |     ^^^"),
            ("lr: abc", 5, 5, "  |\n1 | lr: abc\n  |     ^"),
            ("lr: abc", 5, None, "  |\n1 | lr: abc\n  |     ^^^"),
            ("lr: abc", 8, 9, "  |\n1 | lr: abc\n  |        ^"),
            ("lr: abc", 50, 60, "  |\n1 | lr: abc\n  |        ^"),
            ("", 1, 2, "  |\n1 |\n  | ^"),
            ("é: ü😀x", 4, 7, "  |\n1 | é: ü😀x\n  |    ^^^"),
            ("a: \tx", 4, 6, "  |\n1 | a: \\tx\n  |    ^^^"),
            ("\x1b[31ma: x", 9, 10, "  |\n1 | \\x1b[31ma: x\n  |            ^"),
        ],
    )
    def test_carets_stand_under_the_part_at_fault(self, excerpt: str, column: int, end_column: int | None, expected: str) -> None:
        assert shown(excerpt, column, end_column) == expected

    def test_a_part_that_goes_on_is_marked_to_the_end_of_its_line(self) -> None:
        assert shown("run: {kind: job,", 6, 3, end_line=4) == "  |\n1 | run: {kind: job,\n  |      ^^^^^^^^^^^"

    def test_without_a_column_there_is_no_excerpt(self) -> None:
        assert "|" not in str(Diagnostic("code", "message", Location("a", 1), excerpt="a: 1"))

    def test_the_margin_is_as_wide_as_the_number(self) -> None:
        assert shown("a", 1, 2, line=1234).splitlines() == ["     |", "1234 | a", "     | ^"]

    def test_a_long_line_is_cut_at_its_end(self) -> None:
        line = "a: [" + "x, " * 200
        assert shown(line, 1, 2) == f"  |\n1 | {line[:159]}…\n  | ^"

    def test_a_long_line_is_cut_around_the_part_at_fault(self) -> None:
        line = "x" * 500 + "!" + "y" * 500
        assert shown(line, 501, 502) == f"  |\n1 | …{'x' * 80}!{'y' * 77}…\n  | {' ' * 81}^"

    def test_a_long_part_is_marked_as_far_as_it_is_shown(self) -> None:
        lines = shown("a: " + "1" * 500, 4, 504).splitlines()
        assert lines == ["  |", "1 | a: " + "1" * 156 + "…", "  |    " + "^" * 156]
        assert max(map(len, lines)) <= 4 + 160

    def test_a_part_far_into_a_huge_line_is_not_shown(self) -> None:
        assert shown("x" * 70_000 + "!", 70_001, 70_002) == ""
        assert "!" in shown("x" * 60_000 + "!", 60_001, 60_002)

    @given(st.text(max_size=400), st.integers(1, 500), st.integers(1, 500))
    def test_the_carets_fit_under_the_line(self, excerpt: str, column: int, width: int) -> None:
        lines = shown(excerpt, column, column + width).split("\n")
        assert len(lines) == 3
        assert all(printable(line) == line for line in lines)
        assert len(lines[1]) <= 4 + 160
        assert set(lines[2][4:]) <= {" ", "^"}
        assert "^" in lines[2]


class TestSecrets:
    @pytest.mark.parametrize(
        ("line", "expected"),
        [
            ("password: hunter2", "password: *******"),
            ("  DB_PASSWORD: 'hunter2'", "  DB_PASSWORD: *********"),
            ("passphrase=hunter2 and more", "passphrase=****************"),
            ('{"api_key": "hunter2", "a": 1}', '{"api_key": *********, "a": 1}'),
            ("{apiKey: hunter2}", "{apiKey: *******}"),
            ("[token: a, my-secret: b, private_key : c]", "[token: *, my-secret: *, private_key : *]"),
            ("args: [--auth-token=hunter2, --x=1]", "args: [--auth-token=*******, --x=1]"),
            ("credentials: {user: a}", "credentials: ********}"),
            ("url: https://user:pw@example.com/x", "url: https://*******@example.com/x"),
            ("url: git://hunter2@example.com", "url: git://*******@example.com"),
            ("url: https://example.com/x?sig=hunter2&a=1#f", "url: https://example.com/x?***************#f"),
            ("image: registry.example.com/team/image:1.0", "image: registry.example.com/team/image:1.0"),
            ("url: https://example.com/x", "url: https://example.com/x"),
            ("secret:", "secret:"),
            ("kind: job", "kind: job"),
        ],
    )
    def test_what_may_be_secret_is_masked_and_nothing_moves(self, line: str, expected: str) -> None:
        assert conceal(line) == expected
        assert len(expected) == len(line)

    @given(st.text(max_size=80))
    def test_no_character_moves(self, line: str) -> None:
        found = conceal(line)
        assert len(found) == len(line)
        assert all(after in (before, "*") for before, after in zip(line, found, strict=True))

    def test_an_excerpt_is_masked(self) -> None:
        assert shown("password: hunter2, b: [", 23, 24) == f"  |\n1 | password: *******, b: [\n  | {' ' * 22}^"

    def test_a_secret_that_begins_before_the_cut_is_masked(self) -> None:
        line = "{password: " + "hunter2" * 30 + ", b: !x}"
        assert "hunter" not in shown(line, line.index("!") + 1)

    @pytest.mark.parametrize("name", ["password", "DB_PASSWD", "myToken", "apiKey", "api-key", "PRIVATE_KEY", "credentials"])
    def test_names_that_secrets_go_by(self, name: str) -> None:
        assert sounds_secret(name)

    @pytest.mark.parametrize("name", ["lr", "key", "pass", "", 3, None])
    def test_other_names(self, name: object) -> None:
        assert not sounds_secret(name)


class TestPrintable:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("plain é 😀", "plain é 😀"),
            ("a\nb\tc\r", "a\\nb\\tc\\r"),
            ("\x00\x1b\x7f\x9b", "\\x00\\x1b\\x7f\\x9b"),
            ("\u202eabc\u2066\u200f", "\\u202eabc\\u2066\\u200f"),
            ("\u2028\u2029\ufeff\u200b", "\\u2028\\u2029\\ufeff\\u200b"),
            ("\ud800", "\\ud800"),
        ],
    )
    def test_what_a_terminal_may_obey_is_escaped(self, text: str, expected: str) -> None:
        assert printable(text) == expected

    def test_messages_hints_notes_and_files_are(self) -> None:
        found = Diagnostic("code", "a\nb", Location("f\x1b"), hint="c\x07", notes=(Note("d\u202e"),), path=("e\n",))
        assert str(found) == 'error[code]: a\\nb\n--> f\\x1b\n = at: ["e\\n"]\n = help: c\\x07\n = note: d\\u202e'

    @pytest.mark.parametrize(
        ("text", "expected"), [("a" * 60, "a" * 60), ("a" * 61, "a" * 59 + "…"), ("\n" * 40, "\\n" * 29 + "\\…")]
    )
    def test_what_is_quoted_is_short(self, text: str, expected: str) -> None:
        assert shortened(text) == expected

    @given(st.text(), st.integers(1, 80))
    def test_it_is_never_longer(self, text: str, width: int) -> None:
        assert len(shortened(text, width)) <= width


class TestReport:
    def test_diagnostics_are_told_one_after_the_other(self) -> None:
        found = [Diagnostic("one", "first", hint="h"), Diagnostic("two", "second")]
        assert report(found) == str(PolyspecError(found)) == "error[one]: first\n = help: h\n\nerror[two]: second"

    def test_twenty_are_told_the_rest_are_counted(self) -> None:
        found = [Diagnostic("code", f"number {number}") for number in range(30)]
        told = report(found).split("\n\n")
        assert len(told) == 21
        assert told[19:] == ["error[code]: number 19", "... and 10 more"]
        assert report(found[:20]).split("\n\n")[-1] == "error[code]: number 19"

    def test_the_text_has_a_bound(self) -> None:
        told = report([Diagnostic("code", "x" * 3000) for _ in range(5)])
        assert told.count("error[code]") == 2
        assert told.endswith("\n\n... and 3 more")

    @pytest.mark.parametrize("letter", ["x", "é", "😀", "\x00"])
    def test_one_that_is_too_long_is_cut(self, letter: str) -> None:
        told = report([Diagnostic("code", letter * 20_000), Diagnostic("other", "short")])
        assert told.startswith(f"error[code]: {printable(letter)}")
        assert told.endswith("\n\n... and 1 more")
        assert len(told.encode()) <= 8 * 1024

    @given(
        st.lists(
            st.builds(Diagnostic, st.just("code"), st.text(max_size=2000), hint=st.text(max_size=2000)), min_size=1, max_size=30
        )
    )
    def test_no_report_is_longer_than_eight_kibibytes(self, found: list[Diagnostic]) -> None:
        told = report(found)
        assert told
        assert len(told.encode()) <= errors.MAX_TEXT == 8 * 1024


class TestErrors:
    FOUND = Diagnostic(
        "code", "message", Location("a", 1, 2, 1, 3), ("a", 0), "hint", "warning", "a: 1", (Note("n", Location("b")),)
    )

    def test_an_error_has_its_diagnostics(self) -> None:
        error = PolyspecError([self.FOUND])
        assert error.diagnostics == (self.FOUND,)
        assert isinstance(error, Exception)

    def test_an_error_without_one_is_a_mistake(self) -> None:
        with pytest.raises(ValueError, match="at least one diagnostic"):
            PolyspecError([])

    def test_an_error_goes_from_process_to_process(self) -> None:
        error = pickle.loads(pickle.dumps(PolyspecError([self.FOUND])))
        assert type(error) is PolyspecError
        assert error.diagnostics == (self.FOUND,)
        assert copy.copy(error).diagnostics == (self.FOUND,)

    def test_diagnostics_are_compared_by_value_errors_by_identity(self) -> None:
        assert attrs.evolve(self.FOUND) == self.FOUND
        assert hash(attrs.evolve(self.FOUND)) == hash(self.FOUND)
        assert PolyspecError([self.FOUND]) != PolyspecError([self.FOUND])

    def test_diagnostics_are_frozen(self) -> None:
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            self.FOUND.message = "another"  # type: ignore[misc]  # that it is refused is what is tested

    def test_what_a_stage_raises_carries_its_problems(self) -> None:
        problem = Problem("code", "message")
        assert Rejected(iter([problem])).problems == (problem,)
        assert attrs.evolve(problem, source=object()) == problem


class TestCloseMatches:
    @pytest.mark.parametrize(
        ("word", "match"),
        [
            ("imag", "image"),
            ("Image", "image"),
            ("ARGS", "args"),
            ("comand", "command"),
            ("workingdir", "workingDir"),
            ("working_dir", "workingDir"),
            ("x", None),
            ("", None),
            ("image" * 10_000, None),
        ],
    )
    def test_the_nearest_name(self, word: str, match: str | None) -> None:
        assert close_match(word, ["args", "command", "image", "workingDir"]) == match
        assert did_you_mean(word, ["args", "command", "image", "workingDir"]) == (match and f"did you mean `{match}`?")

    @given(st.text("aBcß_", max_size=8), st.lists(st.text("aBcß_", max_size=8), max_size=30), st.integers(1, 5))
    def test_of_many_names_those_nearest_in_length_are_looked_at(self, word: str, known: list[str], most: int) -> None:
        folded = {name.casefold(): name for name in known}
        near = heapq.nsmallest(most, folded, key=lambda name: abs(len(name) - len(word.casefold())))
        found = difflib.get_close_matches(word.casefold(), near, n=1)
        with mock.patch("polyspec.errors._MAX_CANDIDATES", most):
            assert Vocabulary(known).close_match(word) == (folded[found[0]] if found else None)

    def test_a_vocabulary_is_asked_for_many_words(self) -> None:
        known = Vocabulary(["image", "args"])
        assert [did_you_mean(word, known) for word in ("imge", "arg", "x")] == [
            "did you mean `image`?",
            "did you mean `args`?",
            None,
        ]

    def test_nothing_is_near_nothing(self) -> None:
        assert close_match("a", []) is None
