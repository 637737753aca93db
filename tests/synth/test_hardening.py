"""What bounds the service from outside, as synthesized: concurrency, permissions, policies on things, the account."""

import json
from dataclasses import replace
from fnmatch import fnmatchcase

import pytest

from pipeline.cloud.service.boundary import NEVER, SERVICES
from pipeline.cloud.service.concurrency import UNRESERVED, check_budget, check_plans, reserved
from pipeline.cloud.service.route_groups import ROUTE_GROUPS
from pipeline.plan.capacity import CUSTOMER_SECONDS, PARTNER_SECONDS
from pipeline.plan.delivery import DELIVERY
from tests.synth.planned import planned
from tests.synth.reading import Json, Template
from tests.synth.wishes import wishing


def test_functions_have_parts_of_one_budget_that_leaves_the_rest_of_the_account_its_own(
    template: Template, stage: str
) -> None:
    parts = {
        each["FunctionName"]: each["ReservedConcurrentExecutions"]
        for each in template.all("AWS::Lambda::Function")
        if "ReservedConcurrentExecutions" in each.properties
    }
    assert {f"orders-{stage}-{name}" for name in (*(group.name for group in ROUTE_GROUPS), "identity")} <= set(parts)
    assert sum(parts.values()) <= planned(stage).settings.concurrency_limit - UNRESERVED
    assert UNRESERVED == 100
    assert all(part > 0 for part in parts.values())


def test_parts_follow_the_account_s_limit() -> None:
    orders = next(group for group in ROUTE_GROUPS if group.name == "orders")
    assert reserved(wishing(concurrency_limit=1_000), orders) == 9 * orders.share
    assert reserved(wishing(concurrency_limit=3_000), orders) == 29 * orders.share


def test_more_than_there_is_can_t_be_shared_out() -> None:
    with pytest.raises(ValueError, match="ask for"):
        check_budget([*ROUTE_GROUPS, replace(ROUTE_GROUPS[0], share=101)])


def test_what_partners_plans_promise_fits_what_the_template_gives_their_function(
    template: Template, stage: str
) -> None:
    """Little's law: requests per second times the seconds that each takes run at once."""
    together = sum(each["Throttle"]["RateLimit"] for each in template.all("AWS::ApiGateway::UsagePlan"))
    function = template.named("AWS::Lambda::Function", FunctionName=f"orders-{stage}-partners")
    assert together == 2_600
    assert together * PARTNER_SECONDS <= function["ReservedConcurrentExecutions"]


@pytest.mark.parametrize("name", ["orders", "products"])
def test_what_a_stage_lets_in_fits_each_function_that_customers_ask_most(
    template: Template, stage: str, name: str
) -> None:
    """All requests may be for one of them: at noon everybody looks, and in the evening everybody orders."""
    function = template.named("AWS::Lambda::Function", FunctionName=f"orders-{stage}-{name}")
    let_in = planned(stage).settings.throttle_rate
    assert let_in * CUSTOMER_SECONDS <= function["ReservedConcurrentExecutions"]


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        ({"concurrency_limit": 900}, "partners of each plan need 260 functions at once, 240 are reserved"),
        ({"most_table_units": 2_599}, "partners of each plan read 2,600 units per second, the table gives 2,599"),
    ],
)
def test_a_stage_that_can_t_keep_what_plans_promise_is_refused(limits: dict[str, int], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        check_plans(wishing(**limits), ROUTE_GROUPS)


def test_a_share_too_small_for_the_plans_is_refused() -> None:
    smaller = [replace(each, share=10) if each.name == "partners" else each for each in ROUTE_GROUPS]
    with pytest.raises(ValueError, match="90 are reserved"):
        check_plans(wishing(), smaller)


def test_no_role_is_without_the_boundary(template: Template, stage: str) -> None:
    boundary = template.one("AWS::IAM::ManagedPolicy")
    assert boundary["ManagedPolicyName"] == f"orders-{stage}-boundary"
    roles = template.all("AWS::IAM::Role")
    assert len(roles) >= 10
    assert [each.name for each in roles if each.properties.get("PermissionsBoundary") != {"Ref": boundary.name}] == []


def test_the_boundary_reaches_no_people_no_roles_and_no_data_s_end(prod: Template) -> None:
    allow, deny = prod.one("AWS::IAM::ManagedPolicy")["PolicyDocument"]["Statement"]
    services = {action.split(":")[0] for action in allow["Action"]}
    assert services & {"iam", "organizations", "account", "sso", "cloudtrail", "cloudformation"} == set()
    assert set(SERVICES) <= services
    assert (deny["Effect"], sorted(deny["Action"]), deny["Resource"]) == ("Deny", sorted(NEVER), "*")
    assert {"kms:ScheduleKeyDeletion", "dynamodb:DeleteTable", "logs:DeleteLogGroup"} <= set(NEVER)


def test_the_boundary_holds_all_that_the_roles_are_granted(template: Template) -> None:
    """Otherwise a grant would be without effect, and nobody would know before it is used."""
    allow, _ = template.one("AWS::IAM::ManagedPolicy")["PolicyDocument"]["Statement"]
    within = set(allow["Action"])
    granted = {
        action
        for _, document in template.policies()
        for statement in document["Statement"]
        for action in (statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]])
    }
    assert granted
    outside = {each for each in granted if each not in within and f"{each.split(':')[0]}:*" not in within}
    assert outside == set()
    assert {each for each in granted if any(fnmatchcase(each, never) for never in NEVER)} == set()


