"""A whole rehearsal with --strict, from a commit to its report: a grant that is missing refuses what nobody noticed.

The product is as small as can be: a function behind an API reads a secret, and hides from its callers that it may not.
"""

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from pipeline.rehearse import RUNS, Request, run
from tests.rehearsal.world.templates import URL, api, att, ref, released, resource, template
from tests.unit.pipeline.rehearsal.travelling import PROD, delivery, product, release

pytestmark = pytest.mark.emulator

HIDES = """
import boto3, os
def handler(event, context):
    try:
        boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["SECRET"])
    except Exception as problem:
        print(problem)
    return {"statusCode": 200, "body": "{}"}
"""
ASKS = """
import os, ssl, urllib.request
trusting = ssl.create_default_context(cafile=os.environ["AWS_CA_BUNDLE"])
assert urllib.request.urlopen(os.environ["API"] + "things", data=b"{}", context=trusting).status == 200
"""


def stack(*grants: str) -> dict[str, Any]:
    """The product's template, with a role that may do `grants` with its secret."""
    parts = {
        **released(1, HIDES, Environment={"Variables": {"SECRET": ref("Secret")}}, Timeout=20),
        **api(),
        "Secret": resource("SecretsManager::Secret", Name="told", SecretString="it"),
        "Called": resource(
            "Lambda::Permission",
            Action="lambda:InvokeFunction",
            FunctionName=ref("Live"),
            Principal="apigateway.amazonaws.com",
        ),
    }
    if grants:
        statement = {"Effect": "Allow", "Action": list(grants), "Resource": ref("Secret")}
        policy = {"Version": "2012-10-17", "Statement": [statement]}
        parts["Role"]["Properties"] |= {"Policies": [{"PolicyName": "reads", "PolicyDocument": policy}]}
    parts["Role"]["Properties"]["RoleName"] = "reader"
    return template(parts, ApiUrl=URL, Role=att("Role", "Arn"))


def pipeline() -> dict[str, Any]:
    """The delivery of a tiny product, with a gate behind its deployment that asks the API."""
    resources = delivery(approval=False)
    spec = {"version": "0.2", "phases": {"build": {"commands": [f"{sys.executable} ask.py"]}}}
    told = resources["Project"]["Properties"]
    project = told | {"Source": {"Type": "CODEPIPELINE", "BuildSpec": json.dumps(spec)}}
    asks: dict[str, Any] = {
        "Name": "smoke",
        "ActionTypeId": {"Category": "Build", "Owner": "AWS", "Provider": "CodeBuild", "Version": "1"},
        "RunOrder": 2,
        "InputArtifacts": [{"Name": "Source"}],
        "Configuration": {
            "ProjectName": {"Ref": "Smoke"},
            "EnvironmentVariables": json.dumps([{"name": "API", "value": "#{prod.ApiUrl}", "type": "PLAINTEXT"}]),
        },
    }
    actions = resources["Pipeline"]["Properties"]["Stages"][-1]["Actions"]
    actions[0]["Configuration"]["Capabilities"] = "CAPABILITY_NAMED_IAM"
    actions.append(asks)
    return {"Resources": {**resources, "Smoke": {"Type": "AWS::CodeBuild::Project", "Properties": project}}}


def rehearsed(tmp_path: Path, *grants: str) -> tuple[int, Path]:
    """The exit code of a rehearsal of this commit with --strict, and its folder."""
    root = product(tmp_path / "orders")
    files = {
        "assembly/orders.template.json": json.dumps(stack(*grants)),
        "assembly/pipeline.template.json": json.dumps(pipeline()),
        "ask.py": ASKS,
    }
    release(root, "read a secret", topic="", approval=False, **files)
    asked = Request(root, "HEAD", None, True, 30.0, 7, True, False, strict=True)
    code = run(asked, {**os.environ, "SLIPWAY_HOME": str(tmp_path / "home")})
    return code, root / RUNS / "latest"


def test_what_has_its_grants_is_delivered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, run_folder = rehearsed(tmp_path, "secretsmanager:GetSecretValue")
    assert (code, "✓ delivered to prod" in capsys.readouterr().out) == (0, True)
    assert "may not" not in (run_folder / "report.md").read_text()


def test_a_grant_that_is_gone_is_refused_with_role_action_and_resource(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, run_folder = rehearsed(tmp_path, "secretsmanager:DescribeSecret")
    told = {name: plain((run_folder / name).read_text()) for name in ("report.md", "report.html")}
    told["console"] = capsys.readouterr().out
    denied = f"arn:aws:sts::{PROD}:assumed-role/reader/"
    which = re.escape(denied) + r"\S+ may not secretsmanager:GetSecretValue on arn:aws:secretsmanager:\S+:secret:told-"
    assert code == 1
    assert [name for name, text in told.items() if not re.search(which, text)] == []
    assert [name for name, text in told.items() if "1 command, and yet a role was denied what it" not in text] == []


def plain(page: str) -> str:
    """A page without what lets long names break and what keeps signs from being markup."""
    return re.sub(r"<wbr>|\\(?=[^\w\s])", "", page).replace("\u200b", "")
