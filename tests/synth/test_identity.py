"""What the user pool asks: its triggers, and the function behind them."""

from tests.synth.reading import Resource, Template
from tests.synth.test_service import function, granted, named, role_of


def alias_of(template: Template) -> Resource:
    return template.resources[named(template)["IdentityLive"]]


def test_the_pool_asks_one_function_by_its_alias(template: Template) -> None:
    alias = {"Ref": alias_of(template).name}
    assert template.one("AWS::Cognito::UserPool")["LambdaConfig"] == {
        "PreAuthentication": alias,
        "PostConfirmation": alias,
        "PreTokenGenerationConfig": {"LambdaArn": alias, "LambdaVersion": "V2_0"},
    }


def test_only_this_pool_may_ask_it(template: Template) -> None:
    pool = {"Fn::GetAtt": [template.one("AWS::Cognito::UserPool").name, "Arn"]}
    permission = template.named("AWS::Lambda::Permission", Principal="cognito-idp.amazonaws.com")
    assert permission["Action"] == "lambda:InvokeFunction"
    assert permission["FunctionName"] == {"Ref": alias_of(template).name}
    assert permission["SourceArn"] == pool


def test_it_ends_when_cognito_stops_waiting_and_its_alias_moves_at_once(template: Template) -> None:
    built = function(template, "identity")
    assert (built["Timeout"], built["Runtime"], built["Architectures"]) == (5, "python3.13", ["arm64"])
    assert "UpdatePolicy" not in alias_of(template).body
    assert built["Code"]["S3Key"] == function(template, "customers")["Code"]["S3Key"]


def test_identity_may_do_exactly_this_and_opens_nothing(template: Template) -> None:
    names = named(template)
    key = f"${{{names['DataKey']}.Arn}}"
    encrypts = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"]
    assert granted(template, role_of(function(template, "identity"))) == {
        f"${{{names['CallbackLogs']}.Arn}}": ["logs:CreateLogStream", "logs:PutLogEvents"],
        f"${{{names['DataTable']}.Arn}}": ["dynamodb:GetItem", "dynamodb:PutItem"],
        f"${{{names['DataEmailIndexSecret']}}}": ["secretsmanager:GetSecretValue"],
        f"{key} via dynamodb.{template.region}.amazonaws.com": [*encrypts, "kms:ReEncryptFrom", "kms:ReEncryptTo"],
        f"{key} via secretsmanager.{template.region}.amazonaws.com": ["kms:Decrypt", "kms:DescribeKey"],
        f"${{{names['DataFieldKey']}.Arn}}": ["kms:GenerateDataKey"],
        f"${{{names['AuthUsers']}.Arn}}": ["cognito-idp:AdminGetUser"],
        "*": ["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
    }
