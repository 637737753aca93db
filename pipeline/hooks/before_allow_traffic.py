"""The hook before traffic shifts: is the new version fit to take some, and could it be taken back?

Environment: FUNCTION_NAME, VERSION (the one under test), ALIAS, PROBES and ALARMS (JSON lists).
"""

import json
import logging
import os
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pipeline.hooks import clients
from pipeline.hooks.answer import HookEvent, Refused, answer
from pipeline.hooks.preflight import no_way_back, unfit_alarms
from pipeline.hooks.probes import objection, proxy_event, read_probes

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

LOG = logging.getLogger(__name__)


def handler(event: HookEvent, context: Any) -> str:
    """Answer CodeDeploy's question before the shift."""

    def check() -> None:
        check_version(
            clients.functions(), clients.cloudwatch(), os.environ, context.aws_request_id, time.time, time.sleep
        )

    return answer(clients.codedeploy(), event, check)


def check_version(
    functions: Any,
    cloudwatch: "CloudWatchClient",
    environment: Mapping[str, str],
    request_id: str,
    now: Callable[[], float],
    sleep: Callable[[float], None],
) -> None:
    """Raise Refused with every objection: to the answers of the new version, to the way back, to the alarms."""
    name, version = environment["FUNCTION_NAME"], environment["VERSION"]
    objections = [
        *_probe(functions, environment, request_id, now),
        *no_way_back(functions, name, environment["ALIAS"], version),
        *unfit_alarms(cloudwatch, json.loads(environment["ALARMS"]), sleep),
    ]
    if objections:
        raise Refused(objections)
    LOG.info("version %s of %s answers as promised", version, name)


def _probe(functions: Any, environment: Mapping[str, str], request_id: str, now: Callable[[], float]) -> list[str]:
    """Ask the new version by its number, so that nothing is counted as the alias's traffic."""
    found = []
    for probe in read_probes(environment["PROBES"]):
        answered = functions.invoke(
            FunctionName=environment["FUNCTION_NAME"],
            Qualifier=environment["VERSION"],
            Payload=json.dumps(proxy_event(probe, request_id, now())).encode(),
        )
        found.append(objection(probe, answered.get("FunctionError"), answered["Payload"].read()))
    return [each for each in found if each is not None]
