"""The service's stack as synthesized: functions, roles, data, identity, and what every resource has."""

import json
import re
from collections import Counter

import pytest

from pipeline.cloud.service.route_groups import ROUTE_GROUPS
from pipeline.cloud.service.workers import WORKERS
from pipeline.plan.delivery import DELIVERY
from tests.support.promised import promise
from tests.synth.planned import kinds_asked_for, planned, settings, told_for
from tests.synth.reading import Json, Resource, Template

GROUPS = ("products", "orders", "customers", "service")
TOLD_BESIDES = {
    "customers": {"EMAIL_INDEX_SECRET_ARN", "FIELD_KEY_ARN", "USER_POOL_ID"},
    "orders": {"INVOICES_BUCKET_NAME"},
}
"""What test_customers.py and test_invoices.py know more about."""


def function(template: Template, group: str) -> Resource:
    return template.named("AWS::Lambda::Function", Handler=f"api.handlers.{group}.handler")


def role_of(function: Resource) -> str:
    name, _ = function["Role"]["Fn::GetAtt"]
    return str(name)


def statements(template: Template, role: str) -> list[Json]:
    """What the policies attached to `role` allow."""
    return [
        statement for owner, document in template.policies() if owner == role for statement in document["Statement"]
    ]


def granted(template: Template, role: str) -> dict[str, list[str]]:
    """Allowed actions by resource, in short text."""
    found: dict[str, list[str]] = {}
    for statement in statements(template, role):
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        resources = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
        for resource in resources:
            via = statement.get("Condition", {}).get("StringEquals", {}).get("kms:ViaService", "")
            found.setdefault(f"{template.said(resource)}{' via ' if via else ''}{via}", []).extend(actions)
    return found


KEY_OF_TABLES = [
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
]


def named(template: Template) -> dict[str, str]:
    """The logical ids by what the constructs are called."""
    return {resource.name.rstrip("0123456789ABCDEF"): resource.name for resource in template.resources.values()}


def golden(template: Template, group: str, table: list[str]) -> dict[str, list[str]]:
    """What a function that keeps data may do, with `table` as its actions on the table."""
    name = group.capitalize()
    names = named(template)
    key = f"${{{names['DataKey']}.Arn}}"
    encrypts = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"]
    return {
        f"${{{names[f'{name}Logs']}.Arn}}": ["logs:CreateLogStream", "logs:PutLogEvents"],
        f"${{{names['DataTable']}.Arn}}": table,
        f"${{{names['DataTable']}.Arn}}/index/GSI1": ["dynamodb:Query"],
        f"${{{names['DataIdempotency']}.Arn}}": [
            "dynamodb:DeleteItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
        ],
        f"${{{names['DataCursorSecret']}}}": ["secretsmanager:GetSecretValue"],
        f"{key} via dynamodb.{template.region}.amazonaws.com": [*encrypts, "kms:ReEncryptFrom", "kms:ReEncryptTo"],
        f"{key} via secretsmanager.{template.region}.amazonaws.com": ["kms:Decrypt", "kms:DescribeKey"],
        "*": ["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
    }


def test_products_may_do_exactly_this(template: Template) -> None:
    table = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
    assert granted(template, role_of(function(template, "products"))) == golden(template, "products", table)


def test_orders_may_do_exactly_this(template: Template) -> None:
    does = ("BatchGetItem", "ConditionCheckItem", "DeleteItem", "PutItem", "Query", "UpdateItem")
    table = [f"dynamodb:{action}" for action in does]
    assert granted(template, role_of(function(template, "orders"))) == {
        **golden(template, "orders", table),
        **takes_payments(template, ["sqs:SendMessage"]),
        **reads_invoices(template),
    }


def reads_invoices(template: Template) -> dict[str, list[str]]:
    """What a function that sends customers to their invoices may do besides."""
    bucket = f"${{{named(template)['DataInvoices']}.Arn}}"
    return {
        f"{bucket}/invoices/*": ["s3:GetObject"],
        bucket: ["s3:ListBucket"],
        f"${{{named(template)['DataKey']}.Arn}} via s3.{template.region}.amazonaws.com": ["kms:Decrypt"],
    }


def test_the_payment_worker_may_do_exactly_this(template: Template) -> None:
    table = [f"dynamodb:{action}" for action in ("DeleteItem", "PutItem", "Query", "UpdateItem")]
    expected = golden(template, "workers", table)
    for unused in [each for each in expected if "GSI1" in each or "DataIdempotency" in each or "DataCursor" in each]:
        del expected[unused]
    (on_table,) = [resource for resource, actions in expected.items() if actions == table]
    sends = ["sqs:ChangeMessageVisibility", "sqs:SendMessage"]
    assert granted(template, role_of(function(template, "payments"))) == {
        **expected,
        f"{on_table}/index/GSI2": ["dynamodb:Query"],
        **takes_payments(template, sends, ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]),
    }


