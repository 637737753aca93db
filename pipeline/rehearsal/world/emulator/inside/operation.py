"""The stack operation that runs: known to everything it does, on whatever thread. And the order of its resources.

ministack provisions one resource after the other and doesn't count an `UpdatePolicy` among a resource's references.
Here the references of an UpdatePolicy count, and aliases that CodeDeploy moves stand next to each other, so that their
deployments run at the same time, as CloudFormation's do.
"""

import copy
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from pipeline.rehearsal.world.emulator.inside.seams import Seam

PACKAGE = "ministack.services.cloudformation"
DEPLOY_PARAMETERS = (
    "stack_name", "stack_id", "template", "param_values", "disable_rollback", "tags", "is_update", "previous_stack",
    "retain_except_on_create", "imports",
)  # fmt: skip
DEPLOYS = (
    Seam(f"{PACKAGE}.handlers", "_deploy_stack_async", DEPLOY_PARAMETERS),
    Seam(f"{PACKAGE}.changesets", "_deploy_stack_async", DEPLOY_PARAMETERS),
)
SORT = Seam(f"{PACKAGE}.stacks", "_topological_sort", ("resources", "conditions"))
REFERENCES = Seam(f"{PACKAGE}.engine", "_intrinsic_references", ("value",))
DEPENDENCIES = Seam(f"{PACKAGE}.engine", "_extract_deps", ("resource_def", "all_resource_names"))
RESOLVE = Seam(
    f"{PACKAGE}.engine",
    "_resolve_refs",
    ("value", "resources", "params", "conditions", "mappings", "stack_name", "stack_id"),
)
CONDITIONS = Seam(f"{PACKAGE}.engine", "_evaluate_conditions", ("template", "params"))
STACKS = Seam(PACKAGE, "_stacks")
SEAMS = (*DEPLOYS, SORT, REFERENCES, DEPENDENCIES, RESOLVE, CONDITIONS, STACKS)

ALIAS = "AWS::Lambda::Alias"
SHIFT_POLICY = "CodeDeployLambdaAliasUpdate"

type Definition = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Operation:
    """A create or an update of a stack, with what its intrinsic functions need."""

    stack_name: str
    stack_id: str
    template: Mapping[str, Any]
    parameters: Mapping[str, Any]
    is_update: bool

    @property
    def rolling_back(self) -> bool:
        """Whether it has failed and undoes what it did."""
        return "ROLLBACK" in STACKS.get()[self.stack_name]["StackStatus"]

    def definition(self, logical_id: str) -> Definition:
        """A resource as the template has it; empty when the template hasn't."""
        found: Definition = self.template.get("Resources", {}).get(logical_id, {})
        return found

    def applies(self, definition: Definition) -> bool:
        """Whether the resource's condition holds."""
        condition = definition.get("Condition")
        return condition is None or bool(CONDITIONS.get()(self.template, self.parameters).get(condition, True))

    def resolve(self, value: Any) -> Any:
        """A part of the template with its intrinsic functions answered by what is provisioned now."""
        stack = STACKS.get()[self.stack_name]
        conditions = CONDITIONS.get()(self.template, self.parameters)
        mappings = self.template.get("Mappings", {})
        return RESOLVE.get()(
            copy.deepcopy(value), stack.get("_resources", {}), self.parameters, conditions, mappings,
            self.stack_name, self.stack_id,
        )  # fmt: skip


OPERATION: ContextVar[Operation | None] = ContextVar("operation", default=None)


def install() -> None:
    """Wrap the seams."""
    for seam in DEPLOYS:
        seam.wrap(_remembering)
    SORT.wrap(_sorting)


def shifted_by_codedeploy(definition: Definition) -> bool:
    """Whether CodeDeploy moves this resource: an alias with that update policy."""
    return definition.get("Type") == ALIAS and SHIFT_POLICY in (definition.get("UpdatePolicy") or {})


def _remembering(original: Callable[..., Any]) -> Callable[..., Any]:
    async def deploy(
        stack_name: str,
        stack_id: str,
        template: Mapping[str, Any],
        param_values: Mapping[str, Any],
        *args: Any,
        is_update: bool = False,
        **kwargs: Any,
    ) -> Any:
        token = OPERATION.set(Operation(stack_name, stack_id, template, param_values, is_update))
        try:
            return await original(stack_name, stack_id, template, param_values, *args, is_update=is_update, **kwargs)
        finally:
            OPERATION.reset(token)

    return deploy


def _sorting(original: Callable[..., list[str]]) -> Callable[..., list[str]]:
    references, dependencies = REFERENCES.get(), DEPENDENCIES.get()

    def sort(resources: dict[str, Any], conditions: Mapping[str, bool]) -> list[str]:
        complete = {name: _with_policy_references(each, resources, references) for name, each in resources.items()}
        ordered = original(complete, conditions)
        shifted = {name for name in ordered if shifted_by_codedeploy(resources[name])}
        needs = {name: dependencies(complete[name], set(ordered)) for name in ordered}
        return together(ordered, shifted, needs)

    return sort


def _with_policy_references(definition: Definition, names: Mapping[str, Any], references: Any) -> dict[str, Any]:
    """The definition, depending on what its UpdatePolicy refers to as well."""
    named = {name for name, _ in references(definition.get("UpdatePolicy") or {}) if name in names}
    depends_on = definition.get("DependsOn") or []
    depends_on = [depends_on] if isinstance(depends_on, str) else list(depends_on)
    return {**definition, "DependsOn": [*depends_on, *sorted(named - set(depends_on))]}


def together(ordered: Iterable[str], chosen: set[str], needs: Mapping[str, set[str]]) -> list[str]:
    """The same order, but the chosen ones stand side by side, before everything that needs one of them. Pure."""
    before: list[str] = []
    side_by_side: list[str] = []
    after: list[str] = []
    for name in ordered:
        if needs[name] & {*side_by_side, *after}:
            after.append(name)
        elif name in chosen:
            side_by_side.append(name)
        else:
            before.append(name)
    return before + side_by_side + after
