"""The schedule that has unpaid orders looked for."""

import json

from api.handlers import payments
from api.handlers.worker import read
from tests.support.messages import record
from tests.synth.reading import Template
from tests.synth.test_service import granted, named


def test_every_five_minutes_the_payment_worker_gets_a_message_that_it_reads(template: Template) -> None:
    schedule = template.one("AWS::Scheduler::Schedule")
    assert (schedule["ScheduleExpression"], schedule["FlexibleTimeWindow"]) == ("rate(5 minutes)", {"Mode": "OFF"})
    target = schedule["Target"]
    names = named(template)
    assert template.said(target["Arn"]) == f"${{{names['PaymentsQueue']}.Arn}}"
    message = read(record(target["Input"]))
    assert message.event.kind in payments.handler.kinds
    assert message.event.cause.correlation_id == json.loads(target["Input"])["detail"]["metadata"]["correlation_id"]


def test_the_schedule_may_write_to_its_queue_and_nothing_else(template: Template) -> None:
    role, _ = template.one("AWS::Scheduler::Schedule")["Target"]["RoleArn"]["Fn::GetAtt"]
    actions = {action for actions in granted(template, role).values() for action in actions}
    assert actions == {"kms:Decrypt", "kms:GenerateDataKey", "sqs:SendMessage"}
