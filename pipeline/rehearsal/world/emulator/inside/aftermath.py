"""What an invocation leaves behind: metrics, log events, the metrics in its log lines, and counts for a canary."""

import itertools
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from pipeline.rehearsal.world.emulator.inside import invocation_metrics
from pipeline.rehearsal.world.emulator.inside.journal import Journal
from pipeline.rehearsal.world.emulator.inside.log_folder import LogFolder
from pipeline.rehearsal.world.emulator.inside.logs import Logs
from pipeline.rehearsal.world.emulator.inside.telemetry import Measure, Place, Telemetry
from pipeline.rehearsal.world.emulator.inside.traffic import AliasId, Answered, Traffic
from pipeline.rehearsal.world.emulator.inside.visit import VISIT
from pipeline.rehearsal.world.lambda_runtime import FunctionSpec, InvokeResult, emf
from pipeline.rehearsal.world.observation import FunctionError, HookAnswered, WorldFailed

MOST_ERROR_LINES = 300
MOST_OF_A_LINE = 8_000
SERVER_ERROR = re.compile(rb'"statusCode"\s*:\s*5\d\d\b')
"""The answer of a function behind a proxy integration that says 5xx: the function ran well, its request did not."""
LOGGED_AS_ERROR = re.compile(r'"level"\s*:\s*"(ERROR|CRITICAL)"|^\[?(ERROR|CRITICAL)\b')


@dataclass(frozen=True, slots=True)
class Ran:
    """An invocation of `spec` that was asked for as `qualifier`; `began` is world time."""

    spec: FunctionSpec
    qualifier: str | None
    began: float
    result: InvokeResult
    log_group: str

    @property
    def place(self) -> Place:
        """Where."""
        return self.spec.account, self.spec.region

    @property
    def alias(self) -> AliasId | None:
        """The alias that was asked, if one was."""
        if not invocation_metrics.is_alias(self.qualifier):
            return None
        return AliasId(self.spec.account, self.spec.region, self.spec.name, str(self.qualifier))


class Aftermath:
    """Takes every invocation when it is over."""

    def __init__(
        self,
        now: Callable[[], float],
        telemetry: Telemetry,
        traffic: Traffic,
        logs: Logs,
        folder: LogFolder,
        journal: Journal,
    ) -> None:
        self.now = now
        self._telemetry = telemetry
        self._traffic = traffic
        self._logs = logs
        self._folder = folder
        self._journal = journal
        self._error_lines = itertools.count(1)

    def throttled(self, spec: FunctionSpec, qualifier: str | None) -> None:
        """An attempt that Lambda refused."""
        sets = invocation_metrics.dimension_sets(spec.name, qualifier, spec.version)
        self._telemetry.publish(
            (spec.account, spec.region), invocation_metrics.NAMESPACE, invocation_metrics.of_throttle(), sets
        )

    def ran(self, ran: Ran) -> None:
        """An invocation that is over, well or badly."""
        result = ran.result
        failed = result.error is not None
        sets = invocation_metrics.dimension_sets(ran.spec.name, ran.qualifier, ran.spec.version)
        measures = invocation_metrics.of_run(failed=failed, duration_ms=result.duration_ms)
        self._telemetry.publish(ran.place, invocation_metrics.NAMESPACE, measures, sets, at=ran.began)
        self._count(ran, failed)
        lines = tuple(line for line in result.log.split("\n") if line)
        self._logs.write(ran.place, ran.log_group, result.log_stream, lines)
        self._folder.write(ran.spec.account, ran.spec.name, result.log)
        self._publish_embedded(ran)
        self._tell_evidence(ran)
        if failed:
            self._tell(ran, result.payload.decode(errors="replace"))
        elif SERVER_ERROR.search(result.payload):
            self._tell(ran, next(filter(LOGGED_AS_ERROR.search, lines), result.payload.decode(errors="replace")))

    def world_failed(self, place: Place, what: str) -> None:
        """We failed."""
        self._journal.add(*place, WorldFailed(what))

    def _count(self, ran: Ran, failed: bool) -> None:
        """To the visit, which the door counts when it is answered; without one, count it here."""
        visit = VISIT.get()
        if visit is None:
            if ran.alias is not None:
                self._traffic.count(ran.alias, Answered(ran.spec.version, "invoke", ran.result.duration_ms, failed))
            return
        visit.alias, visit.version, visit.function_failed = ran.alias, ran.spec.version, failed

    def _publish_embedded(self, ran: Ran) -> None:
        """The metrics of embedded metric format, at the world's time: functions write the wall's, which runs slower."""
        if '"_aws"' not in ran.result.log:
            return
        found = emf.extract(ran.result.log, now_ms=int(time.time() * 1000))
        for metric in found.metrics:
            measures = [Measure(metric.name, value, metric.unit) for value in metric.values]
            self._telemetry.publish(
                ran.place, metric.namespace, measures, [metric.dimensions], resolution_s=metric.storage_resolution
            )
        for problem in found.problems:
            self._tell(ran, f"a document of metrics that published nothing: {problem.reason}: {problem.excerpt}")

    def _tell_evidence(self, ran: Ran) -> None:
        """What a function returns that has looked at a deployment and was not waited for: its name and the evidence."""
        if b'"evidence"' not in ran.result.payload or ran.result.error is not None:
            return
        told = json.loads(ran.result.payload)
        if isinstance(told, dict) and isinstance(told.get("deployment"), str):
            self._journal.add(*ran.place, HookAnswered(told["deployment"], ran.spec.name, json.dumps(told)))

    def _tell(self, ran: Ran, line: str) -> None:
        if next(self._error_lines) > MOST_ERROR_LINES:
            return
        told = FunctionError(ran.spec.name, ran.spec.version, ran.result.request_id, line[:MOST_OF_A_LINE])
        self._journal.add(*ran.place, told)
