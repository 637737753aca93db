"""Traffic for a stage: the load generator, with what the stage's seed left to use.

Made from the OpenAPI document of the release that is live, since the clients that exist were built against that.
"""

from collections.abc import Mapping, Sequence

import yaml

from pipeline.record.events import FidelityNoted, Noted
from pipeline.rehearsal.errors import Broke, Unreadable
from pipeline.rehearsal.load import GeneratedTraffic, TrafficPlan, plan_requests, read_seed
from pipeline.rehearsal.read.routes import Route
from pipeline.rehearsal.release import Release
from pipeline.rehearsal.runners.base import Emit
from pipeline.rehearsal.runners.cloudformation.clients import TrafficCounts
from pipeline.rehearsal.spec import Json
from pipeline.rehearsal.world.base import World


class StageTraffic:
    """Requests to one stage at a time. `seeds` are the stages' own, set once they are filled."""

    def __init__(
        self, release: Release, world: World, seed: int, emit: Emit, requests_per_second: float | None = None
    ) -> None:
        """Send what the OpenAPI document of `release` promises, the same requests for the same `seed`.

        As many a second as its settings say, or as are given; with 0 none are sent, and that is told.
        """
        settings = release.settings
        self._rate = settings.requests_per_second if requests_per_second is None else requests_per_second
        self._emit = emit
        self._told: set[str] = set()
        self._stage = ""
        self._settings = settings
        self._document = _document(release)
        self._world = world
        self._seed = seed
        self._running: GeneratedTraffic | None = None
        self.seeds: Mapping[str, Mapping[str, Json]] = {}

    def start(self, stage: str, outputs: Mapping[str, str], watched: Sequence[Route] = ()) -> None:
        """Begin to send to the stage with these stack outputs, most of it to the routes that are `watched`.

        Unreadable if there is nothing to send to.
        """
        if self._running is not None:
            raise Broke(f"traffic to {self._stage} still flows, one at a time: let its stacks shift in turn")
        if not self._rate:
            self._emit(Noted(f"{stage}: nobody asks while it shifts"))
            return
        name = self._settings.api_output
        if name not in outputs:
            what = f"the stack of {stage} has no output {name}, so no traffic can be sent"
            raise Unreadable(what, "mend api_output", file="pyproject.toml", path="[tool.slipway.rehearsal]")
        plan = plan_requests(self._document, read_seed(dict(self.seeds.get(stage, {})), f"seed of {stage}"))
        self._stage = stage
        self._tell_not_exercised(plan)
        operations = tuple(
            template.operation
            for template in plan.templates
            if any(route.covers(template.method, template.path) for route in watched)
        )
        running = GeneratedTraffic(
            plan,
            self._rate,
            self._seed,
            watched=operations,
            authority=self._world.authority,
        )
        running.start(self._world.local_url(outputs[name]))
        self._running = running

    def stop(self) -> TrafficCounts:
        """End, and say what was sent."""
        running, self._running = self._running, None
        if running is None:
            return TrafficCounts(0, 0)
        counts = running.stop()
        self._emit(Noted(f"{self._stage}: traffic while it shifted: {counts.describe()}"))
        return TrafficCounts(counts.requests, counts.failed)

    def _tell_not_exercised(self, plan: TrafficPlan) -> None:
        """Name, once in a run, the operations that no request can be made for."""
        for item in plan.not_exercised:
            if item.subject not in self._told:
                self._told.add(item.subject)
                self._emit(FidelityNoted(item.subject, "not exercised", item.why))


def _document(release: Release) -> Mapping[str, Json]:
    """The release's OpenAPI document, empty if it names none; Unreadable if it can't be read."""
    path = release.settings.openapi
    if path is None:
        return {}
    try:
        document: Json = yaml.safe_load((release.source / path).read_text())
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as problem:
        raise Unreadable(
            f"the OpenAPI document can't be read: {problem}", "mend it, or its path", file=path
        ) from problem
    if not isinstance(document, dict):
        raise Unreadable("the OpenAPI document is no object", "mend it", file=path)
    return document
