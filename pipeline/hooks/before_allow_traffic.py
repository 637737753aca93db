"""The hook before traffic shifts: can the new version answer at all, and could it be taken back?

How often it fails is not asked here: a handful of probes cannot tell one failure in five from none. The canary's alarms
count that. So a probe is put again until it is answered as promised, and objected to when it never is.

Environment: FUNCTION_NAME, VERSION (the one under test), ALIAS, PROBES and ALARMS (JSON lists).
"""

import json
import logging
import os
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pipeline.hooks import clients
from pipeline.hooks.answer import HookAnswer, HookEvent, Refused, answer
from pipeline.hooks.preflight import no_way_back, unfit_alarms
from pipeline.hooks.probes import Probe, objection, proxy_event, read_probes

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

LOG = logging.getLogger(__name__)

ATTEMPTS = 5
"""Of versions that fail one request in five, one in 3,000 is refused by a probe; of those that always fail, each is."""


def handler(event: HookEvent, context: Any) -> HookAnswer:
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
    """Objections to the answers of the new version."""
    found = [_objection(functions, environment, probe, request_id, now) for probe in read_probes(environment["PROBES"])]
    return [each for each in found if each is not None]


def _objection(
    functions: Any, environment: Mapping[str, str], probe: Probe, request_id: str, now: Callable[[], float]
) -> str | None:
    """Ask the new version by its number, so that nothing is counted as the alias's traffic; at most ATTEMPTS times."""
    said: str | None = None
    for attempt in range(1, ATTEMPTS + 1):
        answered = functions.invoke(
            FunctionName=environment["FUNCTION_NAME"],
            Qualifier=environment["VERSION"],
            Payload=json.dumps(proxy_event(probe, request_id, now())).encode(),
        )
        said = objection(probe, answered.get("FunctionError"), answered["Payload"].read())
        if said is None:
            return None
        LOG.warning("attempt %d of %d: %s", attempt, ATTEMPTS, said)
    return f"{said}, {ATTEMPTS} times"
