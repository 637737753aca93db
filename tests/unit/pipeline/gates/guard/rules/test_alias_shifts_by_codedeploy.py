"""What the API calls is an alias whose traffic CodeDeploy shifts."""

import pytest

from pipeline.gates.guard.assembly import Assembly
from pipeline.plan.delivery import DELIVERY
from tests.unit.pipeline.gates.guard.templates import Template, edited, first, found, look, release

RULE = "alias_shifts_by_codedeploy"
ALIAS = "Lambda::Alias"


def without_policy(document: Template) -> None:
    del first(document, ALIAS, "OrdersLive")["UpdatePolicy"]


def without_group(document: Template) -> None:
    del first(document, ALIAS, "OrdersLive")["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]["DeploymentGroupName"]


def past_the_alias(document: Template) -> None:
    function = next(name for name in document["Resources"] if name.startswith("OrdersFunction"))
    uri = first(document, "ApiGateway::Method", "ApiRestApiv1ordersGET")["Properties"]["Integration"]["Uri"]
    uri["Fn::Join"][1][1] = {"Fn::GetAtt": [function, "Arn"]}


def called_by_nobody(document: Template) -> None:
    """A service whose methods call no function."""
    for each in document["Resources"].values():
        each["Properties"].pop("Integration", None)
        each["Properties"].pop("AuthorizerUri", None)


@pytest.mark.parametrize("stage", [stage.name for stage in DELIVERY.stages])
@pytest.mark.parametrize("change", [without_policy, without_group])
def test_an_alias_that_is_no_longer_shifted_is_told(real: Assembly, stage: str, change: Template) -> None:
    bad = edited(real, f"{stage}/orders", change)
    told = [each for each in found(RULE, release(bad)) if "OrdersLive" in each.where]
    assert [each.where.split(":")[0] for each in told] == [f"{stage}/orders"]
    assert "UpdatePolicy.CodeDeployLambdaAliasUpdate (Orders/Live/Resource)" in told[0].where


def test_what_the_base_did_is_told_with_what_is_now(real: Assembly) -> None:
    told = found(RULE, release(edited(real, "prod/orders", without_policy), real))
    assert any("was {" in each.what and "is nothing" in each.what for each in told if "OrdersLive" in each.where)


def test_a_method_that_calls_the_function_itself_is_told(real: Assembly) -> None:
    told = found(RULE, release(edited(real, "prod/orders", past_the_alias)))
    assert any("the API calls it past every alias: is AWS::Lambda::Function" in each.what for each in told)


def test_nothing_is_new_in_the_release_as_it_is(real: Assembly) -> None:
    rarely = ("Authorizer", "Carriers", "Imports", "Operations")
    assert all(each.where.split(":")[1].startswith(rarely) for each in found(RULE, release(real, real)))
    assert look(RULE, release(real)).checked == 9 * len(DELIVERY.stages)


def test_an_api_that_calls_nothing_is_not_a_pass(real: Assembly) -> None:
    told = found(RULE, release(edited(real, "prod/orders", called_by_nobody)))
    assert any(each.where == "prod" and "found nothing to look at in prod" in each.what for each in told)
