"""The plan as people read it."""

from dataclasses import replace

import pytest

from pipeline.plan.model import (
    Alarm,
    Approval,
    Delivery,
    Environment,
    Gate,
    Limit,
    Rollout,
    Source,
    Stage,
    StageSettings,
    Tools,
)
from pipeline.plan.render import render

DELIVERY = Delivery(
    name="orders",
    environment=Environment("111111111111", "eu-west-1"),
    source=Source("example/orders", "main", "arn:aws:codeconnections:eu-west-1:111111111111:connection/1"),
    tools=Tools(cdk="2.1148.1", cdk_assets="4.7.3"),
    source_gates=(Gate("unit", (Limit("lines", at_least=90, unit="%"),), checked_at_least=300), Gate("lint")),
    output_gates=(Gate("size", (Limit("zip", at_least=1, at_most=50, unit="MB"), Limit("findings", at_most=0))),),
    steps=(
        Approval("approval", timeout_minutes=120),
        Stage(
            "prod",
            Environment("444444444444", "eu-west-1"),
            Rollout("LambdaCanary10Percent5Minutes", (Alarm("errors", "errors", threshold=1, unit="%"),)),
            StageSettings(log_retention_days=365, throttle_rate=1, throttle_burst=1, deletion_protection=True),
            gates=(Gate("smoke", (Limit("failed", at_most=0),), checked_at_least=4),),
        ),
    ),
)


def test_a_plan_is_read_from_the_source_to_the_last_stage() -> None:
    assert render(DELIVERY) == (
        "orders: example/orders main → approval → prod\n"
        "pipeline in 111111111111 eu-west-1, QUEUED, cdk 2.1148.1, cdk-assets 4.7.3\n"
        "\n"
        "Build\n"
        "  gate  unit           lines ≥ 90 %; at least 300 checked\n"
        "  gate  lint           at least 1 checked\n"
        "  gate  size           zip ≥ 1 and ≤ 50 MB, findings ≤ 0; at least 1 checked\n"
        "\n"
        "approval\n"
        "  a person's yes within 2 h, else rejected\n"
        "\n"
        "prod  444444444444 eu-west-1  LambdaCanary10Percent5Minutes\n"
        "  alarm errors         > 1 %   2 of 3 × 60 s, from 10 requests on\n"
        "  a new version that served nobody: fail\n"
        "  requests to a function: 1 a second; `slipway rollout explain` says what that shows\n"
        "  gate  smoke          failed ≤ 0; at least 4 checked\n"
        "\n"
        "told of every stage, if it says whom\n"
        "  critical  failing-badly  error-rate > 10 %; 1 of 1 × 60 s, from 20 requests on\n"
        "  critical  slow-badly     latency > 5000 ms; 1 of 1 × 60 s, from 20 requests on\n"
        "  warning   failing        error-rate > 5 %; 3 of 3 × 300 s, from 20 requests on\n"
        "  warning   crowded        concurrency > 80 %; 3 of 5 × 60 s\n"
        "  warning   returned-mail  returned-mail > 10 letters; 1 of 1 × 3600 s\n"
        "  critical  degraded       all of errors-seen, slower-than-usual; not while deploying\n"
        "  warning   noticed        any of cold, slower-than-usual, fewer-orders-than-usual; not while deploying\n"
        "\n"
        "what a stage can not ask for yet\n"
        "  aurora                   orders in SQL for reports, and a proxy before it; 131 USD a month\n"
        "  valkey                   a cache of products and preferences; 6 USD a month\n"
        "  static_egress            one address towards the payment provider, and a network; 33 USD a month\n"
        "  api_cache                answers kept at the gateway; 15 USD a month\n"
        "  edge                     answers kept near who asks; nothing while idle\n"
        "  load_balancer            carriers' scans in bulk; 20 USD a month\n"
        "  web_acl                  a firewall before the API; 9 USD a month\n"
        "  provisioned_concurrency  no cold start where it would be felt, for a gigabyte; 9 USD a month\n"
        "  push                     news of an order by WebSocket; nothing while idle\n"
        "  report_exports           reports as files; nothing while idle\n"
        "  compliance               AWS Config and Security Hub look at the account; 20 USD a month\n"
    )


@pytest.mark.parametrize(("minutes", "said"), [(30, "30 min"), (60, "1 h"), (90, "1 h 30 min"), (10_080, "168 h")])
def test_the_time_that_a_person_has_is_written_out(minutes: int, said: str) -> None:
    told = render(replace(DELIVERY, steps=(Approval("approval", timeout_minutes=minutes),)))
    assert f"\napproval\n  a person's yes within {said}, else rejected\n\n" in told


def test_what_a_stage_asks_for_besides_is_told_with_its_cost() -> None:
    (prod,) = DELIVERY.stages
    told = replace(prod, settings=replace(prod.settings, spans=True))
    assert "  asks  spans          X-Ray sees the steps within functions; nothing while idle\n" in render(
        replace(DELIVERY, steps=(told,))
    )
