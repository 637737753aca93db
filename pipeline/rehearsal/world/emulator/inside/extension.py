"""Our extension of ministack, put together: which parts there are, what each is given, in which order they go in."""

import random
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.rehearsal.world.clock import CompressedClock
from pipeline.rehearsal.world.emulator import stand_ins, trust
from pipeline.rehearsal.world.emulator.inside import (
    alarm_watch,
    alias_update,
    aliases,
    api_keys,
    change_sets,
    codedeploy_api,
    expressions,
    feeding,
    functions,
    gateway,
    grants,
    logs,
    message_moves,
    metric_filters,
    metrics_api,
    operation,
    pipes,
    pool_keys,
    queue_integration,
    replacements,
    rules,
    secret_rotation,
    signatures,
    signed_links,
    user_pools,
)
from pipeline.rehearsal.world.emulator.inside.access_log import AccessLog
from pipeline.rehearsal.world.emulator.inside.aftermath import Aftermath
from pipeline.rehearsal.world.emulator.inside.alarm_watch import AlarmWatch
from pipeline.rehearsal.world.emulator.inside.alias_update import AliasUpdate
from pipeline.rehearsal.world.emulator.inside.aliases import Aliases
from pipeline.rehearsal.world.emulator.inside.codedeploy_api import CodeDeployApi
from pipeline.rehearsal.world.emulator.inside.codedeploy_store import CodeDeployStore
from pipeline.rehearsal.world.emulator.inside.control import Control
from pipeline.rehearsal.world.emulator.inside.deployments import Deployments
from pipeline.rehearsal.world.emulator.inside.door import Door
from pipeline.rehearsal.world.emulator.inside.functions import Functions
from pipeline.rehearsal.world.emulator.inside.gateway import Gateway
from pipeline.rehearsal.world.emulator.inside.grants import Grants
from pipeline.rehearsal.world.emulator.inside.journal import Journal
from pipeline.rehearsal.world.emulator.inside.log_folder import LogFolder
from pipeline.rehearsal.world.emulator.inside.logs import Logs
from pipeline.rehearsal.world.emulator.inside.message_moves import MessageMoves
from pipeline.rehearsal.world.emulator.inside.metric_filters import MetricFilters
from pipeline.rehearsal.world.emulator.inside.metrics_api import MetricsApi
from pipeline.rehearsal.world.emulator.inside.resources import (
    alarms,
    codedeploy,
    registry,
    rest_api,
    roles,
    secrets,
    tables,
)
from pipeline.rehearsal.world.emulator.inside.resources import functions as lambda_functions
from pipeline.rehearsal.world.emulator.inside.resources import pipes as pipe_resources
from pipeline.rehearsal.world.emulator.inside.resources.codedeploy import CodeDeployResources
from pipeline.rehearsal.world.emulator.inside.resources.recorded import RecordedResources
from pipeline.rehearsal.world.emulator.inside.seams import Seam, check, ministack_version
from pipeline.rehearsal.world.emulator.inside.secret_rotation import SecretRotation
from pipeline.rehearsal.world.emulator.inside.telemetry import Telemetry
from pipeline.rehearsal.world.emulator.inside.traffic import Traffic
from pipeline.rehearsal.world.emulator.inside.user_pools import UserPools
from pipeline.rehearsal.world.emulator.settings import Settings
from pipeline.rehearsal.world.lambda_runtime import NOT_EXERCISED, FunctionSpec, LambdaRuntime, Limits
from pipeline.rehearsal.world.lambda_runtime.host_code import HostBuilder

# Two cores: more processes of one version only take turns, and each costs half a second of a core to start.
ENVIRONMENTS_PER_VERSION = 2
# Three stages of twenty functions: what has to make room for another stage starts anew when its own traffic comes. One
# that is idle has 10 to 20 MB of its own.
ENVIRONMENTS = 64

APP = Seam("ministack.app", "app", ("scope", "receive", "send"))
PARTS = (
    alarm_watch, alias_update, aliases, api_keys, change_sets, codedeploy_api, expressions, feeding, functions, gateway,
    grants, logs, message_moves, metric_filters, metrics_api, operation, pipes, pool_keys, queue_integration,
    replacements, rules, secret_rotation, signatures, signed_links, user_pools, alarms, codedeploy, lambda_functions,
    pipe_resources, registry, rest_api, roles, secrets, tables,
)  # fmt: skip
ALL_SEAMS = (APP, *(seam for part in PARTS for seam in part.SEAMS))


