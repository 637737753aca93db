"""CloudWatch's metrics by API: what is put goes into our stores, what is asked comes out of them.

Times are the world's. A percentile can't be had this way: periods come as statistic sets (alarms have all samples).
Minutes are laid out, or tens of seconds where a shorter period is asked for: it finds what was put with a
StorageResolution of 1, and once a minute what was not.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from functools import partial
from typing import Any

from pipeline.rehearsal.world.alarms import MetricKey, MetricStat, MetricStore
from pipeline.rehearsal.world.emulator.inside.resources.registry import here
from pipeline.rehearsal.world.emulator.inside.seams import Seam
from pipeline.rehearsal.world.emulator.inside.telemetry import Measure, Telemetry

MODULE = "ministack.services.cloudwatch"
ANSWER = ("params", "cbor_data", "is_cbor", "is_json")
POINTS = Seam(MODULE, "_metrics")
KEY_OF = Seam(MODULE, "_dims_key", ("dims",))
RECORD = Seam(MODULE, "record_metric", ("namespace", "metric_name", "value", "unit", "dimensions"))
STORE = Seam(
    MODULE, "_store_datum", ("namespace", "name", "dims", "ts", "unit", "value", "values", "counts", "stat_values")
)
PUT = Seam(MODULE, "_put_metric_data", ANSWER)
PARSE = Seam(MODULE, "_parse_ts", ("value",))
LIST = Seam(MODULE, "_list_metrics", ANSWER)
STATISTICS = Seam(MODULE, "_get_metric_statistics", ANSWER)
DATA = Seam(MODULE, "_get_metric_data", ANSWER)
SEAMS = (POINTS, KEY_OF, RECORD, STORE, PUT, PARSE, LIST, STATISTICS, DATA)

MINUTE_S, TEN_S = 60, 10
KEPT_S = 3 * 3600
FRESH_S = 900
FINE: ContextVar[frozenset[MetricKey]] = ContextVar("fine", default=frozenset())
"""The metrics that the request which is being answered puts by the second: ministack does not hand that on."""

type Request = Mapping[str, Any]


class MetricsApi:
    """Puts and answers."""

    def __init__(self, telemetry: Telemetry, now: Callable[[], float]) -> None:
        self._telemetry = telemetry
        self._now = now

    def install(self) -> None:
        """Wrap the seams."""
        RECORD.put(self._record)
        STORE.put(self._store)
        PUT.wrap(_noting)
        LIST.wrap(lambda original: self._filling(original, lambda _, keys: keys))
        STATISTICS.wrap(lambda original: self._filling(original, _asked_in_statistics))
        DATA.wrap(lambda original: self._filling(original, _asked_in_data))

    def _record(
        self, namespace: str, metric_name: str, value: float, unit: str = "None", dimensions: Any = None
    ) -> None:
        """What ministack's own services publish."""
        self._telemetry.publish(here(), namespace, [Measure(metric_name, float(value), unit)], [dimensions or {}])

    def _store(
        self,
        namespace: str,
        name: str,
        dims: Mapping[str, str],
        ts: float,
        unit: str,
        value: float | None,
        values: Iterable[float] | None,
        counts: Iterable[float] | None,
        stat_values: Mapping[str, float] | None,
    ) -> None:
        """PutMetricData: what was measured just now by the wall's clock belongs to the world's now."""
        at = self._now() if abs(ts - time.time()) < FRESH_S else ts
        key = MetricKey.of(namespace, name, dims)
        if stat_values is not None:
            of = {key: float(number) for key, number in stat_values.items()}
            self._telemetry.publish_set(
                here(), key, unit, of["SampleCount"], of["Sum"], of["Minimum"], of["Maximum"], at=at
            )
            return
        several = [float(value or 0)] if values is None else list(values)
        often = list(counts or [1.0] * len(several))
        measures = [Measure(name, each, unit, count) for each, count in zip(several, often, strict=True)]
        resolution = 1 if key in FINE.get() else MINUTE_S
        self._telemetry.publish(here(), namespace, measures, [dims], at=at, resolution_s=resolution)

    def _filling(
        self, original: Callable[..., Any], asked: Callable[[Request, tuple[MetricKey, ...]], Iterable[MetricKey]]
    ) -> Callable[..., Any]:
        """Lay out what the request asks for where ministack looks for it, then let it answer."""

        def answer(params: Any, cbor_data: Request, is_cbor: bool, is_json: bool = False) -> Any:
            place = here()
            keys = self._telemetry.read(place, lambda store: store.keys())
            width, since = _width(cbor_data), float(PARSE.get()(cbor_data.get("StartTime")) or 0)
            for key in asked(cbor_data, keys):
                points = self._telemetry.read(place, partial(self._points, key, width(key), since))
                POINTS.get()[key.namespace, key.name, KEY_OF.get()(dict(key.dimensions))] = points
            return original(params, cbor_data, is_cbor, is_json)

        return answer

    def _points(self, key: MetricKey, seconds: int, since: float, store: MetricStore) -> list[dict[str, Any]]:
        newest = int(self._now() // seconds * seconds)
        oldest = max(newest - KEPT_S, int(since // seconds * seconds))
        starts = range(oldest, newest + seconds, seconds)
        names = ("SampleCount", "Sum", "Minimum", "Maximum")
        series = [store.datapoints(MetricStat(key, seconds, name), starts) for name in names]
        dimensions = dict(key.dimensions)
        return [
            {
                "Timestamp": float(start),
                "Value": total.value / count.value,
                "Unit": "None",
                "Dimensions": dimensions,
                "_stat": {
                    "SampleCount": count.value,
                    "Sum": total.value,
                    "Minimum": least.value,
                    "Maximum": most.value,
                },
            }
            for start, count, total, least, most in zip(starts, *series, strict=True)
            if count.value and total.value is not None
        ]


def _noting(original: Callable[..., Any]) -> Callable[..., Any]:
    """PutMetricData with what it says of its metrics' resolution."""

    def put(params: Any, cbor_data: Request, is_cbor: bool, is_json: bool = False) -> Any:
        namespace = cbor_data.get("Namespace")
        data = (each for each in cbor_data.get("MetricData") or () if each.get("StorageResolution") == 1)
        token = FINE.set(frozenset(_key({"Namespace": namespace, **each}) for each in data))
        try:
            return original(params, cbor_data, is_cbor, is_json)
        finally:
            FINE.reset(token)

    return put


def _width(request: Request) -> Callable[[MetricKey], int]:
    """How fine each metric is laid out for a request: as its shortest period wants it."""
    stats = [query["MetricStat"] for query in request.get("MetricDataQueries", ()) if "MetricStat" in query]
    short = {_key(stat["Metric"]) for stat in stats if int(stat.get("Period", MINUTE_S)) < MINUTE_S}
    if int(request.get("Period") or MINUTE_S) < MINUTE_S and "MetricName" in request:
        short.add(_key(request))
    return lambda key: TEN_S if key in short else MINUTE_S


def _asked_in_statistics(request: Request, keys: tuple[MetricKey, ...]) -> Iterable[MetricKey]:
    return [key for key in keys if key == _key(request)]


def _asked_in_data(request: Request, keys: tuple[MetricKey, ...]) -> Iterable[MetricKey]:
    wanted = {
        _key(query["MetricStat"]["Metric"]) for query in request.get("MetricDataQueries", ()) if "MetricStat" in query
    }
    return [key for key in keys if key in wanted]


def _key(metric: Request) -> MetricKey:
    dimensions = {str(each["Name"]): str(each["Value"]) for each in metric.get("Dimensions") or ()}
    return MetricKey.of(str(metric.get("Namespace")), str(metric.get("MetricName")), dimensions)
