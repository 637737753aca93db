"""What a plan demands of its gates, and that no change demands less."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.gates.context import GateBroke
from pipeline.gates.workflow.promised import Demand, Promised, read_promised
from pipeline.gates.workflow.rule import Look
from pipeline.gates.workflow.rules.floor_is_lowered import RULE
from pipeline.plan.delivery import DELIVERY
from tests.unit.pipeline.gates.workflow.world import ROOT, edited, findings, made, refusals, texts
from tests.unit.pipeline.gates.world import TODAY, put

UNIT = Demand(2_850, {"failed": (None, 0), "lines": (95, None)})
WIDER = "unit in Build has a wider limit for {} than in the base release"
BASE = Promised({"unit in Build": UNIT, "smoke in prod": Demand(4, {})})


def against(now: Promised | None, base: Promised | None = BASE) -> list[str]:
    look = Look(made(texts(), now), made(texts(), base), TODAY)
    return [one.what.removeprefix("floor-is-lowered ") for one in RULE.findings(look)]


def with_unit(**changed: object) -> Promised:
    return Promised({**BASE.gates, "unit in Build": replace(UNIT, **changed)})  # type: ignore[arg-type]


def test_the_plan_of_a_tree_is_read_from_that_tree() -> None:
    told = read_promised(ROOT)
    assert told.gates["unit in Build"].checked_at_least == DELIVERY.gate("unit").checked_at_least
    assert told.gates["unit in Build"].limits["lines"][0] == 95
    assert set(told.gates) >= {
        "integration in beta",
        "integration in gamma",
        "smoke in prod",
        "selftest in scripts/test",
    }


def test_another_tree_s_plan_is_another(tmp_path: Path) -> None:
    source = "class DELIVERY:\n    own_gates = ()\n    gates = staticmethod(lambda: [])\n"
    put(
        tmp_path,
        pipeline____init___dot_py="",
        pipeline__plan____init___dot_py="",
        pipeline__plan__delivery_dot_py=source,
    )
    assert read_promised(tmp_path) == Promised({})


@pytest.mark.parametrize("source", ["raise SystemExit(3)", "DELIVERY = 1", "print('no JSON')\nraise SystemExit(0)"])
def test_a_plan_that_can_t_be_read_is_our_failure(tmp_path: Path, source: str) -> None:
    put(tmp_path, pipeline__plan__delivery_dot_py=source)
    with pytest.raises(GateBroke, match=r"delivery\.py"):
        read_promised(tmp_path)


def test_the_same_or_more_is_good() -> None:
    assert against(BASE) == []
    assert (
        against(with_unit(checked_at_least=2_900, limits={"failed": (None, 0), "lines": (97, None), "new": (1, 2)}))
        == []
    )


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (None, "the plan is gone, and with it all that it demands"),
        (Promised({"unit in Build": UNIT}), "nobody asks smoke in prod any more"),
        (with_unit(checked_at_least=2_849), "unit in Build must check at least 2,849, and 2,850 in the base release"),
        (with_unit(limits={"failed": (None, 1), "lines": (95, None)}), WIDER.format("failed")),
        (with_unit(limits={"failed": (None, 0), "lines": (94.5, None)}), WIDER.format("lines")),
        (with_unit(limits={"failed": (None, None), "lines": (95, 99)}), WIDER.format("failed")),
        (with_unit(limits={"lines": (95, None)}), "unit in Build has no limit for failed any more"),
    ],
)  # fmt: skip
def test_less_is_refused(now: Promised | None, told: str) -> None:
    assert against(now) == [told]


def test_without_a_base_there_is_nothing_to_compare() -> None:
    assert against(with_unit(checked_at_least=1), None) == []


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("pipeline/gates/waivers.toml", "[[waiver]]", '[[waiver]]\ntool = "checkov"\nrule = "CKV_1"\n\n[[waiver]]'),
        ("pipeline/cloud/acknowledged.py", '"""', '"""More. ', ),
        ("pyproject.toml", '"^tests/rehearsal/scenarios/"', '"^tests/rehearsal/scenarios/", "^api/"'),
        ("pyproject.toml", '"D104",', '"D104", "S608",'),
        ("pyproject.toml", "omit = [", 'omit = [\n    "api/handlers/*",'),
    ],
)  # fmt: skip
def test_what_is_newly_let_be_is_told_to_the_approver(path: str, old: str, new: str) -> None:
    whole = edited(path, old, new)
    assert refusals(whole) == []
    assert [one.severity for one in findings(whole, only="suppression-is-new")] == ["low"]
