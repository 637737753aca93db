"""The visitor: asks an alias while its traffic shifts, in a stage in which hardly anybody else does.

A new version that served nobody is known by nobody, and does not pass. So the hook before the shift calls this function
and does not wait for it: it puts the group's probes to the alias, one after the other, and the alias's weights send
each to the one version or the other, as they would anybody's request. What is answered is nobody's business here: the
handlers count it, and the judge compares.

Event: `function`, `alias`, `probes`. Environment: VISIT_WAIT_SECONDS (for how long), PAUSE_SECONDS (between visits).
"""

import json
import logging
import os
import time
from collections.abc import Callable, Mapping
from itertools import cycle
from typing import Any, TypedDict

from botocore.exceptions import BotoCoreError, ClientError

from pipeline.hooks import clients
from pipeline.hooks.probes import Probe, proxy_event, read_probes

LOG = logging.getLogger(__name__)

LAST_SECONDS = 30.0
"""What is left of the function's time when it visits no more: as long as a visit may take (`clients`)."""


class Called(TypedDict):
    """What the hook before the shift says; `probes` are JSON, as the hook has them."""

    function: str
    alias: str
    probes: str


def handler(event: Called, context: Any) -> int:
    """Visit until the shift is over; how often."""
    return visit(
        clients.functions(),
        event,
        os.environ,
        context.aws_request_id,
        lambda: context.get_remaining_time_in_millis() / 1000,
        time.time,
        time.sleep,
    )


def visit(
    functions: Any,
    called: Called,
    environment: Mapping[str, str],
    request_id: str,
    seconds_left: Callable[[], float],
    now: Callable[[], float],
    sleep: Callable[[float], None],
) -> int:
    """Put one probe after the other to the alias, for as long as the environment says; how many were put.

    A visit that nobody answers is logged, and the next one is made: that a version can't answer is what is to be seen.
    """
    until, pause = now() + float(environment["VISIT_WAIT_SECONDS"]), float(environment["PAUSE_SECONDS"])
    visits = 0
    for probe in cycle(read_probes(called["probes"])):
        if now() >= until or seconds_left() <= LAST_SECONDS:
            break
        _ask(functions, called, probe, f"{request_id}-{visits}", now())
        visits += 1
        sleep(pause)
    LOG.info("visited %s:%s %d times", called["function"], called["alias"], visits)
    return visits


def _ask(functions: Any, called: Called, probe: Probe, request_id: str, now: float) -> None:
    try:
        functions.invoke(
            FunctionName=called["function"],
            Qualifier=called["alias"],
            Payload=json.dumps(proxy_event(probe, request_id, now)).encode(),
        )["Payload"].read()
    except (BotoCoreError, ClientError) as problem:
        LOG.warning("%s: nobody answered: %s", probe.name, problem)
