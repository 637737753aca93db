"""The emulator's observations."""

from pipeline.rehearsal.world.emulator.inside.journal import Journal
from pipeline.rehearsal.world.observation import FunctionError, ObservationsDropped


def journal(keep: int = 100) -> Journal:
    return Journal(real=lambda: 1.5, world=lambda: 45.0, keep=keep)


def error(line: str) -> FunctionError:
    return FunctionError("f", "1", "request", line)


def test_a_reader_gets_what_came_after_the_last_it_knows() -> None:
    told = journal()
    for line in "abc":
        told.add("1", "eu", error(line))
    assert [each.what for each in told.after(1)] == [error("b"), error("c")]
    assert told.after(3) == ()
    assert (told.last, told.after(0)[0].real, told.after(0)[0].world) == (3, 1.5, 45.0)


def test_a_reader_who_comes_too_late_is_told_how_much_is_lost() -> None:
    told = journal(keep=2)
    for line in "abcde":
        told.add("1", "eu", error(line))
    gap, *rest = told.after(1)
    assert gap.what == ObservationsDropped(2)
    assert [each.sequence for each in (gap, *rest)] == [3, 4, 5]


def test_reading_in_pieces_gives_everything_once() -> None:
    told = journal()
    for line in "abcdefg":
        told.add("1", "eu", error(line))
    seen, after = [], 0
    while batch := told.after(after, limit=3):
        seen += [each.sequence for each in batch]
        after = batch[-1].sequence
    assert seen == [1, 2, 3, 4, 5, 6, 7]


def test_what_is_noted_a_moment_late_keeps_the_time_at_which_it_was_decided() -> None:
    told = journal()
    assert told.add("1", "eu", error("a"), at=44.5).world == 44.5
    assert told.add("1", "eu", error("b")).world == 45.0
