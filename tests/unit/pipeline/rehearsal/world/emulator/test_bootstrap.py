"""What the roles of the bootstrap may do: as much of the CDK's own template as a deployment asks for."""

import json
from typing import Any
from unittest.mock import MagicMock

from pipeline.rehearsal.world.emulator.bootstrap import bootstrap


class Account:
    """Gives clients that take down what they are told."""

    def __init__(self) -> None:
        self.made: dict[str, MagicMock] = {}

    def client(self, service: str, account: str, region: str) -> Any:
        assert (account, region) == ("111111111111", "eu-west-1")
        return self.made.setdefault(service, MagicMock())


def policies() -> dict[str, list[dict[str, Any]]]:
    """The statements of each role's own policy."""
    account = Account()
    bootstrap(account, "111111111111", "eu-west-1")
    calls = account.made["iam"].put_role_policy.call_args_list
    return {call.kwargs["RoleName"]: json.loads(call.kwargs["PolicyDocument"])["Statement"] for call in calls}


def test_who_deploys_reads_the_version_of_the_bootstrap_and_hands_stacks_to_the_execution_role() -> None:
    allowed = {
        action: statement["Resource"]
        for statement in policies()["cdk-hnb659fds-deploy-role-111111111111-eu-west-1"]
        for action in statement["Action"]
    }
    version = "arn:aws:ssm:eu-west-1:111111111111:parameter/cdk-bootstrap/hnb659fds/version"
    execution = "arn:aws:iam::111111111111:role/cdk-hnb659fds-cfn-exec-role-111111111111-eu-west-1"
    assert allowed["ssm:GetParameter"] == [version]
    assert allowed["iam:PassRole"] == [execution]
    assert {"cloudformation:Describe*", "cloudformation:ExecuteChangeSet"} <= set(allowed)


def test_nobody_of_them_may_do_everything() -> None:
    for statements in policies().values():
        assert not any(action.partition(":")[2] == "*" for each in statements for action in each["Action"])
