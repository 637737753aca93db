"""Several accounts at once, and the CDK's real command line against them.

Sources: AWS CDK Developer Guide, "AWS CDK bootstrapping"; IAM User Guide, "Cross account resource access".
"""

import json
import os
import subprocess
from pathlib import Path

import pytest

from pipeline.rehearsal.world.emulator.world import EmulatorWorld
from tests.rehearsal.world.account import REGION, Account
from tests.rehearsal.world.templates import ref, resource, template

pytestmark = pytest.mark.emulator


@pytest.fixture
def other(world: EmulatorWorld, account: Account) -> Account:
    """A second account, bootstrapped, into which the first one deploys."""
    number = str(int(account.number) + 100_000)
    world.bootstrap(number, REGION)
    return Account(world, number)


def test_what_one_account_has_another_does_not_see(account: Account, other: Account) -> None:
    account.deploy(template({"Queue": resource("SQS::Queue", QueueName="mine")}))
    assert len(account.client("sqs").list_queues()["QueueUrls"]) == 1
    assert other.client("sqs").list_queues().get("QueueUrls", []) == []


def test_bootstrap_leaves_what_the_cdk_looks_for_and_can_be_repeated(world: EmulatorWorld, other: Account) -> None:
    world.bootstrap(other.number, REGION)
    version = other.client("ssm").get_parameter(Name="/cdk-bootstrap/hnb659fds/version")["Parameter"]["Value"]
    buckets = [bucket["Name"] for bucket in other.client("s3").list_buckets()["Buckets"]]
    assert int(version) >= 6
    assert buckets == [f"cdk-hnb659fds-assets-{other.number}-{REGION}"]


def test_a_role_of_another_account_acts_there(account: Account, other: Account) -> None:
    role = f"arn:aws:iam::{other.number}:role/cdk-hnb659fds-deploy-role-{other.number}-{REGION}"
    assumed = account.client("sts").assume_role(RoleArn=role, RoleSessionName="test")
    assert assumed["AssumedRoleUser"]["Arn"].split(":")[4] == other.number


def command_line() -> Path:
    """The folder with the CDK's programs, as scripts/setup installs them."""
    home = Path(os.environ.get("SLIPWAY_HOME", "~/.cache/slipway")).expanduser()
    folders = [Path(os.environ["SLIPWAY_NPM"])] if "SLIPWAY_NPM" in os.environ else sorted(home.glob("npm/*"))
    found = [folder / "node_modules" / ".bin" for folder in folders if (folder / ".ready").exists()]
    if not found:
        pytest.fail("no CDK command line: run scripts/setup")
    return found[-1]


def assembly(folder: Path, account: str) -> None:
    """A cloud assembly with one stack and one file asset, as the CDK writes it."""
    code = "def handler(event, context):\n    return 'from an asset'\n"
    bucket = f"cdk-hnb659fds-assets-{account}-{REGION}"
    function = resource(
        "Lambda::Function",
        Runtime="python3.13",
        Handler="index.handler",
        Role="arn:aws:iam::1:role/x",
        Code={"S3Bucket": bucket, "S3Key": "code.zip"},
    )
    stack = template({"Function": function}, Name=ref("Function"))
    publisher = f"arn:${{AWS::Partition}}:iam::{account}:role/cdk-hnb659fds-file-publishing-role-{account}-{REGION}"
    destination = {"bucketName": bucket, "region": REGION, "assumeRoleArn": publisher}
    files = {
        name: {
            "source": {"path": path, "packaging": packaging},
            "destinations": {"here": {**destination, "objectKey": key}},
        }
        for name, path, packaging, key in (("code", "code", "zip", "code.zip"), ("stack", "T.json", "file", "T.json"))
    }
    deploy_role = f"arn:${{AWS::Partition}}:iam::{account}:role/cdk-hnb659fds-deploy-role-{account}-{REGION}"
    manifest = {
        "version": "36.0.0",
        "artifacts": {
            "T.assets": {"type": "cdk:asset-manifest", "properties": {"file": "T.assets.json"}},
            "T": {
                "type": "aws:cloudformation:stack",
                "environment": f"aws://{account}/{REGION}",
                "properties": {
                    "templateFile": "T.json",
                    "stackName": "tiny",
                    "assumeRoleArn": deploy_role,
                    "cloudFormationExecutionRoleArn": deploy_role.replace("deploy-role", "cfn-exec-role"),
                    "stackTemplateAssetObjectUrl": f"s3://{bucket}/T.json",
                    "requiresBootstrapStackVersion": 6,
                    "bootstrapStackVersionSsmParameter": "/cdk-bootstrap/hnb659fds/version",
                },
                "dependencies": ["T.assets"],
            },
        },
    }
    (folder / "code").mkdir(parents=True)
    (folder / "code" / "index.py").write_text(code)
    (folder / "T.json").write_text(json.dumps(stack))
    (folder / "T.assets.json").write_text(json.dumps({"version": "36.0.0", "files": files, "dockerImages": {}}))
    (folder / "manifest.json").write_text(json.dumps(manifest))


def run(program: Path, *arguments: str, where: Path, environment: dict[str, str]) -> None:
    node = os.environ["JSII_NODE"]
    path = f"{Path(node).parent}:{os.environ['PATH']}"
    variables = {"PATH": path, "HOME": str(where), "TMPDIR": str(where), "CI": "true", **environment}
    done = subprocess.run([node, str(program), *arguments], cwd=where, env=variables, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_cdks_own_tools_publish_and_deploy_into_another_account(
    world: EmulatorWorld, account: Account, other: Account, tmp_path: Path
) -> None:
    assembly(tmp_path / "cdk.out", other.number)
    environment = dict(world.environment(account.number, REGION))
    programs = command_line()
    run(programs / "cdk-assets", "--path", "cdk.out/T.assets.json", "publish", where=tmp_path, environment=environment)
    outputs = ("--outputs-file", "outputs.json", "--require-approval=never", "--app", "cdk.out")
    run(programs / "cdk", "deploy", "T", *outputs, where=tmp_path, environment=environment)
    name = json.loads((tmp_path / "outputs.json").read_text())["tiny"]["Name"]
    answer = other.client("lambda").invoke(FunctionName=name)
    assert json.loads(answer["Payload"].read()) == "from an asset"
    assert account.client("lambda").list_functions()["Functions"] == []