def takes_payments(template: Template, sends: list[str], receives: list[str] | None = None) -> dict[str, list[str]]:
    """What a function that asks the payment provider may do besides; `receives` if it works the queue off, too."""
    names = named(template)
    return {
        f"${{{names['DataCircuits']}.Arn}}": ["dynamodb:GetItem", "dynamodb:PutItem"],
        f"${{{names['DataProviderSecret']}}}": ["secretsmanager:GetSecretValue"],
        f"${{{names['PaymentsQueue']}.Arn}}": sorted([*sends, *(receives or [])]),
        f"${{{names['DataKey']}.Arn}} via sqs.{template.region}.amazonaws.com": ["kms:Decrypt", "kms:GenerateDataKey"],
    }


def test_service_may_do_nothing_but_log_and_trace(template: Template) -> None:
    assert sorted(
        action for actions in granted(template, role_of(function(template, "service"))).values() for action in actions
    ) == [
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "xray:PutTelemetryRecords",
        "xray:PutTraceSegments",
    ]


def test_operations_may_do_exactly_this(template: Template, stage: str) -> None:
    names = named(template)
    queues = {each["QueueName"]: each.name for each in template.all("AWS::SQS::Queue")}
    ours = [f"orders-{stage}-{worker.name}" for worker in WORKERS]
    moves = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:StartMessageMoveTask"]
    key = f"${{{names['DataKey']}.Arn}} via sqs.{template.region}.amazonaws.com"
    assert granted(template, role_of(function(template, "operations"))) == {
        f"${{{names['OperationsLogs']}.Arn}}": ["logs:CreateLogStream", "logs:PutLogEvents"],
        f"${{{names['DataIdempotency']}.Arn}}": [
            "dynamodb:DeleteItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
        ],
        f"${{{names['DataKey']}.Arn}} via dynamodb.{template.region}.amazonaws.com": KEY_OF_TABLES,
        **{f"${{{queues[f'{name}-dead-letters']}.Arn}}": moves for name in ours},
        **{f"${{{queues[name]}.Arn}}": ["sqs:SendMessage"] for name in ours},
        key: ["kms:Decrypt", "kms:GenerateDataKey"],
        "*": ["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
    }


def test_every_queue_can_be_redriven_from_its_dead_letters(template: Template, stage: str) -> None:
    said = function(template, "operations")["Environment"]["Variables"]["REDRIVES"]
    names = {resource.name: resource.properties.get("QueueName") for resource in template.resources.values()}
    ways = json.loads(re.sub(r"\$\{(\w+)\.Arn\}", lambda found: str(names[found[1]]), template.said(said)))
    assert ways == {
        worker.name: {
            "source": f"orders-{stage}-{worker.name}-dead-letters",
            "destination": f"orders-{stage}-{worker.name}",
        }
        for worker in WORKERS
    }


def test_every_queue_is_promised_to_operators() -> None:
    promised = promise()["components"]["parameters"]["QueueName"]["schema"]["enum"]
    assert promised == [worker.name for worker in WORKERS]


def test_no_role_is_shared(template: Template) -> None:
    functions = template.all("AWS::Lambda::Function")
    assert max(Counter(role_of(each) for each in functions).values()) == 1
    shared = [policy.name for policy in template.all("AWS::IAM::Policy") if len(policy["Roles"]) != 1]
    assert shared == []


def test_nothing_is_allowed_with_a_wildcard_action(template: Template) -> None:
    actions = [
        action
        for _, document in template.policies()
        for statement in document["Statement"]
        for action in (statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]])
    ]
    assert actions
    assert [action for action in actions if "*" in action] == []


def test_money_moves_in_prod_alone(stage: str) -> None:
    real = settings("prod").payment_provider
    assert (settings(stage).payment_provider == real) is (stage == "prod")


