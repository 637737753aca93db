"""The deployment group that an alias names is there, is its own, and may shift it."""

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import Change, Template, edited, first, found, look, release, resource

RULE = "deployment_group_is_whole"


def policy(document: Template, function: str = "Orders") -> Template:
    return first(document, "Lambda::Alias", f"{function}Live")["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]


def group(document: Template) -> Template:
    return first(document, "CodeDeploy::DeploymentGroup", "RolloutOrders")["Properties"]


def role(document: Template) -> Template:
    return first(document, "IAM::Role", "RolloutRole")["Properties"]


def names_no_group(document: Template) -> None:
    policy(document)["DeploymentGroupName"] = "orders-prod-nothing"


def names_anothers_group(document: Template) -> None:
    policy(document)["DeploymentGroupName"] = policy(document, "Products")["DeploymentGroupName"]


def another_application(document: Template) -> None:
    policy(document)["ApplicationName"] = "another"


def application_for_servers(document: Template) -> None:
    first(document, "CodeDeploy::Application")["Properties"]["ComputePlatform"] = "Server"


def without_control(document: Template) -> None:
    group(document)["DeploymentStyle"] = {"DeploymentOption": "WITHOUT_TRAFFIC_CONTROL", "DeploymentType": "IN_PLACE"}


def stands_on_latest(document: Template) -> None:
    first(document, "Lambda::Alias", "OrdersLive")["Properties"]["FunctionVersion"] = "$LATEST"


def stands_on_a_number(document: Template) -> None:
    first(document, "Lambda::Alias", "OrdersLive")["Properties"]["FunctionVersion"] = "7"


def weights_in_the_template(document: Template) -> None:
    routing = {"AdditionalVersionWeights": [{"FunctionVersion": "1", "FunctionWeight": 0.5}]}
    first(document, "Lambda::Alias", "OrdersLive")["Properties"]["RoutingConfig"] = routing


def without_role(document: Template) -> None:
    del group(document)["ServiceRoleArn"]


def role_of_somebody_else(document: Template) -> None:
    role(document)["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] = {"Service": "ec2.amazonaws.com"}


def role_without_power(document: Template) -> None:
    del role(document)["ManagedPolicyArns"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (names_no_group, "orders-prod-nothing is not in this stack"),
        (names_anothers_group, "2 aliases share the deployment group RolloutProductsGroup"),
        (another_application, "is another application's"),
        (application_for_servers, "is not for Lambda"),
        (without_control, "CodeDeploy has no control of its traffic"),
        (stands_on_latest, "it stands on $LATEST, which no deployment shifts to"),
        (stands_on_a_number, "it stands on 7, which no deployment shifts to"),
        (weights_in_the_template, "its weights stand in the template"),
        (without_role, "the service role of its group is null"),
        (role_of_somebody_else, "can't be assumed by codedeploy.amazonaws.com"),
        (role_without_power, "may not shift traffic"),
    ],
)
def test_a_group_that_cannot_do_its_work_is_told(real: Assembly, change: Change, told: str) -> None:
    findings = found(RULE, release(edited(real, "prod/orders", change)))
    assert any(told in each.what and each.where.startswith("prod/orders:") for each in findings)


def test_a_role_may_do_it_by_statements_of_its_own(real: Assembly) -> None:
    def by_statements(document: Template) -> None:
        role_without_power(document)
        statement = {"Effect": "Allow", "Action": ["lambda:UpdateAlias", "lambda:GetAlias"], "Resource": "*"}
        own = {"PolicyName": "own", "PolicyDocument": {"Statement": [statement]}}
        role(document)["Policies"] = [own]

    assert found(RULE, release(edited(real, "prod/orders", by_statements))) == ()


def test_a_group_may_be_named_by_its_name(real: Assembly) -> None:
    def by_name(document: Template) -> None:
        policy(document)["DeploymentGroupName"] = group(document)["DeploymentGroupName"]
        document["Resources"]["OneMore"] = resource("SQS::Queue")

    assert found(RULE, release(edited(real, "prod/orders", by_name))) == ()


def test_the_release_as_it_is_is_whole(real: Assembly) -> None:
    assert (found(RULE, release(real, real)), look(RULE, release(real)).checked) == ((), 15)
