"""The key that signs cursors is renewed every month by a function that can do nothing else."""

from api.domain.cursor import LIFETIME
from pipeline.cloud.service.key_renewal import RENEWED_AFTER
from tests.synth.reading import Template
from tests.synth.test_partners import named
from tests.synth.test_service import function, granted, role_of

LABELS = ("DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage")


def test_the_key_is_renewed_every_month_and_not_for_a_deployment(template: Template) -> None:
    schedule = template.one("AWS::SecretsManager::RotationSchedule")
    assert template.said(schedule["SecretId"]) == f"${{{secret(template)}}}"
    assert schedule["RotationRules"] == {"AutomaticallyAfterDays": 30}
    assert schedule["RotateImmediatelyOnUpdate"] is False
    assert template.said(schedule["RotationLambdaARN"]) == f"${{{alias(template)}}}"


def test_the_key_before_is_known_for_much_longer_than_a_cursor_lives() -> None:
    assert RENEWED_AFTER.to_seconds() > 24 * LIFETIME.total_seconds()


def test_secrets_manager_alone_calls_the_function_and_for_this_secret_alone(template: Template) -> None:
    (permission,) = [
        each for each in template.all("AWS::Lambda::Permission") if each["FunctionName"] == {"Ref": alias(template)}
    ]
    assert permission["Principal"] == "secretsmanager.amazonaws.com"
    assert permission["SourceArn"] == {"Ref": secret(template)}
    assert permission["SourceAccount"] == template.said(permission["SourceAccount"])
    assert permission.name in template.one("AWS::SecretsManager::RotationSchedule").body["DependsOn"]


def test_the_function_changes_the_versions_of_this_secret_and_nothing_else(template: Template) -> None:
    allowed = granted(template, role_of(function(template, "renewal")))
    own = f"${{{secret(template)}}}"
    key = named(template, "AWS::KMS::Key", "DataKey").name
    key = f"${{{key}.Arn}} via secretsmanager.{template.region}.amazonaws.com"
    assert sorted(allowed[own]) == [f"secretsmanager:{label}" for label in LABELS]
    assert sorted(allowed[key]) == [
        "kms:Decrypt",
        "kms:DescribeKey",
        "kms:GenerateDataKey",
    ]
    rest = {action for where, actions in allowed.items() if where not in (own, key) for action in actions}
    assert rest == {"logs:CreateLogStream", "logs:PutLogEvents", "xray:PutTelemetryRecords", "xray:PutTraceSegments"}


def test_no_other_secret_of_the_template_rotates_by_itself(template: Template) -> None:
    """A new key of the e-mail index would find nobody, and the payment provider gives out its own."""
    assert len(template.all("AWS::SecretsManager::RotationSchedule")) == 1
    assert len(template.all("AWS::SecretsManager::Secret")) == 3


def secret(template: Template) -> str:
    return named(template, "AWS::SecretsManager::Secret", "DataCursorSecret").name


def alias(template: Template) -> str:
    return named(template, "AWS::Lambda::Alias", "RenewalLive").name
