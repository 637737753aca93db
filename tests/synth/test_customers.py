"""What guards personal data in the template: a key of its own, and grants that no other function has."""

from tests.synth.reading import Template
from tests.synth.test_service import function, granted, named, role_of, statements


def test_customers_may_do_exactly_this(template: Template) -> None:
    names = named(template)
    key = f"${{{names['DataKey']}.Arn}}"
    encrypts = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"]
    assert granted(template, role_of(function(template, "customers"))) == {
        f"${{{names['CustomersLogs']}.Arn}}": ["logs:CreateLogStream", "logs:PutLogEvents"],
        f"${{{names['DataTable']}.Arn}}": ["dynamodb:GetItem", "dynamodb:PutItem"],
        f"${{{names['DataTable']}.Arn}}/index/GSI1": ["dynamodb:Query"],
        f"${{{names['DataEmailIndexSecret']}}}": ["secretsmanager:GetSecretValue"],
        f"{key} via dynamodb.{template.region}.amazonaws.com": [*encrypts, "kms:ReEncryptFrom", "kms:ReEncryptTo"],
        f"{key} via secretsmanager.{template.region}.amazonaws.com": ["kms:Decrypt", "kms:DescribeKey"],
        f"${{{names['DataFieldKey']}.Arn}}": ["kms:Decrypt", "kms:GenerateDataKey"],
        f"${{{names['AuthUsers']}.Arn}}": ["cognito-idp:AdminDeleteUser", "cognito-idp:ListUsers"],
        "*": ["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
    }


def test_the_field_key_opens_only_what_was_sealed_in_the_stage(template: Template, stage: str) -> None:
    field_key = {"Fn::GetAtt": [named(template)["DataFieldKey"], "Arn"]}
    uses = [
        each for each in statements(template, role_of(function(template, "customers"))) if each["Resource"] == field_key
    ]
    assert [use["Condition"] for use in uses] == [{"StringEquals": {"kms:EncryptionContext:stage": stage}}]


def test_nobody_else_can_open_personal_data(template: Template) -> None:
    guarded = {f"${{{named(template)['DataFieldKey']}.Arn}}", f"${{{named(template)['DataEmailIndexSecret']}}}"}
    roles = {role for role, _ in template.policies()}
    able = {role for role in roles if guarded & set(granted(template, role))}
    assert able == {role_of(function(template, name)) for name in ("customers", "identity", "mail")}
    key = f"${{{named(template)['DataFieldKey']}.Arn}}"
    opening = {role for role in able if "kms:Decrypt" in granted(template, role)[key]}
    assert opening == {role_of(function(template, "customers")), role_of(function(template, "mail"))}


def test_the_function_is_told_where_the_key_the_secret_and_the_pool_are(template: Template) -> None:
    names = named(template)
    told = function(template, "customers")["Environment"]["Variables"]
    assert {
        name: template.said(told[name]) for name in ("FIELD_KEY_ARN", "EMAIL_INDEX_SECRET_ARN", "USER_POOL_ID")
    } == {
        "FIELD_KEY_ARN": f"${{{names['DataFieldKey']}.Arn}}",
        "EMAIL_INDEX_SECRET_ARN": f"${{{names['DataEmailIndexSecret']}}}",
        "USER_POOL_ID": f"${{{names['AuthUsers']}}}",
    }
    assert not {"FIELD_KEY_ARN", "USER_POOL_ID"} & set(function(template, "orders")["Environment"]["Variables"])


def test_a_merge_patch_is_checked_by_the_gateway(template: Template) -> None:
    model = template.named("AWS::ApiGateway::Model", Name="ChangeProfileBody")
    assert model["ContentType"] == "application/merge-patch+json"
    assert model["Schema"]["properties"]["name"]["type"] == ["string", "null"]
    method = template.named("AWS::ApiGateway::Method", OperationName="changeProfile")
    assert method["RequestModels"] == {"application/merge-patch+json": {"Ref": model.name}}
