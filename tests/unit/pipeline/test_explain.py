"""What the judge can see, as people read it before a rollout.

Set SLIPWAY_UPDATE_GOLDEN=1 to write the golden files anew, then read them.
"""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import cli
from pipeline.explain import CANARY, explain, policy_of
from pipeline.plan.delivery import DELIVERY
from pipeline.plan.model import Alarm, Approval, Delivery, Environment, Rollout, Source, Stage, StageSettings, Tools
from pipeline.rehearsal.world.codedeploy.problem import CodeDeployProblem

GOLDEN = Path(__file__).parent / "golden"
LINEAR = "LambdaLinear10PercentEvery1Minute"
WATCHED = (Alarm("errors", "errors", threshold=1, unit="%"), Alarm("latency", "latency", threshold=3_000, unit="ms"))
BASELINE = 0.005


def stage(name: str, rollout: Rollout) -> Stage:
    settings = StageSettings(log_retention_days=14, throttle_rate=1, throttle_burst=1, deletion_protection=True)
    return Stage(name, Environment("222222222222", "eu-west-1"), rollout, settings, ())


def delivering(*steps: Stage | Approval) -> Delivery:
    """A delivery of these steps: a plan that stays as it is, whatever becomes of the real one."""
    return Delivery(
        name="orders",
        environment=Environment("111111111111", "eu-west-1"),
        source=Source("example/orders", "main", "arn:aws:codeconnections:eu-west-1:111111111111:connection/1"),
        tools=Tools(cdk="2.1148.1", cdk_assets="4.7.3"),
        source_gates=(),
        output_gates=(),
        steps=steps,
    )


THREE = delivering(
    stage("beta", Rollout("LambdaAllAtOnce", WATCHED, no_traffic="warn")),
    stage("gamma", Rollout(LINEAR, WATCHED)),
    Approval("approval"),
    stage("prod", Rollout(CANARY, WATCHED, expected_rps=50)),
)


def told(rollout: Rollout, rps: float | None = None, baseline: float = BASELINE) -> str:
    return explain(delivering(stage("prod", rollout)), None, rps, baseline)


@pytest.mark.parametrize(("name", "rps"), [("planned", None), ("rps_1", 1.0), ("rps_100", 100.0), ("rps_0", 0.0)])
def test_what_is_told_of_a_delivery_is_as_it_was_found_good(name: str, rps: float | None) -> None:
    golden, text = GOLDEN / f"explain_{name}.txt", explain(THREE, None, rps, BASELINE)
    if os.environ.get("SLIPWAY_UPDATE_GOLDEN"):
        golden.write_text(text)
    assert text == golden.read_text()


@pytest.mark.parametrize("rps", [0.0, 0.01, 1.0, 10_000.0])
def test_no_line_is_wider_than_a_terminal(rps: float) -> None:
    assert max(map(len, explain(THREE, "gamma", rps, BASELINE).splitlines())) <= 120


def test_no_line_of_the_plan_that_there_is_is_wider_either() -> None:
    assert max(map(len, explain(DELIVERY, None, 1.0, BASELINE).splitlines())) <= 120


def test_one_stage_is_told_alone() -> None:
    alone = explain(THREE, "gamma", 0.0, BASELINE)
    assert "\ngamma  " in alone
    assert "\nbeta  " not in alone
    assert "\nprod  " not in alone


def test_the_rate_that_the_plan_expects_is_taken_unless_another_is_asked_about() -> None:
    rollout = Rollout(CANARY, WATCHED, expected_rps=20)
    assert told(rollout) == told(rollout, 20.0)
    assert "requests to a function: 5 a second" in told(rollout, 5.0)


def test_a_stage_is_judged_by_what_it_says_of_no_traffic() -> None:
    assert [policy_of(each).no_traffic for each in THREE.stages] == ["warn", "fail", "fail"]


@pytest.mark.parametrize(
    ("policy", "follows"), [("fail", "the deployment fails"), ("warn", "the version goes on, with a warning")]
)
def test_where_nobody_comes_the_policy_says_what_follows(policy: str, follows: str) -> None:
    said = told(Rollout(CANARY, WATCHED, no_traffic=policy), 0.0)  # type: ignore[arg-type]
    assert f"NO-TRAFFIC, however it shifts. Nothing is known then; the policy is {policy}: {follows}\n" in said


