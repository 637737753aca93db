"""Settings of Hypothesis against those of the base release."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from pipeline.gates.workflow.rule import Look
from pipeline.gates.workflow.rules import examples_are_fewer
from tests.unit.pipeline.gates.workflow.world import made, product, texts
from tests.unit.pipeline.gates.world import TODAY

CONFTEST, FILE = "tests/conftest.py", "tests/unit/api/test_it.py"
IMPORTS = "import hypothesis\nfrom hypothesis import Phase, given, settings\nfrom hypothesis import reproduce_failure\n"
PROFILE = 'settings.register_profile("slipway", deadline=None{})\nsettings.load_profile("slipway")\n'
PROPERTY = "@given(st.text())\ndef test_it(text): ...\n"


def told(now: str, base: str, path: str = FILE) -> list[str]:
    return against({path: IMPORTS + now}, {path: IMPORTS + base})


def against(now: Mapping[str, str], base: Mapping[str, str]) -> list[str]:
    look = Look(replace(made(texts()), code=now), replace(made(texts()), code=base), TODAY)
    return [one.what.removeprefix("examples-are-fewer ") for one in examples_are_fewer.RULE.findings(look)]


@pytest.mark.parametrize(
    ("more", "what"),
    [
        (", phases=[Phase.explicit, Phase.reuse]", "its phases leave out generate"),
        (", phases=(Phase.generate,)", "its phases leave out explicit"),
        (", phases=FEW", "its phases leave out explicit and generate"),
        (", phases=()", "its phases leave out explicit and generate"),
        (", max_examples=99", "max_examples is 99, and 100 in the base release"),
        (", stateful_step_count=5", "stateful_step_count is 5, and 50 in the base release"),
        (", max_examples=few()", "max_examples is not written down"),
        (", **FEW", "what **FEW sets is not written down"),
    ],
)
def test_a_profile_that_makes_fewer_is_refused(more: str, what: str) -> None:
    assert told(PROFILE.format(more), PROFILE.format(""), CONFTEST) == [f"the profile slipway: {what}"]
    assert told(PROFILE.format(more), "", CONFTEST) == [f"the profile slipway: {what}"]
    assert told(PROFILE.format(more), PROFILE.format(more), CONFTEST) == []


@pytest.mark.parametrize(
    ("settings", "what"),
    [
        ("@settings(phases=[Phase.explicit])\n", "its phases leave out generate"),
        ("@hypothesis.settings(phases=[hypothesis.Phase.explicit])\n", "its phases leave out generate"),
        ("import hypothesis as h\n@h.settings(max_examples=20)\n", "max_examples is 20, and 100 in the base release"),
        ("@settings(max_examples=20)\n", "max_examples is 20, and 100 in the base release"),
        ("FEW = 20\n@settings(max_examples=FEW)\n", "max_examples is 20, and 100 in the base release"),
        ("@reproduce_failure('6', b'')\n", "one failure is reproduced, and nothing else tried"),
    ],
)
def test_a_property_that_is_tried_with_fewer_is_refused(settings: str, what: str) -> None:
    assert told(settings + PROPERTY, PROPERTY) == [f"test_it: {what}"]


def test_a_property_with_a_number_of_its_own_keeps_it() -> None:
    base = "@settings(max_examples=50)\n" + PROPERTY
    assert told(base.replace("50", "40"), base) == ["test_it: max_examples is 40, and 50 in the base release"]
    assert told(base.replace("50", "60"), base) == []
    assert told(PROPERTY, base) == []


def test_a_new_property_may_be_tried_with_few_examples_but_with_more_than_a_handful() -> None:
    assert told("@settings(max_examples=15)\n" + PROPERTY, "") == []
    assert told("@settings(max_examples=3)\n" + PROPERTY, "") == ["test_it: it makes 3 examples"]
    assert told("few = settings(max_examples=1)\n", "") == ["settings(max_examples=1): it makes 1 examples"]
    assert told("few = partial(settings, max_examples=1)\n", "") == [
        "partial(settings, max_examples=1): it makes 1 examples"
    ]


@pytest.mark.parametrize(("name", "refused"), [("'quick'", True), ("default", True), ("NAME", True), ("'ci'", False)])
def test_a_profile_that_is_loaded_is_registered_beside_it(name: str, *, refused: bool) -> None:
    assert bool(told(f"settings.load_profile({name})\n", "")) is refused


@pytest.mark.parametrize(
    "more",
    [
        ", phases=list(Phase)",
        ", phases=[*Phase]",
        ", phases=Phase",
        ", phases=[Phase.explicit, Phase.generate, Phase.shrink]",
        ", max_examples=1_000",
        ", suppress_health_check=[HealthCheck.too_slow]",
        ", derandomize=False",
    ],
)
def test_as_many_or_more_are_good(more: str) -> None:
    assert told(PROFILE.format(more), PROFILE.format(""), CONFTEST) == []


def test_what_moved_is_compared_and_others_phases_are_nobody_s_business() -> None:
    few = IMPORTS + "@settings(max_examples=20)\n" + PROPERTY
    assert against({"tests/unit/api/test_other.py": few}, {FILE: few}) == []
    assert against({"tests/unit/api/test_other.py": few}, {FILE: few.replace("20", "90")}) != []
    assert told("spec = BuildSpec(phases=(), max_examples=1)\n", "") == []
    assert against({FILE: "def (\n# hypothesis"}, {}) == []


def test_without_a_base_there_is_nothing_to_compare() -> None:
    assert list(examples_are_fewer.RULE.findings(Look(product(), None, TODAY))) == []
