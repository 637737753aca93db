"""The pipeline as a journey."""

from pipeline.gates.guard.assembly import Assembly
from pipeline.gates.guard.facts.gates import gates_of
from pipeline.gates.guard.facts.journey import journey_before, journeys
from pipeline.plan.delivery import DELIVERY
from tests.unit.pipeline.gates.guard.pipelines import commands
from tests.unit.pipeline.gates.guard.templates import Template, assembly, edited, release, resource, subject


def test_stages_and_actions_are_in_their_order(real: Assembly) -> None:
    (journey,) = journeys(real)
    assert journey.names[:4] == ("Source", "Build", "UpdatePipeline", "Assets")
    positions = [action.position for action in journey.actions if action.deploys]
    assert positions == sorted(positions)
    assert [action.stage for action in journey.actions if action.approves] == ["approval"]


def test_artifacts_lead_to_their_makers(real: Assembly) -> None:
    (journey,) = journeys(real)
    maker = journey.maker("Synth_Output")
    assert maker is not None
    assert (maker.stage, maker.name, maker.inputs) == ("Build", "Synth", ("assemble_Output",))
    assert journey.maker("nothing") is None


def test_the_gates_asked_are_those_of_the_plan(real: Assembly) -> None:
    (journey,) = journeys(real)
    asked = {(each.gate, each.action.stage) for each in gates_of(journey)}
    assert asked == {(gate.name, stage) for stage, gate in DELIVERY.gates()}


def test_the_same_pipeline_is_found_in_the_base_under_another_id(real: Assembly) -> None:
    def renamed(document: Template) -> None:
        resources = document["Resources"]
        name = next(each for each in resources if resources[each]["Type"].endswith("::Pipeline"))
        resources["Another"] = resources.pop(name)

    (journey,) = journeys(real)
    before = journey_before(release(real, edited(real, "pipeline", renamed)), journey)
    assert before is not None
    assert before.resource.logical_id == "Another"
    assert journey_before(release(real), journey) is None


def test_a_base_without_a_pipeline_has_none_before() -> None:
    bare = assembly(pipeline={"Delivery": resource("CodePipeline::Pipeline")})
    (journey,) = journeys(bare)
    assert journey_before(subject(bare, assembly(pipeline={})), journey) is None
    assert (journey.stages, journey.actions) == ((), ())


def test_a_gate_is_asked_by_the_start_of_a_line(real: Assembly) -> None:
    for line, gates in (("scripts/slipway gate unit || true", ["unit"]), ("echo scripts/slipway gate unit", [])):
        (journey,) = journeys(edited(real, "pipeline", commands("DeliveryBuildunit", line)))
        assert [each.gate for each in gates_of(journey) if each.action.name == "unit"] == gates