def test_where_hardly_anybody_comes_it_is_told_how_often_nobody_does() -> None:
    assert "nobody comes in 55 % of rollouts: NO-TRAFFIC; the policy is fail" in told(Rollout(CANARY, WATCHED), 0.02)


def test_enough_traffic_is_no_warning() -> None:
    assert "WARNING" not in told(Rollout(CANARY, WATCHED), 50.0)


def test_traffic_that_is_too_thin_is_a_warning_with_what_helps() -> None:
    _, warning = told(Rollout(CANARY, WATCHED), 1.0).split("  WARNING ")
    assert warning.partition("  LambdaLinear10PercentEvery1Minute, for")[0].splitlines() == [
        "prod: traffic is too thin: 5 % bad requests may go unseen, and a good version can hardly pass. What helps:",
        "    linear         LambdaLinear10PercentEvery1Minute has 9 times the requests; see below",
        "    longer         LambdaCanary10Percent10Minutes has 2 times the requests: see --rps 2",
        "    longer         LambdaCanary10Percent15Minutes has 3 times the requests: see --rps 3",
        "    longer         LambdaCanary10Percent30Minutes has 6 times the requests: see --rps 6",
        "    alarms         compare nothing, so that they see more, and any incident sets them off:",
        "                   errors > 1 %, latency > 3000 ms",
        "    visitors       of our own, while it shifts: one a second adds 30; PASS takes 111",
    ]


def test_a_stable_version_that_fails_too_often_itself_is_a_warning_that_no_traffic_helps() -> None:
    _, warning = told(Rollout(LINEAR, WATCHED), 1000.0, baseline=0.048).split("  WARNING ")
    assert warning.partition("  LambdaCanary10Percent5Minutes, for")[0].splitlines() == [
        "prod: no version passes, however much traffic comes: "
        "the stable version itself (4.8 % bad) is too close to 5 %;",
        "    mend what fails every day, or let the policy tolerate more",
    ]


def test_a_stage_without_alarms_is_told_that_there_are_none() -> None:
    assert "until an alarm fires: there is none\n" in told(Rollout("LambdaAllAtOnce", ()), 1.0)


def test_a_rate_that_the_stable_version_has_itself_is_not_asked_about() -> None:
    said = told(Rollout(CANARY, WATCHED), 10.0, baseline=0.05)
    assert "1 %, 5 % bad is no worse than the stable version: nothing to see\n" in said
    assert "       5 % " not in said


def test_a_way_to_shift_that_nobody_knows_is_named() -> None:
    with pytest.raises(CodeDeployProblem, match="'LambdaSomehow' is unknown"):
        told(replace(THREE.stages[-1].rollout, config="LambdaSomehow"))


# --- the command -----------------------------------------------------------------------------------------------------


def test_the_command_tells_of_the_plan(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["rollout", "explain", "--rps", "0", "--baseline", "1"]) == 0
    assert capsys.readouterr().out == explain(DELIVERY, None, 0.0, 0.01)


def test_the_command_knows_the_stages(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["rollout", "explain", "--stage", "elsewhere"]) == 2
    assert capsys.readouterr().err == "slipway: there is no stage elsewhere; there are beta, gamma, prod\n"


def test_a_plan_that_shifts_in_a_way_that_nobody_knows_is_usage(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    strange = delivering(stage("prod", Rollout("LambdaSomehow", WATCHED)))
    monkeypatch.setattr("pipeline.plan.delivery.DELIVERY", strange)
    assert cli.main(["rollout", "explain"]) == 2
    assert capsys.readouterr().err.startswith("slipway: pipeline/plan/delivery.py: deployment configuration")


@pytest.mark.parametrize(
    ("option", "said"),
    [
        *(
            (f"--rps={value}", "a number of requests a second from 0 to 10,000")
            for value in ("-1", "nan", "inf", "1e9")
        ),
        ("--rps=many", "'many': give a number of requests a second from 0 to 10,000"),
        *((f"--baseline={value}", "a number of percent from 0 to 50") for value in ("-1", "nan", "51", "x")),
    ],
)
def test_a_number_that_makes_no_sense_is_usage(option: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(["rollout", "explain", option])
    assert left.value.code == 2
    assert said in capsys.readouterr().err
