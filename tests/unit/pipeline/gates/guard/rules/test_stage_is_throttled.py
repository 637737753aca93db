"""No caller can take all that a stage has: every method is throttled, and usage plans keep their limits."""

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import Change, Template, edited, first, found, look, new_in, release

RULE = "stage_is_throttled"
RATE, BURST = "ThrottlingRateLimit", "ThrottlingBurstLimit"


def settings(document: Template) -> Template:
    return first(document, "ApiGateway::Stage")["Properties"]["MethodSettings"]


def plan(document: Template) -> Template:
    return first(document, "ApiGateway::UsagePlan", "ApiBasicPlan")["Properties"]


def no_rate(document: Template) -> None:
    del settings(document)[0][RATE]


def no_burst_on_one(document: Template) -> None:
    del settings(document)[3][BURST]


def no_limit(document: Template) -> None:
    settings(document)[0][RATE] = -1


def beyond_the_account(document: Template) -> None:
    settings(document)[0][RATE] = 1_000_000


def no_settings(document: Template) -> None:
    del first(document, "ApiGateway::Stage")["Properties"]["MethodSettings"]


def no_quota(document: Template) -> None:
    del plan(document)["Quota"]


def no_throttle_in_plan(document: Template) -> None:
    del plan(document)["Throttle"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (no_rate, "ThrottlingRateLimit of * /* is not there"),
        (no_burst_on_one, "ThrottlingBurstLimit of POST"),
        (no_limit, "is -1"),
        (beyond_the_account, "is 1000000"),
        (no_settings, "is not there"),
        (no_quota, "has no Quota Limit"),
        (no_throttle_in_plan, "has no Throttle RateLimit"),
    ],
)
def test_what_is_not_throttled_is_told(real: Assembly, change: Change, words: str) -> None:
    told = found(RULE, release(edited(real, "prod/orders", change)))
    assert any(words in each.what for each in told)
    assert {each.where.split(":")[0] for each in told} == {"prod/orders"}


def one_fewer(document: Template) -> None:
    del settings(document)[1]


def tenfold(document: Template) -> None:
    settings(document)[1][RATE] *= 10


def plan_tenfold(document: Template) -> None:
    plan(document)["Quota"]["Limit"] *= 20


def plan_by_the_hour(document: Template) -> None:
    plan(document)["Quota"]["Period"] = "HOUR"


def plan_of_nothing(document: Template) -> None:
    del plan(document)["ApiStages"]


def plan_gone(document: Template) -> None:
    name = next(each for each in document["Resources"] if each.startswith("ApiBasicPlan"))
    del document["Resources"][name]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (one_fewer, "POST /v1/products is no longer throttled by itself"),
        (tenfold, "was 250, is 2500"),
        (plan_tenfold, "Limit was 10000, is 200000"),
        (plan_of_nothing, "ApiStages"),
        (plan_by_the_hour, "Period was DAY, is HOUR"),
        (plan_gone, "the usage plan is gone"),
    ],
)
def test_what_is_throttled_less_than_in_the_base_is_told(real: Assembly, change: Change, words: str) -> None:
    assert any(words in each.what for each in new_in(RULE, real, change))


def test_a_little_more_is_a_note_and_less_is_welcome(real: Assembly) -> None:
    def adjusted(document: Template) -> None:
        settings(document)[0][RATE] *= 2
        settings(document)[1][RATE] //= 2
        plan(document)["Quota"]["Limit"] += 1

    part = look(RULE, release(edited(real, "prod/orders", adjusted), real))
    assert part.findings == ()
    assert sorted(note.what.split(" was ")[0].split(" ", 1)[1] for note in part.warnings) == [
        "Limit",
        "ThrottlingRateLimit of * /*",
    ]


def test_the_release_as_it_is_throttles_all(real: Assembly) -> None:
    part = look(RULE, release(real, real))
    assert (part.checked, part.findings, part.warnings) == (4 * 3, (), ())
