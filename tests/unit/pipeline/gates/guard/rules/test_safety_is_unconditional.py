"""What keeps a rollout and a pipeline safe is there in any case."""

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import Template, edited, first, found, look, release

RULE = "safety_is_unconditional"


@pytest.mark.parametrize(
    ("stack", "kind", "starting"),
    [
        ("prod/orders", "CloudWatch::Alarm", "RolloutOrdersErrors"),
        ("prod/orders", "CodeDeploy::DeploymentGroup", "RolloutOrders"),
        ("prod/orders", "Lambda::Function", "RolloutOrdersBefore"),
        ("beta/orders", "Lambda::Alias", "OrdersLive"),
        ("pipeline", "CodeBuild::Project", "DeliveryBuildunit"),
        ("pipeline", "CodePipeline::Pipeline", ""),
    ],
)
def test_what_is_there_only_sometimes_is_told(real: Assembly, stack: str, kind: str, starting: str) -> None:
    def change(document: Template) -> None:
        document["Conditions"] = {"Never": {"Fn::Equals": ["a", "b"]}}
        first(document, kind, starting)["Condition"] = "Never"

    (told,) = found(RULE, release(edited(real, stack, change)))
    assert told.where.startswith(f"{stack}:{starting}")
    assert "it is there only if Never" in told.what


def test_the_release_as_it_is_knows_no_conditions(real: Assembly) -> None:
    assert found(RULE, release(real, real)) == ()
    assert look(RULE, release(real)).checked > 200
