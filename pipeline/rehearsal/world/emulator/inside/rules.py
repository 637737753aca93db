"""Rules whose queue can't be reached: the event goes to the target's dead letters. ministack drops it.

Source: EventBridge User Guide, "Using dead-letter queues to process undelivered events": a target that is not there is
not tried again, and the attributes of the dead letter say why.
"""

import json
import logging
from collections.abc import Callable, Mapping
from typing import Any

from pipeline.rehearsal.world.emulator.inside.seams import Seam

MODULE = "ministack.services.eventbridge"
INVOKE = Seam(MODULE, "_invoke_target", ("target", "event", "rule", "view"))
VIEW = Seam(MODULE, "_pattern_event_view", ("event",))
BY_ARN = Seam("ministack.services.sqs", "_queue_by_arn", ("arn",))
SEND = Seam("ministack.services.sqs", "_act_send_message", ("data", "qurl"))
QUEUE_URL = Seam("ministack.services.sqs", "_queue_url", ("name",))
SEAMS = (INVOKE, VIEW, BY_ARN, SEND, QUEUE_URL)

type Target = Mapping[str, Any]

log = logging.getLogger("slipway.rules")


def install() -> None:
    """Wrap the seam."""
    INVOKE.wrap(_invoking)


def _invoking(original: Callable[..., None]) -> Callable[..., None]:
    def invoke(target: Target, event: Mapping[str, Any], rule: Mapping[str, Any], view: Any = None) -> None:
        arn = str(target.get("Arn"))
        if ":sqs:" not in arn or BY_ARN.get()(arn) is not None:
            original(target, event, rule, view)
            return
        dead = (target.get("DeadLetterConfig") or {}).get("Arn")
        if dead is None or BY_ARN.get()(dead) is None:
            log.warning("rule %s lost an event: there is no queue %s", rule.get("Name"), arn)
            return
        _bury(str(dead), target, rule, (view or VIEW.get()(event)).event_with_detail())

    return invoke


def _bury(dead: str, target: Target, rule: Mapping[str, Any], event: Mapping[str, Any]) -> None:
    why = {
        "RULE_ARN": str(rule.get("Arn")),
        "TARGET_ARN": str(target.get("Arn")),
        "ERROR_CODE": "NO_RESOURCE",
        "ERROR_MESSAGE": "The specified queue does not exist.",
    }
    attributes = {name: {"DataType": "String", "StringValue": value} for name, value in why.items()}
    url = QUEUE_URL.get()(dead.rpartition(":")[2])
    SEND.get()({"QueueUrl": url, "MessageBody": json.dumps(event), "MessageAttributes": attributes}, url)