@pytest.mark.parametrize("group", GROUPS)
def test_a_function_is_small_arm_and_told_where_its_things_are(template: Template, stage: str, group: str) -> None:
    built = function(template, group)
    assert (built["Runtime"], built["Architectures"]) == ("python3.13", ["arm64"])
    assert 512 <= built["MemorySize"] <= 1024
    assert built["Timeout"] == 10
    assert built["TracingConfig"] == {"Mode": "Active"}
    assert built["LoggingConfig"]["LogFormat"] == "JSON"
    assert built["RecursiveLoop"] == "Terminate"
    assert built["FunctionName"] == f"orders-{stage}-{group}"
    said = {name: template.said(value) for name, value in built["Environment"]["Variables"].items()}
    names = named(template)
    provider = {
        "PAYMENT_PROVIDER_URL": settings(stage).payment_provider,
        "PAYMENT_PROVIDER_SECRET_ARN": f"${{{names['DataProviderSecret']}}}",
        "CIRCUIT_TABLE_NAME": f"${{{names['DataCircuits']}}}",
        "PAYMENTS_QUEUE_URL": f"${{{names['PaymentsQueue']}}}",
    }
    assert {name: value for name, value in said.items() if name not in TOLD_BESIDES.get(group, ())} == {
        **(provider if group == "orders" else {}),
        **told_for(settings(stage)),
        "TABLE_NAME": f"${{{names['DataTable']}}}",
        "IDEMPOTENCY_TABLE_NAME": f"${{{names['DataIdempotency']}}}",
        "CLAIMS_BUCKET_NAME": f"${{{names['DataClaims']}}}",
        "CURSOR_SECRET_ARN": f"${{{names['DataCursorSecret']}}}",
        "STAGE": stage,
        "POWERTOOLS_SERVICE_NAME": "orders",
        "POWERTOOLS_METRICS_NAMESPACE": "Orders",
        "POWERTOOLS_LOG_LEVEL": "INFO",
    }


def test_all_functions_of_the_service_run_one_zip(template: Template) -> None:
    assert len({function(template, group)["Code"]["S3Key"] for group in GROUPS}) == 1


def test_every_resource_that_takes_tags_says_whose_it_is(template: Template, stage: str) -> None:
    tagged = [each["Tags"] for each in template.resources.values() if isinstance(each.properties.get("Tags"), list)]
    assert len(tagged) > 40
    for tags in tagged:
        said = {tag["Key"]: tag["Value"] for tag in tags if tag["Key"] not in ("function", "Name")}
        assert said == {**dict(DELIVERY.tags), "stage": stage}


def test_every_function_is_told_apart_on_the_bill(template: Template, stage: str) -> None:
    named = {each["FunctionName"]: tagged(each)["function"] for each in template.all("AWS::Lambda::Function")}
    assert set(named) == {each["FunctionName"] for each in template.all("AWS::Lambda::Function")}
    assert {name: tag for name, tag in named.items() if name == f"orders-{stage}-{tag}"} == {
        f"orders-{stage}-{each}": each
        for each in (*named_functions(), "judge", *(["visitor"] if planned(stage).rollout.visitors else []))
    }
    assert len(set(named.values())) == len(named)


def named_functions() -> list[str]:
    """The functions of the service itself, without what tries a new version of them."""
    return [
        *(group.name for group in ROUTE_GROUPS),
        *(worker.name for worker in WORKERS),
        "identity",
        "authorizer",
        "rotation",
        "renewal",
    ]


def tagged(resource: Resource) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in resource["Tags"]}


