"""Embedded Metric Format: the metrics that CloudWatch takes out of a function's log.

Source: "Specification: Embedded metric format" in the CloudWatch user guide, with its JSON schema. A document that
breaks a rule of it publishes nothing here, and its first problem is named: on AWS such a document only counts as a
validation error.
"""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.rehearsal.world.lambda_runtime.log import CUT_MARK

_SIZES = frozenset(
    f"{scale}{what}".capitalize() for scale in ("", "kilo", "mega", "giga", "tera") for what in ("bytes", "bits")
)
UNITS = (
    _SIZES
    | {f"{size}/Second" for size in _SIZES}
    | {"Seconds", "Microseconds", "Milliseconds", "Percent", "Count", "Count/Second", "None"}
)
_MAX_DOCUMENT = 1024 * 1024
_MAX_METRICS = 100
_MAX_VALUES = 100
_MAX_DIMENSIONS = 30
_EXCERPT = 120
_TWO_WEEKS_MS = 14 * 24 * 3600 * 1000
_TWO_HOURS_MS = 2 * 3600 * 1000

type Json = str | int | float | bool | list[Json] | dict[str, Json] | None


@dataclass(frozen=True)
class Metric:
    """Values of one metric for one set of dimensions; `timestamp_ms` is Unix time, `storage_resolution` is seconds."""

    namespace: str
    dimensions: Mapping[str, str]
    name: str
    unit: str
    values: tuple[float, ...]
    timestamp_ms: int
    storage_resolution: int


@dataclass(frozen=True)
class Problem:
    """A document that published nothing: its line in the log, counted from 1, what is wrong, and how it begins."""

    line: int
    reason: str
    excerpt: str


@dataclass(frozen=True)
class Extracted:
    """All metrics of a log in the order of its lines, and all problems."""

    metrics: tuple[Metric, ...] = ()
    problems: tuple[Problem, ...] = ()


class EmfError(ValueError):
    """A document breaks the specification."""


def extract(log: str, *, now_ms: int) -> Extracted:
    """Find the documents among the lines of a log that CloudWatch receives at `now_ms` (Unix time).

    Lines end at "\\n" only, as a function's events do.
    """
    metrics: list[Metric] = []
    problems: list[Problem] = []
    for number, line in enumerate(log.split("\n"), start=1):
        try:
            metrics += _metrics_of_line(line, now_ms)
        except EmfError as error:
            problems.append(Problem(number, str(error), line[:_EXCERPT]))
    return Extracted(tuple(metrics), tuple(problems))


def _metrics_of_line(line: str, now_ms: int) -> list[Metric]:
    if line.startswith(CUT_MARK):
        raise EmfError("the log was cut here; metrics after it are lost")
    if '"_aws"' not in line:
        return []
    text = line.strip()
    if not text.startswith("{"):
        if '"CloudWatchMetrics"' in line:
            raise EmfError("something stands before the document")
        return []
    if len(text.encode(errors="replace")) > _MAX_DOCUMENT:
        raise EmfError("the document is larger than 1 MB")
    root = _parse(text)
    return parse_document(root, now_ms=now_ms) if "_aws" in root else []


