"""What a role may do more than in the base release is named, on things of its own stack, and known to who approves."""

import json
import re
from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from pipeline.gates.guard.facts.holders import holders
from pipeline.plan.delivery import DELIVERY
from tests.unit.pipeline.gates.guard.templates import Change, Template, edited, first, found, look, new_in, release

RULE = "role_grows_narrowly"


def statements(document: Template, starting: str) -> Template:
    return first(document, "IAM::Role", starting)["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]


def allow(document: Template, action: str, on: Any, starting: str = "OrdersRole") -> None:
    statements(document, starting).append({"Effect": "Allow", "Action": action, "Resource": on})


def table(document: Template, more: str = "") -> Any:
    name = next(each for each in document["Resources"] if each.startswith("DataTable"))
    arn = {"Fn::GetAtt": [name, "Arn"]}
    return {"Fn::Join": ["", [arn, more]]} if more else arn


def any_partner(document: Template) -> None:
    """The role reads every partner's rows, and not those of the one it was taken on for."""
    for statement in statements(document, "PartnerDataRole"):
        statement.pop("Condition", None)


def by_any_service(document: Template) -> None:
    for statement in statements(document, "OrdersRole"):
        if "kms:Decrypt" in statement["Action"]:
            del statement["Condition"]


def any_secret(document: Template) -> None:
    for statement in statements(document, "RotationRole"):
        if "secretsmanager:GetSecretValue" in statement["Action"]:
            ours = DELIVERY.stages[-1].environment
            statement["Resource"] = f"arn:aws:secretsmanager:{ours.region}:{ours.account}:secret:orders-*"


def any_customers_photographs(document: Template) -> None:
    """Who uploads is kept to what bears their own tag by the name of the resource alone."""
    for statement in statements(document, "UploadsUploader"):
        text = json.dumps(statement["Resource"])
        statement["Resource"] = json.loads(re.sub(r"\$\{aws:PrincipalTag/\w+\}/", "", text))


def customers_whose_names_begin_alike(document: Template) -> None:
    """`7/*` is customer 7's own, `7*` is also customer 71's."""
    for statement in statements(document, "UploadsUploader"):
        text = json.dumps(statement["Resource"])
        statement["Resource"] = json.loads(re.sub(r"(\$\{aws:PrincipalTag/\w+\})/", r"\1", text))


def tables_whose_names_begin_alike(document: Template) -> None:
    allow(document, "dynamodb:UpdateItem", table(document, "*"))


def another_account(document: Template) -> None:
    allow(document, "s3:GetObject", "arn:aws:dynamodb:eu-west-1:999999999999:table/other")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (any_partner, "is no longer asked for"),
        (by_any_service, "kms:viaservice (stringequals) is no longer asked for"),
        (any_secret, "secret:orders-prod/partner/*, is on"),
        (any_customers_photographs, "was on what is the caller's own, ${DataClaims"),
        (customers_whose_names_begin_alike, "/${aws:PrincipalTag/customer}*"),
        (tables_whose_names_begin_alike, "Arn}*"),
        (another_account, "an account that is not ours"),
    ],
)
def test_a_grant_that_gives_way_is_told(real: Assembly, change: Change, words: str) -> None:
    told = new_in(RULE, real, change)
    assert any(words in each.what for each in told)
    assert {each.where.split(":")[0] for each in told} == {"prod/orders"}


@pytest.mark.parametrize(
    ("action", "more"), [("dynamodb:Query", "/index/*"), ("dynamodb:Scan", ""), ("dynamodb:Query", "/index/GSI2")]
)
def test_a_named_action_on_the_own_table_is_a_note(real: Assembly, action: str, more: str) -> None:
    good = edited(real, "prod/orders", lambda document: allow(document, action, table(document, more)))
    part = look(RULE, release(good, real))
    assert part.findings == ()
    (note,) = part.warnings
    assert f"it may now: {action.lower()} on ${{DataTable" in note.what
    assert note.severity == "note"


def test_traces_on_everything_are_a_note(real: Assembly) -> None:
    def traced(document: Template) -> None:
        allow(document, "xray:PutTraceSegments", "*", "RolloutOrdersBeforeRole")

    part = look(RULE, release(edited(real, "prod/orders", traced), real))
    assert part.findings == ()
    assert ["(new for it: xray)" in note.what for note in part.warnings] == [True]


def test_a_key_by_one_service_more_is_a_note(real: Assembly) -> None:
    def by_another(document: Template) -> None:
        known = next(each for each in statements(document, "ProductsRole") if "kms:Decrypt" in each["Action"])
        through = {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}
        statements(document, "ProductsRole").append({**known, "Action": "kms:Decrypt", "Condition": through})

    part = look(RULE, release(edited(real, "prod/orders", by_another), real))
    assert (part.findings, len(part.warnings)) == ((), 1)


def test_statements_that_are_put_together_anew_and_fewer_rights_tell_nothing(real: Assembly) -> None:
    def tidied(document: Template) -> None:
        told = statements(document, "OrdersRole")
        told.append(told.pop(0))
        told[0]["Action"] = told[0]["Action"][:-1]

    part = look(RULE, release(edited(real, "prod/orders", tidied), real))
    assert (part.findings, part.warnings) == ((), ())


def test_a_first_release_has_nothing_to_grow_from(real: Assembly) -> None:
    assert look(RULE, release(real)).checked == 0
    part = look(RULE, release(real, real))
    everybody = sum(len(tuple(holders(stack))) for stack in real.stacks)
    assert (part.checked, part.findings, part.warnings) == (everybody, (), ())
    assert everybody > 100
    assert found(RULE, release(real, real)) == ()
