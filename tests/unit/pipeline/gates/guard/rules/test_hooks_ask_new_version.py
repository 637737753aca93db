"""Both traffic hooks are there, are about the new version, and may answer."""

import json
from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import Change, Template, edited, first, found, look, release

RULE = "hooks_ask_new_version"
BEFORE, AFTER = "BeforeAllowTrafficHook", "AfterAllowTrafficHook"


def policy(document: Template) -> Template:
    return first(document, "Lambda::Alias", "OrdersLive")["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]


def hook(document: Template, moment: str) -> Template:
    return first(document, "Lambda::Function", f"RolloutOrders{moment}")["Properties"]


def unasked(moment: str) -> Change:
    return lambda document: policy(document).pop(moment)


def asked(moment: str, value: Any) -> Change:
    return lambda document: policy(document).update({moment: value})


def setting(moment: str, **values: Any) -> Change:
    return lambda document: hook(document, moment).update(values)


def variable(moment: str, name: str, value: Any) -> Change:
    return lambda document: hook(document, moment)["Environment"]["Variables"].update({name: value})


def exchanged(document: Template) -> None:
    told = policy(document)
    told[BEFORE], told[AFTER] = told[AFTER], told[BEFORE]


def statements(document: Template, moment: str) -> list[Any]:
    role = first(document, "IAM::Role", f"RolloutOrders{moment}Role")["Properties"]
    return role["Policies"][0]["PolicyDocument"]["Statement"]  # type: ignore[no-any-return]


def speechless(document: Template) -> None:
    statements(document, "After").pop()


def answers_for_another(document: Template) -> None:
    statements(document, "After")[-1]["Resource"] = statements(document, "After")[0]["Resource"]


def denied(document: Template) -> None:
    statements(document, "After").append({"Effect": "Deny", "Action": "codedeploy:*", "Resource": "*"})


def asking(document: Template) -> Template:
    return first(document, "IAM::Role", "RolloutRole")["Properties"]


def not_to_be_asked(document: Template) -> None:
    (statement,) = asking(document)["Policies"][0]["PolicyDocument"]["Statement"]
    statement["Resource"] = [each for each in statement["Resource"] if not each.endswith("orders-before")]


def asked_of_another(document: Template) -> None:
    (statement,) = asking(document)["Policies"][0]["PolicyDocument"]["Statement"]
    statement["Resource"] = [each.replace("orders-before", "orders-before-2") for each in statement["Resource"]]


def asked_of_a_queue(document: Template) -> None:
    (statement,) = asking(document)["Policies"][0]["PolicyDocument"]["Statement"]
    statement["Resource"] = [each.replace(":lambda:", ":sqs:") for each in statement["Resource"]]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (unasked(BEFORE), "nobody is asked"),
        (unasked(AFTER), "nobody is asked"),
        (asked(BEFORE, {"Ref": "Nothing"}), "${Nothing} is no function of this stack"),
        (asked(AFTER, "CodeDeployHook_nothing"), "CodeDeployHook_nothing is no function of this stack"),
        (exchanged, "it is answered by pipeline.hooks.after_allow_traffic.handler"),
        (setting("Before", Handler="index.handler"), "it is answered by index.handler"),
        (setting("After", Code={"ZipFile": "def handler(event, _): ..."}), "its code stands in the template"),
        (setting("After", ReservedConcurrentExecutions=0), "it may never run"),
        (variable("Before", "VERSION", "$LATEST"), "VERSION is $LATEST"),
        (variable("After", "VERSION", "3"), "VERSION is 3"),
        (variable("After", "FUNCTION_NAME", "another"), "FUNCTION_NAME is another"),
        (variable("After", "ALIAS", "blue"), "ALIAS is blue, not live"),
        (setting("After", Environment={}), "VERSION is null"),
        (speechless, "its role may not answer"),
        (answers_for_another, "its role may not answer"),
        (denied, "its role may not answer"),
        (setting("After", Role="arn:aws:iam::1:role/other"), "is not in this stack"),
        (not_to_be_asked, "CodeDeploy may not ask it"),
        (asked_of_another, "CodeDeploy may not ask it"),
        (asked_of_a_queue, "CodeDeploy may not ask it"),
        (variable("Before", "PROBES", "[]"), "it tries nothing"),
        (variable("Before", "ALARMS", "[]"), "it does not look whether the alarm orders-prod-orders-errors can fire"),
        (variable("After", "NO_TRAFFIC", "warn"), "a version that served nobody passes"),
        (variable("After", "NO_TRAFFIC", "ignore"), "NO_TRAFFIC is ignore: fail or warn"),
    ],
)
def test_a_hook_that_does_not_do_its_work_is_told(real: Assembly, change: Change, told: str) -> None:
    findings = found(RULE, release(edited(real, "prod/orders", change)))
    assert any(told in each.what and each.where.startswith("prod/orders:OrdersLive") for each in findings)


