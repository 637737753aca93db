"""What belongs to a rollout: the alias that shifts, its deployment group, function and version, alarms and hooks. Pure.

Source: CloudFormation's `UpdatePolicy` of an alias, `CodeDeployLambdaAliasUpdate`; a deployment group is named by a
reference or by its name, as an alarm is.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.gates.guard.assembly import Assembly, Stack
from pipeline.gates.guard.facts.hooks import BEFORE, told
from pipeline.gates.guard.facts.shifts import Shift, shift_of
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.values import at
from pipeline.gates.openapi.node import Json, Mapped, listed, mapped

ALIAS, FUNCTION, VERSION = "AWS::Lambda::Alias", "AWS::Lambda::Function", "AWS::Lambda::Version"
GROUP, APPLICATION = "AWS::CodeDeploy::DeploymentGroup", "AWS::CodeDeploy::Application"
ALARM = "AWS::CloudWatch::Alarm"
POLICY = "CodeDeployLambdaAliasUpdate"


@dataclass(frozen=True)
class Rollout:
    """An alias with an update policy. What is not to be found in its stack is None."""

    stack: Stack
    alias: Resource

    @property
    def policy(self) -> Mapped:
        """What CodeDeploy is told."""
        return mapped(at(self.alias.body, "UpdatePolicy", POLICY))

    @property
    def group(self) -> Resource | None:
        """Its deployment group."""
        return _called(self.stack, self.policy.get("DeploymentGroupName"), GROUP, "DeploymentGroupName")

    @property
    def function(self) -> Resource | None:
        """The function behind it."""
        return _called(self.stack, self.alias.at("FunctionName"), FUNCTION, "FunctionName")

    @property
    def version(self) -> Resource | None:
        """The version that it is to stand on."""
        target = self.stack.target(self.alias.at("FunctionVersion"))
        return target if target and target.type == VERSION else None

    @property
    def shift(self) -> Shift | None:
        """How its traffic moves; None if there is no group, or nobody knows its configuration."""
        return shift_of(self.stack, self.group.at("DeploymentConfigName")) if self.group else None

    @property
    def alarms(self) -> tuple[tuple[Json, Resource | None], ...]:
        """What its group watches: the name as it stands there, and the alarm of the stack that it is."""
        names = (
            [at(each, "Name") for each in listed(self.group.at("AlarmConfiguration", "Alarms"))] if self.group else []
        )
        return tuple((name, _called(self.stack, name, ALARM, "AlarmName")) for name in names)

    @property
    def judge(self) -> Resource | None:
        """The function that the hook before the shift calls to look meanwhile."""
        before = self.hook(BEFORE)
        return _called(self.stack, told(before).get("JUDGE"), FUNCTION, "FunctionName") if before else None

    def hook(self, moment: str) -> Resource | None:
        """The function that is asked at a moment such as `BeforeAllowTrafficHook`."""
        return _called(self.stack, self.policy.get(moment), FUNCTION, "FunctionName")


def rollouts(assembly: Assembly) -> Iterator[Rollout]:
    """Every alias of the stages whose traffic CodeDeploy shifts."""
    for stack in assembly.of_stages():
        for alias in stack.all(ALIAS):
            if at(alias.body, "UpdatePolicy", POLICY) is not None:
                yield Rollout(stack, alias)


def rollout_before(stack: Stack | None, rollout: Rollout) -> Rollout | None:
    """The same alias's rollout in the base's `stack`; None if it had none."""
    old = stack.resources.get(rollout.alias.logical_id) if stack else None
    return Rollout(stack, old) if stack and old and at(old.body, "UpdatePolicy", POLICY) is not None else None


def _called(stack: Stack, value: Json, kind: str, name: str) -> Resource | None:
    """The resource of `kind` that `value` refers to, or that has it as its `name`."""
    if isinstance(value, str):
        return next((each for each in stack.all(kind) if each.at(name) == value), None)
    target = stack.target(value)
    return target if target and target.type == kind else None
