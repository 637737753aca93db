"""Stacks: types that ministack lacks or does by halves. Source: CloudFormation's resource and API reference."""

import json
import time

import pytest

from pipeline.rehearsal.world.emulator.fidelity import RESOURCES
from tests.rehearsal.world.account import Account
from tests.rehearsal.world.templates import Part, att, ref, released, resource, role, template

pytestmark = pytest.mark.emulator

KEYS = {
    "KeySchema": [{"AttributeName": "PK", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "PK", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}


def changes(account: Account, changed: Part) -> dict[str, tuple[str, str | None]]:
    """(action, replacement) by logical id, as a change set shows them before anything happens."""
    client = account.client("cloudformation")
    made = client.create_change_set(
        StackName="stack",
        ChangeSetName="look",
        TemplateBody=json.dumps(changed),
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    described = client.describe_change_set(ChangeSetName=made["Id"])["Changes"]
    found = [each["ResourceChange"] for each in described]
    return {each["LogicalResourceId"]: (each["Action"], each.get("Replacement")) for each in found}


def test_an_unknown_type_is_refused_by_its_name(account: Account) -> None:
    """API reference, `CreateStack`: a template error, and no stack."""
    client = account.client("cloudformation")
    with pytest.raises(client.exceptions.ClientError, match=r"AWS::Quantum::Teleporter"):
        account.deploy(template({"Thing": resource("Quantum::Teleporter")}))
    assert client.describe_stacks()["Stacks"] == []


def test_a_property_that_we_would_ignore_is_refused_by_its_name(account: Account) -> None:
    done = account.deploy(template(released(1, Layers=["arn:aws:lambda:eu-west-1:1:layer:x:1"])))
    assert (done.status, "Layers" in done.failures()[-1]) == ("ROLLBACK_COMPLETE", True)


def test_a_change_set_says_what_is_replaced_and_removed(account: Account) -> None:
    """API reference, `ResourceChange`: Replacement is True, False or Conditional."""
    pool = resource("Cognito::UserPool")
    client = resource("Cognito::UserPoolClient", UserPoolId=ref("Pool"))
    before = {
        "Table": resource("DynamoDB::Table", TableName="orders", **KEYS),
        "Pool": pool,
        "Client": client,
        "Topic": resource("SNS::Topic"),
    }
    account.deploy(template(before))
    after = {
        "Table": resource("DynamoDB::Table", TableName="orders-2", **KEYS),
        "Pool": resource("Cognito::UserPool", DeletionProtection="ACTIVE"),
        "Client": resource("Cognito::UserPoolClient", UserPoolId=ref("Pool"), GenerateSecret=True),
        "Queue": resource("SQS::Queue"),
    }
    assert changes(account, template(after)) == {
        "Table": ("Modify", "True"),
        "Pool": ("Modify", "False"),
        "Client": ("Modify", "True"),
        "Queue": ("Add", None),
        "Topic": ("Remove", None),
    }


@pytest.mark.parametrize("kind", ["Table", "GlobalTable"])
def test_a_table_has_what_its_template_says(account: Account, kind: str) -> None:
    """Resource reference of both types; a global table has its recovery and protection in the replica."""
    own: dict[str, object] = {
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        "DeletionProtectionEnabled": True,
    }
    ttl = {"TimeToLiveSpecification": {"AttributeName": "expires", "Enabled": True}}
    properties = {**KEYS, **ttl, **(own if kind == "Table" else {"Replicas": [{"Region": "eu-west-1", **own}]})}
    done = account.deploy(template({"Table": resource(f"DynamoDB::{kind}", **properties)}, Name=ref("Table")))
    assert done.status == "CREATE_COMPLETE", done.failures()
    dynamodb, name = account.client("dynamodb"), done.outputs["Name"]
    backups = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
    assert dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"] == {
        "TimeToLiveStatus": "ENABLED",
        "AttributeName": "expires",
    }
    assert dynamodb.describe_table(TableName=name)["Table"]["DeletionProtectionEnabled"] is True


@pytest.mark.parametrize("kind", ["Table", "GlobalTable"])
def test_an_update_of_an_unnamed_table_keeps_its_items(account: Account, kind: str) -> None:
    """Resource reference: time to live is updated without interruption."""
    replicas = {} if kind == "Table" else {"Replicas": [{"Region": "eu-west-1"}]}
    first = resource(f"DynamoDB::{kind}", **KEYS, **replicas)
    name = account.deploy(template({"Table": first}, Name=ref("Table"))).outputs["Name"]
    account.client("dynamodb").put_item(TableName=name, Item={"PK": {"S": "kept"}})
    ttl = {"TimeToLiveSpecification": {"AttributeName": "expires", "Enabled": True}}
    second = resource(f"DynamoDB::{kind}", **KEYS, **replicas, **ttl)
    done = account.deploy(template({"Table": second}, Name=ref("Table")))
    assert (done.status, done.outputs["Name"]) == ("UPDATE_COMPLETE", name)
    assert account.client("dynamodb").scan(TableName=name)["Count"] == 1


def test_a_protected_table_survives_the_deletion_of_its_stack(account: Account) -> None:
    """DynamoDB Developer Guide, "Using deletion protection to protect your table"."""
    table = resource("DynamoDB::Table", TableName="orders", DeletionProtectionEnabled=True, **KEYS)
    account.deploy(template({"Table": table}))
    account.client("cloudformation").delete_stack(StackName="stack")
    done = account.wait()
    assert (done.status, done.failures()[-1].split(":")[0]) == ("DELETE_FAILED", "Table")
    assert account.client("dynamodb").list_tables()["TableNames"] == ["orders"]


def test_a_failed_update_leaves_the_stack_as_it_was(account: Account) -> None:
    """User Guide, "Stack failure options": the default is to roll back."""
    account.deploy(template({"Topic": resource("SNS::Topic", DisplayName="before")}))
    broken = resource("Lambda::Function", Runtime="nodejs22.x", Handler="x.y", Role="r", Code={"ZipFile": "x"})
    broken["DependsOn"] = ["Topic"]
    done = account.deploy(template({"Topic": resource("SNS::Topic", DisplayName="after"), "Broken": broken}))
    assert done.status == "UPDATE_ROLLBACK_COMPLETE"
    attributes = account.client("sns").get_topic_attributes(TopicArn=done.physical("Topic"))["Attributes"]
    assert attributes["DisplayName"] == "before"


def test_a_pipelines_own_resources_can_be_deployed_and_updated(account: Account) -> None:
    """The stack that a pipeline updates itself with: kept, named, and otherwise the rehearsal's own part."""

    def pipeline(stage: str) -> Part:
        return template(
            {
                "Role": role("codepipeline.amazonaws.com"),
                "Connection": resource(
                    "CodeStarConnections::Connection", ConnectionName="github", ProviderType="GitHub"
                ),
                "Pipeline": resource("CodePipeline::Pipeline", RoleArn=att("Role", "Arn"), Stages=[{"Name": stage}]),
                "Project": resource(
                    "CodeBuild::Project",
                    ServiceRole=att("Role", "Arn"),
                    Source={"Type": "CODEPIPELINE"},
                    Artifacts={"Type": "CODEPIPELINE"},
                    Environment={
                        "Type": "LINUX_CONTAINER",
                        "Image": "aws/codebuild/standard:7.0",
                        "ComputeType": "BUILD_GENERAL1_SMALL",
                    },
                ),
            },
            Arn=att("Connection", "ConnectionArn"),
            Pipeline=ref("Pipeline"),
        )

    created, updated = account.deploy(pipeline("Beta")), account.deploy(pipeline("Gamma"))
    assert (created.status, updated.status) == ("CREATE_COMPLETE", "UPDATE_COMPLETE")
    assert created.outputs == updated.outputs
    assert created.outputs["Arn"].startswith(f"arn:aws:codestar-connections:eu-west-1:{account.number}:connection/")


def test_a_deployment_group_for_servers_is_refused(account: Account) -> None:
    done = account.deploy(template({"Application": resource("CodeDeploy::Application", ComputePlatform="Server")}))
    assert (done.status, "Server" in done.failures()[-1]) == ("ROLLBACK_COMPLETE", True)


def test_a_configuration_of_ones_own_shifts_as_it_says(account: Account) -> None:
    """API reference, `TimeBasedCanary`: the interval is in minutes."""
    config = resource(
        "CodeDeploy::DeploymentConfig",
        ComputePlatform="Lambda",
        TrafficRoutingConfig={
            "Type": "TimeBasedCanary",
            "TimeBasedCanary": {"CanaryPercentage": 25, "CanaryInterval": 2},
        },
    )
    done = account.deploy(template({"Config": config}, Name=ref("Config")))
    found = account.client("codedeploy").get_deployment_config(deploymentConfigName=done.outputs["Name"])
    assert found["deploymentConfigInfo"]["trafficRoutingConfig"] == {
        "type": "TimeBasedCanary",
        "timeBasedCanary": {"canaryPercentage": 25, "canaryInterval": 2},
    }


def filtered(pattern: str) -> Part:
    transformation = {
        "MetricNamespace": "Orders",
        "MetricName": "Slow",
        "MetricValue": "$.ms",
        "Dimensions": [{"Key": "Route", "Value": "$.route"}],
    }
    return template({
        "Log": resource("Logs::LogGroup", LogGroupName="lines"),
        "Filter": resource(
            "Logs::MetricFilter",
            LogGroupName=ref("Log"),
            FilterPattern=pattern,
            MetricTransformations=[transformation],
        ),
    })  # fmt: skip


def test_a_metric_filter_counts_the_lines_that_match(account: Account) -> None:
    """CloudWatch Logs User Guide, "Creating metrics from log events using filters"."""
    done = account.deploy(filtered('{ $.route = "/v1/*" && $.ms > 100 }'))
    assert done.status == "CREATE_COMPLETE", done.failures()
    logs = account.client("logs")
    logs.create_log_stream(logGroupName="lines", logStreamName="one")
    lines = [{"route": "/v1/a", "ms": 250}, {"route": "/v1/a", "ms": 50}, {"route": "/v2/a", "ms": 900}]
    now = int(time.time() * 1000)
    events = [{"timestamp": now, "message": json.dumps(line)} for line in lines]
    logs.put_log_events(logGroupName="lines", logStreamName="one", logEvents=events)
    world_now = account.world.status()["world"]
    points = account.client("cloudwatch").get_metric_statistics(
        Namespace="Orders",
        MetricName="Slow",
        Dimensions=[{"Name": "Route", "Value": "/v1/a"}],
        StartTime=world_now - 7200,
        EndTime=world_now + 3600,
        Period=86400,
        Statistics=["Sum", "SampleCount"],
    )["Datapoints"]
    assert [(point["Sum"], point["SampleCount"]) for point in points] == [(250.0, 1.0)]


def test_a_metric_filter_that_we_cant_apply_fails_its_stack(account: Account) -> None:
    done = account.deploy(filtered("[ip, user, ...]"))
    assert (done.status, "space-delimited" in done.failures()[-1]) == ("ROLLBACK_COMPLETE", True)


def test_every_type_that_we_speak_of_is_one_that_can_be_deployed(account: Account) -> None:
    registered = set(account.world.status()["resource_types"])
    assert set(RESOURCES) - registered == set()


def test_what_watches_an_account_or_names_an_api_is_kept_with_its_attributes(account: Account) -> None:
    """The attributes are those of the CloudFormation resource reference."""
    parts = {
        "Analyzer": resource("AccessAnalyzer::Analyzer", AnalyzerName="ours", Type="ACCOUNT"),
        "Budget": resource("Budgets::Budget", Budget={"BudgetType": "COST", "TimeUnit": "MONTHLY"}),
        "Monitor": resource("CE::AnomalyMonitor", MonitorName="ours", MonitorType="DIMENSIONAL"),
        "Subscription": resource(
            "CE::AnomalySubscription",
            SubscriptionName="ours",
            MonitorArnList=[{"Fn::GetAtt": ["Monitor", "MonitorArn"]}],
            Subscribers=[],
            Frequency="IMMEDIATE",
        ),
        "Rule": resource("XRay::SamplingRule", SamplingRule={"RuleName": "ours"}),
        "Chat": resource("Chatbot::SlackChannelConfiguration", ConfigurationName="ours"),
        "Certificate": resource(
            "CertificateManager::Certificate", DomainName="orders.example.com", ValidationMethod="DNS"
        ),
        "Name": resource(
            "ApiGateway::DomainName",
            DomainName="orders.example.com",
            EndpointConfiguration={"Types": ["REGIONAL"]},
            RegionalCertificateArn=ref("Certificate"),
        ),
        "Record": resource(
            "Route53::RecordSet",
            HostedZoneId="Z0123456789ABCDEFGHIJ",
            Name="orders.example.com.",
            Type="A",
            AliasTarget={
                "DNSName": {"Fn::GetAtt": ["Name", "RegionalDomainName"]},
                "HostedZoneId": {"Fn::GetAtt": ["Name", "RegionalHostedZoneId"]},
            },
        ),
    }
    told = {"Analyzer": ref("Analyzer"), "Monitor": ref("Monitor"), "Chat": {"Fn::GetAtt": ["Chat", "Arn"]}}
    done = account.deploy(template(parts, **told))
    assert done.status == "CREATE_COMPLETE", done.failures()
    assert {name: value.split(":", 5)[2] for name, value in done.outputs.items()} == {
        "Analyzer": "access-analyzer",
        "Monitor": "ce",
        "Chat": "chatbot",
    }
    changed = {**parts, "Monitor": resource("CE::AnomalyMonitor", MonitorName="theirs", MonitorType="DIMENSIONAL")}
    again = account.deploy(template(changed, **told))
    assert again.status == "UPDATE_COMPLETE", again.failures()
    assert again.outputs["Monitor"].endswith("/theirs")
