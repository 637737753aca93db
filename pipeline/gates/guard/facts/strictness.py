"""Whether an alarm still fires wherever another one did: tried out on every combination of values that matter. Pure."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice, product

from pipeline.gates.guard.facts.alarms import Firing, Watch
from pipeline.gates.guard.facts.metric_math import CannotTell, Value
from pipeline.gates.guard.facts.series import measured_by

MOST_TRIED = 20_000
"""Combinations: a tenth of a second's work."""
USUAL = (0.0, 1.0, 2.0, 3.0, 5.0, 8.0, 10.0, 20.0, 50.0, 100.0, 1_000.0, 10_000.0)
COUNTED = ("Sum", "SampleCount")
"""Statistics that are more in a longer period."""
_NUMBER = re.compile(r"(?<![A-Za-z_\d.])\d+(?:\.\d+)?")

type Name = tuple[str, str, str]
"""Of a series: namespace, metric, statistic."""


@dataclass(frozen=True)
class Question:
    """What an alarm asks: its rows by id, which of them it compares, with what, and how.

    A period has so many `minutes`. `without_data` says whether one in which there is nothing to compare breaches.
    """

    names: tuple[tuple[str, Name], ...]
    expressions: tuple[tuple[str, str], ...]
    returned: str | None
    comparison: str
    threshold: float | None
    minutes: float = 1
    without_data: bool = False

    def value(self, values: Mapping[Name, Value]) -> Value:
        """What it compares where its series have these values. Raises CannotTell."""
        watch = Watch((), dict(self.expressions), self.returned)
        return watch.value({row: values[name] for row, name in self.names})

    def fires(self, values: Mapping[Name, Value]) -> bool:
        """Whether it fires where its series have these values. Raises CannotTell."""
        value = self.value(values)
        if value is None and self.without_data:
            return True
        return Firing(self.comparison, self.threshold, 1, 1, 60).fires(value)

    def of_a_period(self, a_minute: Mapping[Name, Value]) -> tuple[Mapping[Name, Value], ...]:
        """The values of its series where each minute is like this one: their part of it, and in whole numbers, as one
        that comes now and then comes in some periods."""
        part = {
            name: value if value is None or name[2] not in COUNTED else value * self.minutes
            for name, value in a_minute.items()
        }
        whole = {
            name: value if value is None or name[2] not in COUNTED else float(math.ceil(value))
            for name, value in part.items()
        }
        return (part,) if part == whole else (part, whole)

    @property
    def numbers(self) -> Iterator[float]:
        """The numbers that it speaks of, at whose sides its answer may change."""
        if self.threshold is not None:
            yield self.threshold
        for _, expression in self.expressions:
            yield from map(float, _NUMBER.findall(expression))


def question_of(watch: Watch, firing: Firing, *, without_data: bool = False) -> Question:
    """What an alarm asks, without the dimensions of what it looks at."""
    names = tuple((each.id, (each.namespace, each.name, each.statistic)) for each in watch.metrics)
    expressions = tuple(sorted(watch.expressions.items()))
    minutes = firing.seconds / 60
    return Question(
        names, expressions, watch.returned, firing.comparison, firing.threshold, minutes, without_data=without_data
    )


@cache
def no_longer_fires(old: Question, new: Question) -> str | None:
    """Values of which `old` fired and `new` does not, in words; None if there are none. Raises CannotTell.

    Both look at the same series; CannotTell if they do not. Two periods of unlike length are compared twice: where all
    that there is comes within the shorter one, and where each minute is like the others. In the first a shorter period
    misses nothing; in the second it holds less, and may never come to the least number that is asked for.
    """
    names = _names(old, new)
    around = {near for number in (*old.numbers, *new.numbers) for near in (number * 0.99, number, number + 1)}
    tried = sorted({*USUAL, *around})
    for values in islice(_possible(dict.fromkeys(names, tried)), MOST_TRIED):
        if old.fires(values) and not new.fires(values):
            return _in_words(values)
    if old.minutes == new.minutes:
        return None
    each_minute = {name: _each_minute(old, new) if name[2] in COUNTED else tried for name in names}
    for values in islice(_possible(each_minute), MOST_TRIED):
        if all(map(old.fires, old.of_a_period(values))) and not any(map(new.fires, new.of_a_period(values))):
            return f"{_in_words(values)} in each minute"
    return None


@cache
def sees_otherwise(old: Question, new: Question) -> str | None:
    """Values of which the two compare something else, in words; None if there are none. Raises CannotTell.

    Where `old` compared nothing at all, `new` may compare something.
    """
    around = {near for number in (*old.numbers, *new.numbers) for near in (number, number + 1)}
    tried = sorted({*USUAL, *around})
    for values in islice(_possible(dict.fromkeys(_names(old, new), tried)), MOST_TRIED):
        was, now = old.value(values), new.value(values)
        if was is not None and (now is None or not math.isclose(was, now)):
            return _in_words(values)
    return None


def _names(old: Question, new: Question) -> Sequence[Name]:
    """The series that both look at; CannotTell if the new one looks at others, too."""
    known = {name for _, name in old.names}
    if not {name for _, name in new.names} <= known:
        raise CannotTell("it looks at other series")
    return sorted(known)


def _each_minute(old: Question, new: Question) -> Sequence[float]:
    """How many may come in a minute: few, and what makes a number that they speak of in a period of either."""
    parts = (number / asked.minutes for asked in (old, new) for number in (*old.numbers, *new.numbers) if asked.minutes)
    return sorted({0.0, 1.0, 2.0, 5.0, 100.0, *(float(near) for part in parts for near in _whole(part))})


def _whole(number: float) -> range:
    """The whole numbers on both sides, down to none."""
    return range(max(math.floor(number) - 1, 0), math.floor(number) + 2)


def _possible(tried: Mapping[Name, Sequence[float]]) -> Iterator[dict[Name, Value]]:
    """Combinations of values, or of none, that may be: no more requests fail than there are."""
    for combination in product(*((None, *values) for values in tried.values())):
        values = dict(zip(tried, combination, strict=True))
        whole = [value or 0.0 for name, value in values.items() if measured_by(*name[:2]) == "all"]
        failed = [value or 0.0 for name, value in values.items() if measured_by(*name[:2]) == "failures"]
        if not whole or not failed or max(failed) <= min(whole):
            yield values


def _in_words(values: Mapping[Name, Value]) -> str:
    told = ((name[1], "nothing" if value is None else f"{value:g}") for name, value in values.items())
    return ", ".join(f"{name} {value}" for name, value in told)
