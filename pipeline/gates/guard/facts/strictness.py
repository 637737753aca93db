"""Whether an alarm still fires wherever another one did: tried out on every combination of values that matter. Pure."""

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
_NUMBER = re.compile(r"(?<![A-Za-z_\d.])\d+(?:\.\d+)?")

type Name = tuple[str, str, str]
"""Of a series: namespace, metric, statistic."""


@dataclass(frozen=True)
class Question:
    """What an alarm asks: its rows by id, which of them it compares, with what, and how."""

    names: tuple[tuple[str, Name], ...]
    expressions: tuple[tuple[str, str], ...]
    returned: str | None
    comparison: str
    threshold: float | None

    def fires(self, values: Mapping[Name, Value]) -> bool:
        """Whether it fires where its series have these values. Raises CannotTell."""
        watch = Watch((), dict(self.expressions), self.returned)
        value = watch.value({row: values[name] for row, name in self.names})
        return Firing(self.comparison, self.threshold, 1, 1, 60).fires(value)

    @property
    def numbers(self) -> Iterator[float]:
        """The numbers that it speaks of, at whose sides its answer may change."""
        if self.threshold is not None:
            yield self.threshold
        for _, expression in self.expressions:
            yield from map(float, _NUMBER.findall(expression))


def question_of(watch: Watch, firing: Firing) -> Question:
    """What an alarm asks, without the dimensions of what it looks at."""
    names = tuple((each.id, (each.namespace, each.name, each.statistic)) for each in watch.metrics)
    expressions = tuple(sorted(watch.expressions.items()))
    return Question(names, expressions, watch.returned, firing.comparison, firing.threshold)


@cache
def no_longer_fires(old: Question, new: Question) -> str | None:
    """Values of which `old` fired and `new` does not, in words; None if there are none. Raises CannotTell.

    Both look at the same series; CannotTell if they do not.
    """
    names = sorted({name for _, name in (*old.names, *new.names)})
    if not {name for _, name in new.names} <= {name for _, name in old.names}:
        raise CannotTell("it looks at other series")
    around = {near for number in (*old.numbers, *new.numbers) for near in (number * 0.99, number, number + 1)}
    tried = sorted({*USUAL, *around})
    for values in islice(_possible(names, tried), MOST_TRIED):
        if old.fires(values) and not new.fires(values):
            return ", ".join(f"{name[1]} {value:g}" for name, value in values.items())
    return None


def _possible(names: Sequence[Name], tried: Sequence[float]) -> Iterator[dict[Name, float]]:
    """Combinations of values that may be: no more requests fail than there are."""
    for combination in product(tried, repeat=len(names)):
        values = dict(zip(names, combination, strict=True))
        whole = [value for name, value in values.items() if measured_by(*name[:2]) == "all"]
        failed = [value for name, value in values.items() if measured_by(*name[:2]) == "failures"]
        if not whole or not failed or max(failed) <= min(whole):
            yield values
