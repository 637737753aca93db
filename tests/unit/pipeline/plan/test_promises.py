"""What the plan promises, in figures, and the row of tests/requirements/rows.toml that asks for each.

Everything else is compared with the plan: whoever changes a figure there changes what he is measured by. So it is
said a second time here, and a figure that is made weaker must be made weaker twice, in plain sight.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields, replace
from typing import Any

import pytest

from pipeline.check import every_gate
from pipeline.plan.delivery import DELIVERY
from pipeline.plan.model import OWN, Addresses, Alarm, Approval, Gate, Limit, Mail, Stage, StageSettings
from pipeline.record.counting import plural
from tests.requirements.rows import rows

# -- gates: the bounds of what they measure, and the least that they must have looked at -------------------------------

NO_TEST_FAILS = "failed ≤ 0"
NO_TEST_IS_SKIPPED = "skipped ≤ 0"
COVERED = "lines ≥ 95 %"
COMPARED = ("compares",)


@dataclass(frozen=True)
class Asked:
    """What a gate promises. `least` may be more in the plan, as the project grows, and never less.

    `how` names the switches that are on in the plan (`Gate`): one that compares is told what is deployed, and one that
    is asked alone is in nobody's way.
    """

    limits: tuple[str, ...]
    least: int
    how: tuple[str, ...] = ()


GATES: Mapping[tuple[str, str], Asked] = {
    ("Build", "workflow"): Asked(("findings ≤ 0", "rules ≥ 54"), 10, COMPARED),
    ("Build", "lint"): Asked(("findings ≤ 0",), 1_600),
    ("Build", "unit"): Asked((NO_TEST_FAILS, NO_TEST_IS_SKIPPED, COVERED), 3_580, COMPARED),
    ("Build", "contract"): Asked(  # B2: additive changes only
        (NO_TEST_FAILS, NO_TEST_IS_SKIPPED, "breaking ≤ 0"), 32, COMPARED
    ),
    ("Build", "guard"): Asked(("findings ≤ 0",), 6_000, COMPARED),  # A2: what takes a release back is there and works
    ("Build", "scan"): Asked(("high ≤ 0", "release age ≥ 7 days"), 1_200),  # G7: validated before it is deployed
    ("beta", "integration"): Asked((NO_TEST_FAILS, NO_TEST_IS_SKIPPED), 1_350),
    ("beta", "fuzz"): Asked(("failures ≤ 0", "cases ≥ 500", "operations without a 2xx ≤ 0"), 500),
    ("gamma", "integration"): Asked((NO_TEST_FAILS, NO_TEST_IS_SKIPPED), 1_350),
    ("gamma", "load"): Asked(("errors ≤ 0 %", "p95 ≤ 700 ms", "p99 ≤ 2000 ms", "seconds ≥ 30 s"), 300, ("alone",)),
    ("prod", "smoke"): Asked((NO_TEST_FAILS, NO_TEST_IS_SKIPPED), 4),
    (OWN, "selftest"): Asked((NO_TEST_FAILS, NO_TEST_IS_SKIPPED, COVERED), 7_000),
    (OWN, "mutation"): Asked(("stopped ≥ 100 %",), 6),
}

# -- rollouts: what stops one, and how traffic moves -------------------------------------------------------------------

NETS: Mapping[str, str] = {  # A2: rolled back at once, by what is seen of the new version, if no judge has seen it
    "errors": "errors > 50 % in 1 of 1 × 300 s, from 10 requests and 5 failures on",
    "server-errors": "server-errors > 50 % in 1 of 1 × 300 s, from 10 requests and 5 failures on",
    "latency": "latency of 50 % > 3000 ms in 2 of 3 × 60 s, from 5 requests and 1 failure on",
    "business": "business > 99 % in 1 of 1 × 300 s, from 20 requests and 1 failure on",
    "throttles": "throttles > 20 % in 1 of 1 × 300 s, from 10 requests and 5 failures on",
}
THIN: Mapping[str, str] = {  # A2, where a judge has little or nothing to compare
    "errors": "errors > 1 % in 1 of 1 × 300 s, from 10 requests and 3 failures on",
    "server-errors": "server-errors > 1 % in 1 of 1 × 300 s, from 10 requests and 3 failures on",
    "latency": "latency of 99 % > 3000 ms in 2 of 3 × 60 s, from 5 requests and 1 failure on",
    "business": "business > 99 % in 1 of 1 × 300 s, from 20 requests and 1 failure on",
    "throttles": "throttles > 20 % in 1 of 1 × 300 s, from 10 requests and 5 failures on",
}
ALARMS: Mapping[str, Mapping[str, str]] = {"beta": THIN, "gamma": THIN, "prod": NETS}
STEPS: Mapping[str, str] = {  # A2, C10
    "beta": "LambdaAllAtOnce, warn without traffic",
    "gamma": "LambdaLinear10PercentEvery1Minute, fail without traffic",
    "approval": "a person's yes within 168 hours",
    "prod": "LambdaCanary10Percent5Minutes, fail without traffic",
}

# -- stages: the settings that a requirement fixes, in the order of the stages -----------------------------------------


@dataclass(frozen=True)
class Setting:
    """A setting and its value in beta, gamma and prod; `by` is the row of the requirements that asks for it.

    MODEL stands for what no row asks for and what is said of it where it is defined.
    """

    by: str
    says: str
    read: Callable[[Stage], object]
    values: tuple[object, object, object]


MODEL = "plan/model.py"
SANDBOX, PROVIDER = "https://sandbox.payments.example", "https://payments.example"
ADDRESS = ("1 Example Street", "1000 Exampleton")
TEST_SHOP = ("Example Shop (test)", *ADDRESS)
SHOP = ("Example Shop Ltd", *ADDRESS, "VAT ID XX000000000")
NOBODY = Mail("test.shop.example", "orders", "success@simulator.amazonses.com")
CUSTOMERS = Mail("shop.example", "orders", "")

SETTINGS = (
    Setting("A6", "functions of the account at once", lambda stage: stage.settings.concurrency_limit, (1_000,) * 3),
    Setting("C11", "days that logs are kept", lambda stage: stage.settings.log_retention_days, (14, 30, 365)),
    Setting("B9", "requests per second", lambda stage: stage.settings.throttle_rate, (500, 500, 1_000)),
    Setting("B9", "requests in a burst", lambda stage: stage.settings.throttle_burst, (1_000, 1_000, 2_000)),
    Setting("D1", "most units of the table", lambda stage: stage.settings.most_table_units, (4_000, 4_000, 4_000)),
    Setting("D1", "data is protected", lambda stage: stage.settings.deletion_protection, (True, True, True)),
    Setting(MODEL, "who is asked to pay", lambda stage: stage.settings.payment_provider, (SANDBOX, SANDBOX, PROVIDER)),
    Setting(MODEL, "who sells, on invoices", lambda stage: stage.settings.seller, (TEST_SHOP, TEST_SHOP, SHOP)),
    Setting("E1", "tests may make users", lambda stage: stage.settings.test_sign_in, (True, True, False)),
    Setting(MODEL, "who gets customers' mail", lambda stage: stage.settings.mail, (NOBODY, NOBODY, CUSTOMERS)),
    Setting("G5", "access is analyzed", lambda stage: stage.settings.analyze_access, (True, True, True)),
    Setting("N1", "part that is traced", lambda stage: stage.settings.traced, (1, 0.2, 0.05)),
    Setting("T1", "dollars a month", lambda stage: stage.settings.monthly_budget, (0, 0, 500)),
)
STAGES = ("beta", "gamma", "prod")
FIXED = tuple(
    pytest.param(setting, stage, value, id=f"{stage}: {setting.says} ({setting.by})")
    for setting in SETTINGS
    for stage, value in zip(STAGES, setting.values, strict=True)
)
NOTHING = (False, 0, None, (), Addresses())
SAYING = tuple(field.name for field in fields(StageSettings) if field.default not in (MISSING, *NOTHING))
"""What a stage that says nothing about it has all the same."""
WATCHED = tuple((stage, alarm) for stage in STAGES for alarm in ALARMS[stage])


def limit_as_said(limit: Limit) -> str:
    """A bound as `GATES` writes it."""
    bounds = (("≥", limit.at_least), ("≤", limit.at_most))
    return " ".join([limit.measure, *(f"{sign} {value:g}" for sign, value in bounds if value is not None), limit.unit])


def alarm_as_said(alarm: Alarm) -> str:
    """An alarm as `ALARMS` writes it."""
    window = f"{alarm.datapoints} of {alarm.periods} × {alarm.period_seconds} s"
    least = f"from {plural(alarm.min_requests, 'request')} and {plural(alarm.min_failures, 'failure')} on"
    what = f"{alarm.measure} of {alarm.percentile} %" if alarm.measure == "latency" else alarm.measure
    return f"{what} > {alarm.threshold:g} {alarm.unit} in {window}, {least}"


def step_as_said(step: Stage | Approval) -> str:
    """A step as `STEPS` writes it."""
    if isinstance(step, Approval):
        return f"a person's yes within {step.timeout_minutes / 60:g} hours"
    return f"{step.rollout.config}, {step.rollout.no_traffic} without traffic"


def gates_of(place: str) -> Mapping[str, Gate]:
    """The gates that the plan asks at `place`, by name."""
    asked = (*DELIVERY.gates(), *((OWN, gate) for gate in DELIVERY.own_gates))
    return {gate.name: gate for where, gate in asked if where == place}


def stage_of(name: str) -> Stage:
    """The plan's stage called `name`."""
    return next(stage for stage in DELIVERY.stages if stage.name == name)


