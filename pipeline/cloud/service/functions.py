"""One Lambda function and one role per route group, each behind its alias `live`."""

from collections.abc import Mapping

from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from pipeline.cloud.service.belongings import Belongings
from pipeline.cloud.service.concurrency import reserved
from pipeline.cloud.service.domain import STRICT_TRANSPORT_SECURITY
from pipeline.cloud.service.route_groups import RouteGroup
from pipeline.cloud.service.versioned_function import VersionedFunction
from pipeline.plan.model import Stage

TIMEOUT_SECONDS = 10
"""Below the gateway's 29 s, and more than all the attempts of one SDK call (api.adapters.aws)."""


class ServiceFunction(VersionedFunction):
    """The function of a route group, which answers requests. It logs into a group of its own if none is given."""

    def __init__(
        self,
        scope: Construct,
        group: RouteGroup,
        stage: Stage,
        code: lambda_.Code,
        belongings: Belongings,
        told: Mapping[str, str] | None = None,
        log_group: logs.LogGroup | None = None,
    ) -> None:
        super().__init__(
            scope,
            group.name,
            stage,
            code,
            belongings,
            description=f"Orders API: the operations tagged {group.name}",
            memory=group.memory,
            timeout_seconds=TIMEOUT_SECONDS,
            reserved=reserved(stage, group),
            told={**_for_browsers(stage), **(told or {})},
            log_group=log_group,
        )
        self.group = group


def _for_browsers(stage: Stage) -> Mapping[str, str]:
    """What `api.handlers.browsers` reads, where the stage has it."""
    said = {"ALLOWED_ORIGINS": " ".join(stage.settings.origins)}
    if stage.settings.domain:
        said["STRICT_TRANSPORT_SECURITY"] = STRICT_TRANSPORT_SECURITY
    return {name: value for name, value in said.items() if value}