def _parse(text: str) -> dict[str, Json]:
    try:
        root: Json = json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        raise EmfError("the document is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise EmfError(f"not one JSON object: {error.msg} at character {error.pos + 1}") from None
    except ValueError as error:
        raise EmfError(f"not JSON: {error}") from None
    return _object(root, "the document")


def _refuse_constant(name: str) -> Json:
    raise ValueError(f"{name} is no JSON number")


def parse_document(root: Mapping[str, Json], *, now_ms: int) -> list[Metric]:
    """The metrics of one document that has an `_aws` member; raises `EmfError` at the first rule it breaks."""
    metadata = _object(root["_aws"], "_aws")
    timestamp = _timestamp(metadata.get("Timestamp"), now_ms)
    directives = _list(metadata.get("CloudWatchMetrics"), "_aws.CloudWatchMetrics")
    return [
        metric
        for number, directive in enumerate(directives)
        for metric in _directive(root, _object(directive, f"CloudWatchMetrics[{number}]"), timestamp)
    ]


def _directive(root: Mapping[str, Json], directive: Mapping[str, Json], timestamp_ms: int) -> Iterator[Metric]:
    namespace = _text(directive.get("Namespace"), "Namespace", longest=1024)
    dimension_sets = [_dimensions(root, each) for each in _list(directive.get("Dimensions"), "Dimensions")]
    if not dimension_sets:
        raise EmfError("Dimensions is empty: it needs at least one set, which may be empty itself")
    definitions = _list(directive.get("Metrics"), "Metrics")
    if len(definitions) > _MAX_METRICS:
        raise EmfError(f"Metrics has {len(definitions)} definitions, {_MAX_METRICS} are allowed")
    for definition in definitions:
        name, unit, values, resolution = _definition(root, _object(definition, "a metric definition"))
        for dimensions in dimension_sets:
            yield Metric(namespace, dimensions, name, unit, values, timestamp_ms, resolution)


def _dimensions(root: Mapping[str, Json], dimension_set: Json) -> dict[str, str]:
    names = _list(dimension_set, "a dimension set")
    if len(names) > _MAX_DIMENSIONS:
        raise EmfError(f"a dimension set has {len(names)} keys, {_MAX_DIMENSIONS} are allowed")
    found = {}
    for name in names:
        key = _text(name, "a dimension's key", longest=250)
        found[key] = _text(_target(root, key), f"dimension {key}", longest=1024)
    return found


def _definition(root: Mapping[str, Json], definition: Mapping[str, Json]) -> tuple[str, str, tuple[float, ...], int]:
    name = _text(definition.get("Name"), "a metric's Name", longest=1024)
    unit = definition.get("Unit", "None")
    if not isinstance(unit, str) or unit not in UNITS:
        raise EmfError(f"metric {name}: no CloudWatch unit: {_show(unit)}")
    resolution = _number(definition.get("StorageResolution", 60), f"metric {name}: StorageResolution")
    if resolution not in (1, 60):
        raise EmfError(f"metric {name}: StorageResolution is neither 1 nor 60: {resolution:g}")
    return name, unit, _values(name, _target(root, name)), int(resolution)


def _values(name: str, target: Json) -> tuple[float, ...]:
    values = target if isinstance(target, list) else [target]
    if len(values) > _MAX_VALUES:
        raise EmfError(f"metric {name}: {len(values)} values, {_MAX_VALUES} are allowed")
    if not values:
        raise EmfError(f"metric {name}: an empty array of values publishes nothing")
    return tuple(_number(value, f"metric {name}") for value in values)


def _timestamp(value: Json, now_ms: int) -> int:
    """CloudWatch takes what is at most two weeks old and at most two hours ahead."""
    milliseconds = _number(value, "_aws.Timestamp")
    if not now_ms - _TWO_WEEKS_MS <= milliseconds <= now_ms + _TWO_HOURS_MS:
        raise EmfError(
            f"_aws.Timestamp is more than two weeks old or two hours ahead, in milliseconds: {milliseconds:.0f}"
        )
    return int(milliseconds)


def _target(root: Mapping[str, Json], name: str) -> Json:
    if name not in root:
        raise EmfError(f"{name} is referred to, but no member of the document")
    return root[name]


def _number(value: Json, what: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise EmfError(f"{what}: not a number: {_show(value)}")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise EmfError(f"{what}: too large a number: {_show(value)}")
    return number


def _text(value: Json, what: str, *, longest: int) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= longest:
        raise EmfError(f"{what}: not a text of 1 to {longest} characters: {_show(value)}")
    return value


def _list(value: Json, what: str) -> list[Json]:
    if not isinstance(value, list):
        raise EmfError(f"{what}: not an array: {_show(value)}")
    return value


def _object(value: Json, what: str) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise EmfError(f"{what}: not an object: {_show(value)}")
    return value


def _show(value: Json) -> str:
    return "missing" if value is None else repr(value)[:_EXCERPT]
