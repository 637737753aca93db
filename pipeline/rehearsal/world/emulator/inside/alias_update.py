"""CloudFormation's update of a Lambda alias: with an update policy CodeDeploy moves it, and the stack waits for that.

Source: CloudFormation User Guide, "UpdatePolicy attribute", CodeDeployLambdaAliasUpdate: a deployment is performed
"when the version changes on an AWS::Lambda::Alias resource"; a failed one fails the update, so the stack rolls back.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from pipeline.rehearsal.world.codedeploy import CodeDeployProblem, Finish, Outcome, StopRequested
from pipeline.rehearsal.world.emulator.inside.aliases import Aliases
from pipeline.rehearsal.world.emulator.inside.deployments import Deployments, Drive, Wanted
from pipeline.rehearsal.world.emulator.inside.journal import Journal
from pipeline.rehearsal.world.emulator.inside.operation import (
    ALIAS,
    OPERATION,
    SHIFT_POLICY,
    STACKS,
    Operation,
    shifted_by_codedeploy,
)
from pipeline.rehearsal.world.emulator.inside.seams import Seam
from pipeline.rehearsal.world.emulator.inside.traffic import AliasId
from pipeline.rehearsal.world.observation import WeightsSet

HANDLERS = Seam("ministack.services.cloudformation.provisioners", "_RESOURCE_HANDLERS")
ON_THREAD = Seam("ministack.services.cloudformation.stacks", "_runs_on_worker_thread", ("resource_type",))
ACCOUNT = Seam("ministack.core.responses", "get_account_id", ())
REGION = Seam("ministack.core.responses", "get_region", ())
SEAMS = (HANDLERS, ON_THREAD, ACCOUNT, REGION)

LOOK_EVERY_S = 0.1

type Properties = Mapping[str, Any]


@dataclass
class _Side:
    """The deployments that one stack operation began together, by logical id; `failed` is the first that did."""

    drives: dict[str, Drive]
    failed: Drive | None = None


class AliasUpdate:
    """The update handler of aliases."""

    def __init__(self, deployments: Deployments, aliases: Aliases, journal: Journal) -> None:
        self._deployments = deployments
        self._aliases = aliases
        self._journal = journal
        self._sides: WeakKeyDictionary[Operation, _Side] = WeakKeyDictionary()
        self._lock = threading.Lock()
        self._plainly: Callable[..., tuple[str, dict[str, Any]]] = HANDLERS.get()[ALIAS]["update"]

    def install(self) -> None:
        """Register it, to run on a thread of its own since it waits."""
        handlers = HANDLERS.get()[ALIAS]
        handlers |= {"create": self._telling(handlers["create"]), "update": self.update}
        ON_THREAD.wrap(lambda original: lambda kind: kind == ALIAS or original(kind))

    def update(
        self, physical_id: str, old: Properties, new: Properties, stack_name: str, logical_id: str
    ) -> tuple[str, dict[str, Any]]:
        """Move the alias with CodeDeploy if that is how it is moved, then do the rest."""
        operation = OPERATION.get()
        if operation is not None and not operation.rolling_back:
            if stack_name != operation.stack_name:
                _refuse_nested(stack_name, logical_id)
            elif self._changes_version(operation, logical_id, old, new):
                self._shift(operation, logical_id)
        done = self._plainly(physical_id, old, new, stack_name, logical_id)
        self._tell(new)
        return done

    def _telling(self, create: Callable[..., Any]) -> Callable[..., Any]:
        def create_and_tell(logical_id: str, properties: Properties, stack_name: str) -> Any:
            created = create(logical_id, properties, stack_name)
            self._tell(properties)
            return created

        return create_and_tell

    def _tell(self, properties: Properties) -> None:
        alias = _alias_id(properties)
        shares = self._aliases.weights(alias)
        self._journal.add(alias.account, alias.region, WeightsSet(alias.function, alias.alias, shares))

    def _changes_version(self, operation: Operation, logical_id: str, old: Properties, new: Properties) -> bool:
        same_alias = _alias_id(old) == _alias_id(new)
        moved = old.get("FunctionVersion") != new.get("FunctionVersion")
        return same_alias and moved and shifted_by_codedeploy(operation.definition(logical_id))

    def _shift(self, operation: Operation, logical_id: str) -> None:
        """Begin the deployments of all aliases of this operation, if none has begun, and wait for this one."""
        with self._lock:
            side = self._sides.get(operation)
            if side is None:
                side = self._sides[operation] = _Side(self._begin_all(operation))
        drive = side.drives.get(logical_id)
        if drive is None:
            return  # the alias is at that version already
        while not drive.poll(LOOK_EVERY_S):
            _stop_all_when_one_failed(side)
        _stop_all_when_one_failed(side)
        if not _succeeded(drive.wait()):
            self._take_back(side)
            raise CodeDeployProblem(_reason(drive, side.failed or drive))

    def _take_back(self, side: _Side) -> None:
        """Give the old versions back what moved well while another deployment failed.

        On CloudFormation those updates were complete, and its rollback undoes them. Here resources are updated one
        after the other, so for those whose turn had not come there would be nothing to undo.
        """
        for drive in side.drives.values():
            if _succeeded(drive.wait()):
                alias, wanted = drive.wanted.alias, drive.wanted
                self._aliases.shift(alias, wanted.from_version, wanted.to_version, 0.0)
                shares = self._aliases.weights(alias)
                self._journal.add(alias.account, alias.region, WeightsSet(alias.function, alias.alias, shares))

    def _begin_all(self, operation: Operation) -> dict[str, Drive]:
        wanted = {
            name: found
            for name, definition in operation.template["Resources"].items()
            if shifted_by_codedeploy(definition)
            and operation.applies(definition)
            and (found := self._wanted(operation, definition)) is not None
        }
        for each in wanted.values():
            if self._aliases.is_split(each.alias):
                raise CodeDeployProblem(
                    f"alias {each.alias.function}:{each.alias.alias} still sends requests to two versions: an earlier "
                    "deployment was not rolled back. Give it one version, then update the stack again."
                )
        drives = {name: self._deployments.prepare(each) for name, each in wanted.items()}
        for drive in drives.values():  # only when all of them can be made: none may shift beside a failed update
            self._deployments.begin(drive)
        return drives

    def _wanted(self, operation: Operation, definition: Mapping[str, Any]) -> Wanted | None:
        """What CodeDeploy is to do for an alias, None when its version stays."""
        properties = operation.resolve(definition["Properties"])
        policy = operation.resolve(definition["UpdatePolicy"][SHIFT_POLICY])
        alias = _alias_id(properties)
        current, target = self._aliases.version(alias), str(properties["FunctionVersion"])
        if current is None or current == target:
            return None
        return Wanted(
            alias=alias,
            from_version=current,
            to_version=target,
            application=str(policy["ApplicationName"]),
            group=str(policy["DeploymentGroupName"]),
            before_hook=policy.get("BeforeAllowTrafficHook"),
            after_hook=policy.get("AfterAllowTrafficHook"),
        )


def _refuse_nested(stack_name: str, logical_id: str) -> None:
    """A nested stack's operation isn't known here, so an update policy there would be passed over without a word."""
    if SHIFT_POLICY in str(STACKS.get()[stack_name].get("_template_body")):
        raise CodeDeployProblem(f"{stack_name}, {logical_id}: {SHIFT_POLICY} in a nested stack is not rehearsed")


def _stop_all_when_one_failed(side: _Side) -> None:
    """CloudFormation cancels the other updates when one fails: their deployments are stopped and rolled back."""
    if side.failed is not None:
        return
    drives = tuple(side.drives.values())
    side.failed = next((each for each in drives if each.finish is not None and not _succeeded(each.finish)), None)
    if side.failed is None:
        return
    for other in drives:
        if other.finish is None:
            other.mailbox.put(StopRequested(auto_rollback=True))
    for other in drives:
        other.wait()


def _reason(drive: Drive, failed: Drive) -> str:
    """Why the resource fails: its own deployment, or the one for whose sake it was stopped."""
    finish = failed.wait()
    plan = failed.plan
    told = (
        f"CodeDeploy deployment {plan.deployment_id} of {plan.function}:{plan.alias} {finish.outcome}: {finish.reason}"
    )
    return told if failed is drive else f"Resource update cancelled: {told}"


def _succeeded(finish: Finish) -> bool:
    return finish.outcome in (Outcome.SUCCEEDED, Outcome.NOTHING_TO_SHIFT)


def _alias_id(properties: Properties) -> AliasId:
    """FunctionName is a name or an ARN."""
    function = str(properties["FunctionName"])
    if function.startswith("arn:"):
        function = function.split(":")[6]
    return AliasId(ACCOUNT.get()(), REGION.get()(), function, str(properties["Name"]))
