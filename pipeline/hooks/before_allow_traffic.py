"""The hook before traffic shifts: can the new version answer at all, and could it be taken back?

How often it fails is not asked here: a handful of probes cannot tell one failure in five from none. The judge counts
that, and the canary's alarms. So a probe is put again until it is answered as promised, and objected to when it never
is. Last, as many environments as the first requests will need are started, since a cold start looks like a slow
version, and the judge is called, and the visitor where there is one.

Environment: FUNCTION_NAME, VERSION (the one under test), ALIAS, PROBES and ALARMS (JSON lists), WARM (how many
environments), SHIFT, JUDGE (the judge's name; it is not called where all traffic moves at once), VISITOR (if there is
one), and BREAK_GLASS, by which a red alarm does not count.
"""

import json
import logging
import os
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pipeline.hooks import clients
from pipeline.hooks.answer import HookAnswer, HookEvent, Refused, answer
from pipeline.hooks.break_glass import broken, let_through
from pipeline.hooks.preflight import no_way_back, unfit_alarms
from pipeline.hooks.probes import Probe, objection, proxy_event, read_probes
from pipeline.hooks.steps import gradual, read_steps

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

LOG = logging.getLogger(__name__)

ATTEMPTS = 5
"""Of versions that fail one request in five, one in 3,000 is refused by a probe; of those that always fail, each is."""


def handler(event: HookEvent, context: Any) -> HookAnswer:
    """Answer CodeDeploy's question before the shift."""

    def check() -> str:
        functions = clients.functions()
        check_version(functions, clients.cloudwatch(), os.environ, context.aws_request_id, time.time, time.sleep)
        warm(functions, os.environ, context.aws_request_id, time.time)
        call_judge(functions, os.environ, event["DeploymentId"])
        call_visitor(functions, os.environ)
        return ""

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
    flag = broken(environment, datetime.fromtimestamp(now(), UTC))
    of_version = [
        *_probe(functions, environment, request_id, now),
        *no_way_back(functions, name, environment["ALIAS"], version),
    ]
    missing, red = unfit_alarms(cloudwatch, json.loads(environment["ALARMS"]), sleep)
    objections = [*of_version, *missing, *let_through(flag, red)]
    if objections:
        raise Refused(objections)
    LOG.info("version %s of %s answers as promised", version, name)


def warm(functions: Any, environment: Mapping[str, str], request_id: str, now: Callable[[], float]) -> None:
    """Ask the new version WARM times at once, so that as many of its environments run when traffic comes."""
    probes, wanted = read_probes(environment["PROBES"]), int(environment["WARM"])
    with ThreadPoolExecutor(max_workers=max(1, wanted)) as pool:
        asked = [pool.submit(_ask, functions, environment, probes[0], request_id, now) for _ in range(wanted)]
    failed = [each for each in asked if each.exception() is not None or each.result()[0] is not None]
    LOG.info("warmed %d environments, %d of which ended in an error", wanted, len(failed))


def call_judge(functions: Any, environment: Mapping[str, str], deployment: str) -> None:
    """Let the judge look from now on; nobody waits for it."""
    if not gradual(read_steps(environment["SHIFT"])):
        return  # there is nothing to compare
    called = {"deployment": deployment, "function": environment["FUNCTION_NAME"], "alias": environment["ALIAS"]}
    functions.invoke(FunctionName=environment["JUDGE"], InvocationType="Event", Payload=json.dumps(called).encode())
    LOG.info("the judge was called", extra={"deployment": deployment})


def call_visitor(functions: Any, environment: Mapping[str, str]) -> None:
    """Let the stage's visitor ask while traffic shifts, if it has one; nobody waits for it."""
    if "VISITOR" not in environment:
        return
    called = {
        "function": environment["FUNCTION_NAME"],
        "alias": environment["ALIAS"],
        "probes": environment["PROBES"],
    }
    functions.invoke(FunctionName=environment["VISITOR"], InvocationType="Event", Payload=json.dumps(called).encode())
    LOG.info("the visitor was called")


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
        said = objection(probe, *_ask(functions, environment, probe, request_id, now))
        if said is None:
            return None
        LOG.warning("attempt %d of %d: %s", attempt, ATTEMPTS, said)
    return f"{said}, {ATTEMPTS} times"


def _ask(
    functions: Any, environment: Mapping[str, str], probe: Probe, request_id: str, now: Callable[[], float]
) -> tuple[str | None, bytes]:
    """What the new version answers: Lambda's word for an error that it ended in, and what it returned."""
    answered = functions.invoke(
        FunctionName=environment["FUNCTION_NAME"],
        Qualifier=environment["VERSION"],
        Payload=json.dumps(proxy_event(probe, request_id, now())).encode(),
    )
    return answered.get("FunctionError"), answered["Payload"].read()