@pytest.mark.parametrize(("place", "name"), GATES)
def test_a_gate_is_asked_where_it_is_promised_and_holds_every_limit(place: str, name: str) -> None:
    gate = gates_of(place).get(name)
    assert gate is not None, f"{place} does not ask {name} any more"
    held = [limit_as_said(limit).rstrip() for limit in gate.limits]
    gone = [limit for limit in GATES[place, name].limits if limit not in held]
    assert not gone, f"gate {name} promises {', '.join(gone)}, the plan holds it to {', '.join(held)}"


@pytest.mark.parametrize(("place", "name"), GATES)
def test_a_gate_must_look_at_as_much_as_is_promised(place: str, name: str) -> None:
    least, planned = GATES[place, name].least, gates_of(place)[name].checked_at_least
    assert planned >= least, f"gate {name} promises to check at least {least:,}, the plan is content with {planned:,}"


@pytest.mark.parametrize(("place", "name"), GATES)
def test_a_gate_is_asked_as_is_promised(place: str, name: str) -> None:
    gate = gates_of(place)[name]
    off = [switch for switch in GATES[place, name].how if getattr(gate, switch) is not True]
    assert not off, f"gate {name} promises {', '.join(off)}, and the plan has it off"


def test_each_gate_of_the_plan_is_promised() -> None:
    asked = [
        *((place, gate.name) for place, gate in DELIVERY.gates()),
        *((OWN, gate.name) for gate in DELIVERY.own_gates),
    ]
    assert asked == list(GATES)