def denied(statements: Json) -> dict[str, Json]:
    assert {each["Effect"] for each in statements} == {"Deny"}
    assert {json.dumps(each["Principal"]) for each in statements} == {'{"AWS": "*"}'}
    return {each["Sid"]: each["Condition"] for each in statements}


def test_tables_and_secrets_refuse_what_is_not_over_tls_or_not_ours(template: Template, stage: str) -> None:
    account = planned(stage).environment.account
    expected = {
        "OnlyOverTls": {"Bool": {"aws:SecureTransport": "false"}},
        "OnlyFromThisAccount": {
            "StringNotEquals": {"aws:PrincipalAccount": account},
            "Bool": {"aws:PrincipalIsAWSService": "false"},
        },
    }
    tables = template.all("AWS::DynamoDB::Table")
    assert len(tables) >= 2
    for table in tables:
        assert denied(table["ResourcePolicy"]["PolicyDocument"]["Statement"]) == expected
    guarded = {each["SecretId"]["Ref"] for each in template.all("AWS::SecretsManager::ResourcePolicy")}
    assert guarded == {each.name for each in template.all("AWS::SecretsManager::Secret")}
    for policy in template.all("AWS::SecretsManager::ResourcePolicy"):
        assert expected.items() <= denied(policy["ResourcePolicy"]["Statement"]).items()


def test_access_from_outside_the_account_is_looked_for_in_each(template: Template, stage: str) -> None:
    analyzer = template.one("AWS::AccessAnalyzer::Analyzer")
    assert (analyzer["Type"], analyzer["AnalyzerName"]) == ("ACCOUNT", f"orders-{stage}")


def test_a_stage_is_traced_as_much_as_the_plan_says(template: Template, stage: str) -> None:
    rule = template.one("AWS::XRay::SamplingRule")["SamplingRule"]
    assert rule["FixedRate"] == {"beta": 1, "gamma": 0.2, "prod": 0.05}[stage] == planned(stage).settings.traced
    assert (rule["ServiceName"], rule["ServiceType"]) == (f"orders-{stage}/{stage}", "AWS::ApiGateway::Stage")
    assert rule["ReservoirSize"] == 1
    assert len(rule["RuleName"]) <= 32


def test_spans_within_functions_are_for_those_who_ask(template: Template, stage: str, everything: Template) -> None:
    def asked(template: Template) -> set[str]:
        environments = [each["Environment"]["Variables"] for each in template.all("AWS::Lambda::Function")]
        return {each.get("TRACING", "none") for each in environments if "POWERTOOLS_SERVICE_NAME" in each}

    assert asked(template) == {"xray" if planned(stage).settings.spans else "none"}
    assert asked(everything) == {"xray"}


def test_a_budget_is_told_when_it_is_spent_and_when_it_is_going_to_be(template: Template, stage: str) -> None:
    dollars = planned(stage).settings.monthly_budget
    if not dollars:
        assert template.all("AWS::Budgets::Budget") == template.all("AWS::CE::AnomalyMonitor") == []
        return
    warning = template.named("AWS::SNS::Topic", TopicName=f"orders-{stage}-warning")
    budget = template.one("AWS::Budgets::Budget")
    assert budget["Budget"]["BudgetLimit"] == {"Amount": dollars, "Unit": "USD"}
    told = budget["NotificationsWithSubscribers"]
    assert [each["Notification"]["NotificationType"] for each in told] == ["ACTUAL", "FORECASTED"]
    for each in told:
        assert each["Subscribers"] == [{"SubscriptionType": "SNS", "Address": {"Ref": warning.name}}]
    subscription = template.one("AWS::CE::AnomalySubscription")
    assert subscription["Subscribers"] == [{"Type": "SNS", "Address": {"Ref": warning.name}}]
    monitor = template.one("AWS::CE::AnomalyMonitor")
    assert subscription["MonitorArnList"] == [{"Fn::GetAtt": [monitor.name, "MonitorArn"]}]
    threshold = json.loads(subscription["ThresholdExpression"])["Dimensions"]
    assert (threshold["MatchOptions"], threshold["Values"]) == (["GREATER_THAN_OR_EQUAL"], ["20"])


def test_one_stage_has_a_budget() -> None:

    assert [each.name for each in DELIVERY.stages if each.settings.monthly_budget] == ["prod"]