def test_the_table_is_kept_encrypted_recoverable_and_bounded(template: Template) -> None:
    (table,) = [each for each in template.all("AWS::DynamoDB::Table") if "StreamSpecification" in each.properties]
    assert table["KeySchema"] == [
        {"AttributeName": "PK", "KeyType": "HASH"},
        {"AttributeName": "SK", "KeyType": "RANGE"},
    ]
    indexes = {index["IndexName"]: index for index in table["GlobalSecondaryIndexes"]}
    assert {name: [tuple(key.values()) for key in index["KeySchema"]] for name, index in indexes.items()} == {
        "GSI1": [("GSI1PK", "HASH"), ("GSI1SK", "RANGE")],
        "GSI2": [("status", "HASH"), ("sweep_shard", "HASH"), ("placed_at", "RANGE")],
    }
    bounds = {"MaxReadRequestUnits": 4000, "MaxWriteRequestUnits": 4000}
    for each in (table, *indexes.values()):
        assert each["OnDemandThroughput"] == bounds
    assert all(index["Projection"] == {"ProjectionType": "ALL"} for index in indexes.values())
    assert table["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


def test_every_table_is_on_demand_and_safe_from_loss(template: Template) -> None:
    key = named(template)["DataKey"]
    for table in template.all("AWS::DynamoDB::Table"):
        assert table["BillingMode"] == "PAY_PER_REQUEST"
        assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
        assert table["DeletionProtectionEnabled"] is True
        assert table["SSESpecification"] == {
            "KMSMasterKeyId": {"Fn::GetAtt": [key, "Arn"]},
            "SSEEnabled": True,
            "SSEType": "KMS",
        }


STATEFUL = (
    "AWS::DynamoDB::Table",
    "AWS::KMS::Key",
    "AWS::Cognito::UserPool",
    "AWS::S3::Bucket",
    "AWS::SecretsManager::Secret",
)


@pytest.mark.parametrize("kind", STATEFUL)
def test_what_holds_state_outlives_its_template(template: Template, kind: str) -> None:
    kept = template.all(kind)
    assert kept
    for each in kept:
        assert (each.body["DeletionPolicy"], each.body["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_answers_and_circuits_are_remembered_for_a_time(template: Template) -> None:
    small = [each for each in template.all("AWS::DynamoDB::Table") if "StreamSpecification" not in each.properties]
    assert {each["TimeToLiveSpecification"]["AttributeName"] for each in small} == {"expiration", "expires_at"}
    for table in small:
        assert table["KeySchema"] == [{"AttributeName": "id", "KeyType": "HASH"}]
        assert table["TimeToLiveSpecification"]["Enabled"] is True


def test_every_key_rotates(template: Template) -> None:
    keys = template.all("AWS::KMS::Key")
    assert {each.name for each in keys} == {named(template)[name] for name in ("DataKey", "DataFieldKey")}
    assert {each["EnableKeyRotation"] for each in keys} == {True}


def test_customers_sign_in_by_mail_with_a_long_password(template: Template) -> None:
    users = template.one("AWS::Cognito::UserPool")
    assert users["UsernameAttributes"] == ["email"]
    password = users["Policies"]["PasswordPolicy"]
    assert (password["MinimumLength"], password["PasswordHistorySize"]) == (12, 12)
    assert all(password[f"Require{kind}"] for kind in ("Lowercase", "Uppercase", "Numbers", "Symbols"))
    assert (users["MfaConfiguration"], users["EnabledMfas"]) == ("OPTIONAL", ["SOFTWARE_TOKEN_MFA"])
    assert users["DeletionProtection"] == "ACTIVE"
    assert template.one("AWS::Cognito::UserPoolGroup")["GroupName"] == "ops"


def test_passwords_are_taken_from_testers_only_and_never_in_prod(template: Template, stage: str) -> None:
    flows = template.one("AWS::Cognito::UserPoolClient")["ExplicitAuthFlows"]
    test_flow = ["ALLOW_ADMIN_USER_PASSWORD_AUTH"] if stage != "prod" else []
    assert flows == [*test_flow, "ALLOW_USER_SRP_AUTH"]


def test_refresh_tokens_rotate_and_the_flow_that_does_not_is_closed(template: Template) -> None:
    client = template.one("AWS::Cognito::UserPoolClient")
    assert client["RefreshTokenRotation"] == {"Feature": "ENABLED", "RetryGracePeriodSeconds": 30}
    assert "ALLOW_REFRESH_TOKEN_AUTH" not in client["ExplicitAuthFlows"]


def test_a_tester_may_only_handle_users_of_its_stage(template: Template, stage: str) -> None:
    named = [each for each in template.all("AWS::IAM::Role") if each.properties.get("RoleName")]
    testers = [each for each in named if each["RoleName"].endswith("-tester")]
    if stage == "prod":
        assert testers == []
        return
    (tester,) = testers
    assert tester["RoleName"] == f"orders-{stage}-tester"
    (trust,) = tester["AssumeRolePolicyDocument"]["Statement"]
    assert template.said(trust["Principal"]["AWS"]) == f"arn:aws:iam::{DELIVERY.environment.account}:root"
    assert trust["Condition"] == {
        "StringLike": {"aws:PrincipalArn": f"arn:aws:iam::{DELIVERY.environment.account}:role/orders-pipeline-*"}
    }
    pool = template.one("AWS::Cognito::UserPool").name
    assert granted(template, tester.name)[f"${{{pool}.Arn}}"] == [
        "cognito-idp:AdminAddUserToGroup",
        "cognito-idp:AdminCreateUser",
        "cognito-idp:AdminDeleteUser",
        "cognito-idp:AdminInitiateAuth",
        "cognito-idp:AdminRespondToAuthChallenge",
        "cognito-idp:AdminSetUserMFAPreference",
        "cognito-idp:AdminSetUserPassword",
        "cognito-idp:CreateUserPoolClient",
        "cognito-idp:DeleteUserPoolClient",
    ]


def test_the_stack_tells_the_world_only_this(template: Template, stage: str) -> None:
    tester = set() if stage == "prod" else {"ProviderKeyArn", "TesterRoleArn"}
    told = {
        "ApiUrl",
        "IdentityPoolId",
        "TableName",
        "TokenUrl",
        "UsagePlans",
        "UserPoolClientId",
        "UserPoolId",
    }
    assert set(template.document["Outputs"]) == told | tester
    assert not any("Export" in output for output in template.document["Outputs"].values())


KINDS = {
    "AWS::AccessAnalyzer::Analyzer",
    "AWS::ApiGateway::Account",
    "AWS::ApiGateway::Authorizer",
    "AWS::ApiGateway::Deployment",
    "AWS::ApiGateway::GatewayResponse",
    "AWS::ApiGateway::Method",
    "AWS::ApiGateway::Model",
    "AWS::ApiGateway::RequestValidator",
    "AWS::ApiGateway::Resource",
    "AWS::ApiGateway::RestApi",
    "AWS::ApiGateway::Stage",
    "AWS::ApiGateway::UsagePlan",
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::CompositeAlarm",
    "AWS::CloudWatch::Dashboard",
    "AWS::CodeDeploy::Application",
    "AWS::CodeDeploy::DeploymentGroup",
    "AWS::Cognito::IdentityPool",
    "AWS::Cognito::IdentityPoolPrincipalTag",
    "AWS::Cognito::IdentityPoolRoleAttachment",
    "AWS::Cognito::UserPool",
    "AWS::Cognito::UserPoolClient",
    "AWS::Cognito::UserPoolDomain",
    "AWS::Cognito::UserPoolGroup",
    "AWS::Cognito::UserPoolResourceServer",
    "AWS::DynamoDB::Table",
    "AWS::Events::EventBus",
    "AWS::Events::Rule",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Policy",
    "AWS::IAM::Role",
    "AWS::KMS::Alias",
    "AWS::KMS::Key",
    "AWS::Lambda::Alias",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Function",
    "AWS::Lambda::Permission",
    "AWS::Lambda::Version",
    "AWS::Logs::LogGroup",
    "AWS::Logs::MetricFilter",
    "AWS::Pipes::Pipe",
    "AWS::S3::Bucket",
    "AWS::S3::BucketPolicy",
    "AWS::SES::ConfigurationSet",
    "AWS::SES::ConfigurationSetEventDestination",
    "AWS::SES::EmailIdentity",
    "AWS::SNS::Subscription",
    "AWS::SNS::Topic",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::Queue",
    "AWS::SQS::QueuePolicy",
    "AWS::Scheduler::Schedule",
    "AWS::SecretsManager::ResourcePolicy",
    "AWS::SecretsManager::RotationSchedule",
    "AWS::SecretsManager::Secret",
    "AWS::XRay::SamplingRule",
}


def test_the_service_is_made_of_these_kinds_of_resources_and_no_custom_one(template: Template, stage: str) -> None:
    assert {resource.type for resource in template.resources.values()} == KINDS | kinds_asked_for(settings(stage))


def test_stages_differ_in_their_settings_only(prod: Template, template: Template, stage: str) -> None:
    def kinds(each: Template) -> Counter[str]:
        return Counter(resource.type for resource in each.resources.values())

    tester, visitor = int(settings(stage).test_sign_in), int(planned(stage).rollout.visitors > 0)
    more = Counter({"AWS::IAM::Role": tester + visitor, "AWS::Lambda::Function": visitor})
    assert kinds(template) - kinds(prod) == +more