def test_whoever_asks_for_the_whole_suite_has_every_gate_that_needs_no_stage() -> None:
    assert sorted(every_gate()) == sorted(name for place, name in GATES if place in ("Build", OWN))


@pytest.mark.parametrize(("stage", "name"), WATCHED)
def test_a_rollout_is_stopped_by_every_alarm_that_is_promised(stage: str, name: str) -> None:
    planned = {alarm.name: alarm_as_said(alarm) for alarm in stage_of(stage).rollout.alarms}
    watched = planned.get(name, f"no alarm {name}")
    promised = ALARMS[stage][name]
    assert watched == promised, f"{stage}'s rollout promises {promised}; the plan says {watched}"


def test_the_way_to_prod_goes_in_these_steps_with_a_persons_yes_before_it() -> None:
    assert {step.name: step_as_said(step) for step in DELIVERY.steps} == STEPS
    assert [step.name for step in DELIVERY.steps] == list(STEPS)


@pytest.mark.parametrize(("setting", "stage", "value"), FIXED)
def test_a_stage_has_the_settings_that_are_promised(setting: Setting, stage: str, value: object) -> None:
    planned = setting.read(stage_of(stage))
    assert planned == value, f"{setting.by} promises {stage}: {setting.says} {value}; the plan says {planned}"


def test_what_fixes_a_setting_is_a_row_of_the_requirements() -> None:
    assert {setting.by for setting in SETTINGS} - {MODEL} <= rows().keys()


@pytest.mark.parametrize("name", SAYING)
def test_a_setting_that_says_something_where_nobody_does_is_promised_for_each_stage(name: str) -> None:
    """Else a stage that leaves it out has what it says for tests, and nobody is told."""
    mark: Any = object()
    marked = replace(DELIVERY.stages[0], settings=replace(DELIVERY.stages[0].settings, **{name: mark}))
    assert any(setting.read(marked) is mark for setting in SETTINGS), f"name {name} and its three values in SETTINGS"


def test_nothing_of_the_stages_for_tests_is_in_prod() -> None:
    tests, prod = (stage_of(name).settings for name in ("beta", "prod"))
    assert prod.payment_provider != tests.payment_provider
    assert prod.seller != tests.seller
    assert (prod.mail.domain != tests.mail.domain, prod.mail.instead) == (True, "")