@pytest.mark.parametrize(("probe", "status"), [(0, None), (1, None), (1, 500)])
def test_what_the_base_release_tried_is_tried_still(real: Assembly, probe: int, status: int | None) -> None:
    def less(document: Template) -> None:
        variables = hook(document, "Before")["Environment"]["Variables"]
        probes = json.loads(variables["PROBES"])
        if status is None:
            del probes[probe]
        else:
            probes[probe]["status"] = status
        variables["PROBES"] = json.dumps(probes)

    (told,) = found(RULE, release(edited(real, "prod/orders", less), real))
    expected = ("GET /v1/orders for 401", "GET /v1/orders for 200")[probe]
    assert f"it no longer tries, as the base release does, {expected}" in told.what


@pytest.mark.parametrize("sku", ["no such product", "P" * 200, ""])
def test_a_probe_of_what_no_contract_allows_is_told(real: Assembly, sku: str) -> None:
    def unlike(document: Template) -> None:
        variables = first(document, "Lambda::Function", "RolloutProductsBefore")["Properties"]["Environment"][
            "Variables"
        ]
        probes = json.loads(variables["PROBES"])
        probes[1]["path"] = [["sku", sku]]
        variables["PROBES"] = json.dumps(probes)

    (told,) = found(RULE, release(edited(real, "prod/orders", unlike), real))
    assert "GET /v1/products/{sku} for 404 is answered without a look at what is kept: sku" in told.what


def test_one_more_probe_is_welcome(real: Assembly) -> None:
    def more(document: Template) -> None:
        variables = hook(document, "Before")["Environment"]["Variables"]
        probes = [*json.loads(variables["PROBES"]), {"method": "GET", "resource": "/health", "status": 200}]
        variables["PROBES"] = json.dumps(probes)

    assert found(RULE, release(edited(real, "prod/orders", more), real)) == ()


@pytest.mark.parametrize(
    "change",
    [
        setting("Before", MemorySize=512, Timeout=300),
        variable("After", "LOG_LEVEL", "DEBUG"),
        variable("Before", "FUNCTION_NAME", "orders-prod-orders"),
    ],
)
def test_a_hook_may_be_given_more(real: Assembly, change: Change) -> None:
    assert found(RULE, release(edited(real, "prod/orders", change), real)) == ()


def test_aws_policy_by_name_lets_codedeploy_ask(real: Assembly) -> None:
    def by_name(document: Template) -> None:
        not_to_be_asked(document)
        asking(document)["ManagedPolicyArns"] = ["arn:aws:iam::aws:policy/service-role/AWSCodeDeployRoleForLambda"]

    assert found(RULE, release(edited(real, "prod/orders", by_name))) == ()


def test_where_all_traffic_moves_at_once_nobody_need_have_come(real: Assembly) -> None:
    assert (found(RULE, release(real, real)), look(RULE, release(real)).checked) == ((), 30)
