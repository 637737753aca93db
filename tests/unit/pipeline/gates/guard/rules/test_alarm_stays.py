"""No alarm goes away."""

from typing import Any

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import (
    Template,
    assembly,
    edited,
    first,
    found,
    look,
    release,
    resource,
    subject,
)

RULE = "alarm_stays"
ALARM = resource("CloudWatch::Alarm", AlarmName="orders-errors")


def test_an_alarm_of_the_base_that_is_gone_is_told() -> None:
    (told,) = found(RULE, subject(assembly(prod={}, beta={"Errors": ALARM}), assembly(prod={"Errors": ALARM})))
    assert told.where == "prod/orders:Errors"
    assert "the alarm orders-errors is gone: was AWS::CloudWatch::Alarm, is nothing" in told.what


def test_an_alarm_that_became_something_else_is_gone() -> None:
    other = subject(assembly(prod={"Errors": resource("SNS::Topic")}), assembly(prod={"Errors": ALARM}))
    assert "is AWS::SNS::Topic" in found(RULE, other)[0].what


def test_an_alarm_may_have_another_name_if_it_asks_and_tells_the_same() -> None:
    def named(name: str, **more: str) -> dict[str, Any]:
        return resource("CloudWatch::Alarm", AlarmName=name, Namespace="Orders", AlarmActions=["topic"], **more)

    base = assembly(prod={"Errors": named("orders-errors")})
    assert found(RULE, subject(assembly(prod={"Failures": named("orders-failures")}), base)) == ()
    other = subject(assembly(prod={"Failures": named("orders-errors", MetricName="Failures")}), base)
    assert len(found(RULE, other)) == 1


def test_an_alarm_that_is_stricter_and_one_that_is_new_are_welcome(real: Assembly) -> None:
    def stricter_and_more(document: Template) -> None:
        alarm = first(document, "CloudWatch::Alarm", "RolloutOrdersErrors")
        alarm["Properties"]["Threshold"] = 0.5
        document["Resources"]["OneMore"] = alarm

    good = release(edited(real, "prod/orders", stricter_and_more), real)
    assert found(RULE, good) == ()
    assert look(RULE, good).checked == look(RULE, release(real, real)).checked > 90


def test_a_first_release_has_none_to_lose(real: Assembly) -> None:
    assert (look(RULE, release(real)).checked, found(RULE, release(real))) == (0, ())