class Extension:
    """What runs beside ministack in its process. `load` it once, serve its `door`, `close` it."""

    def __init__(self, settings: Settings, port: int) -> None:
        folder = self._folder = Path(settings.folder)
        began = time.monotonic()
        self._port = port
        self._strict = settings.strict
        self.grants = Grants()
        epoch = time.time() if settings.epoch is None else settings.epoch
        self.clock = CompressedClock(settings.speed, time.monotonic, epoch)
        self.journal = Journal(lambda: time.monotonic() - began, self.clock.now)
        self.telemetry = Telemetry(self.clock.now)
        self.traffic = Traffic()
        self.filters = MetricFilters(self.telemetry)
        self.logs = Logs(self.filters)
        self.aliases = Aliases()
        self.runtime = LambdaRuntime(
            python=Path(settings.runtime_python),
            access=self._access,
            scratch=folder / "scratch",
            limits=Limits(per_version=ENVIRONMENTS_PER_VERSION, total=ENVIRONMENTS),
        )
        written = LogFolder(folder / "logs")
        aftermath = Aftermath(self.clock.now, self.telemetry, self.traffic, self.logs, written, self.journal)
        host = HostBuilder(
            cache=Path(settings.cache),
            uv=Path(settings.uv),
            python=Path(settings.runtime_python),
            requirements=None if settings.requirements is None else Path(settings.requirements),
        )
        draw = random.Random().random  # noqa: S311  (which version answers is no secret)
        self.functions = Functions(self.runtime, host, aftermath, folder / "functions", draw, self.clock.speed)
        self.gateway = Gateway(self.telemetry, self.traffic, AccessLog(self.logs), self.journal)
        self.alarms = AlarmWatch(self.clock, self.telemetry, self.journal)
        self.store = CodeDeployStore()
        self.deployments = Deployments(
            self.clock, self.store, self.alarms, self.aliases, self.traffic, self.journal, self.functions
        )
        self.alias_update = AliasUpdate(self.deployments, self.aliases, self.journal)
        control = Control(settings.secret, self.journal, self.status)
        self.door = Door(APP.get(), control, self.gateway, CodeDeployApi(self.store, self.deployments))

    @classmethod
    def load(cls, settings: Settings, port: int) -> "Extension":
        """Check ministack, wrap it, and get ready to run functions."""
        check(ALL_SEAMS)
        extension = cls(settings, port)
        extension._install()
        extension.runtime.start()
        extension.alarms.start()
        return extension

    def _install(self) -> None:
        self.functions.install()
        expressions.install()
        feeding.install()
        pipes.install()
        pool_keys.install(self._port)
        queue_integration.install()
        rules.install()
        signatures.install()
        MessageMoves().install()
        UserPools(self.functions.invoke_by_name).install()
        SecretRotation(self.functions.invoke_by_name).install()
        signed_links.install()
        self.gateway.install()
        api_keys.install()
        self.alarms.install()
        self.filters.install()
        self.grants.install()
        MetricsApi(self.telemetry, self.clock.now).install()
        replacements.install()
        change_sets.install()
        operation.install()
        self.alias_update.install()
        alarms.install()
        lambda_functions.install()
        pipe_resources.install()
        rest_api.install()
        roles.install()
        secrets.install()
        tables.install()
        CodeDeployResources(self.store).install()
        self.recorded = RecordedResources()
        self.recorded.install()

    def close(self) -> None:
        """End every function that runs."""
        self.alarms.stop()
        self.runtime.stop()

    def status(self) -> Mapping[str, Any]:
        """What the owner may ask at any time."""
        return {
            "ministack": ministack_version(),
            "speed": self.clock.speed,
            "world": self.clock.now(),
            "aliases": self.aliases.live(),
            "alarms": self.alarms.status(),
            "series": self.telemetry.series(),
            "resource_types": sorted(registry.HANDLERS.get()),
            "processes": self.runtime.processes(),
            "environments": self.runtime.environments(),
            "denied": self.grants.denied(),
            "not_exercised": sorted({*NOT_EXERCISED, *self.functions.not_exercised}),
        }

    def _access(self, spec: FunctionSpec) -> Mapping[str, str]:
        """What a function is given to speak with AWS and others: this machine, as its account (its role, if strict)."""
        own = {"AWS_ACCESS_KEY_ID": spec.account, "AWS_SECRET_ACCESS_KEY": "local", "AWS_SESSION_TOKEN": "local"}
        trusted = trust.variables(trust.authority_of(self._folder)) if self._strict else {}
        return {
            "AWS_ENDPOINT_URL": f"{'https' if self._strict else 'http'}://127.0.0.1:{self._port}",
            **trusted,
            **(self.grants.access(spec) if self._strict else own),
            **stand_ins.replaced(spec.environment, stand_ins.read(self._folder)),
        }
