"""The kinds of action that the rehearsal runs, and what each may be configured with.

An action of another kind, or a configuration key or value that isn't listed, is refused when the pipeline is read: not
after half of it ran. Source: CodePipeline's action structure reference, one page per provider.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pipeline.rehearsal.errors import Problem
from pipeline.rehearsal.read.document import NOT_KNOWN
from pipeline.rehearsal.spec import Action


@dataclass(frozen=True)
class Kind:
    """A kind of action: the keys that its configuration must and may hold.

    `values` lists what a key may say, where only some of its values are rehearsed. `inputs` and `outputs` are the least
    and most artifacts that it takes and makes.
    """

    needs: frozenset[str]
    may: frozenset[str]
    values: Mapping[str, frozenset[str]] = field(default_factory=dict)
    inputs: tuple[int, int] = (0, 0)
    outputs: tuple[int, int] = (0, 0)


_CODEBUILD = Kind(
    needs=frozenset({"ProjectName"}),
    may=frozenset({"PrimarySource", "EnvironmentVariables", "BatchEnabled", "CombineArtifacts"}),
    values={"BatchEnabled": frozenset({"false"}), "CombineArtifacts": frozenset({"false"})},
    inputs=(1, 5),
    outputs=(0, 5),
)

CLOUDFORMATION_MODES = frozenset({"CREATE_UPDATE", "REPLACE_ON_FAILURE", "CHANGE_SET_REPLACE", "CHANGE_SET_EXECUTE",
                                  "DELETE_ONLY"})  # fmt: skip

KINDS: Mapping[str, Kind] = {
    "Source/AWS/CodeStarSourceConnection/1": Kind(
        needs=frozenset({"ConnectionArn", "FullRepositoryId", "BranchName"}),
        may=frozenset({"OutputArtifactFormat", "DetectChanges"}),
        values={"OutputArtifactFormat": frozenset({"CODE_ZIP"})},
        outputs=(1, 1),
    ),
    "Build/AWS/CodeBuild/1": _CODEBUILD,
    "Test/AWS/CodeBuild/1": _CODEBUILD,
    "Deploy/AWS/CloudFormation/1": Kind(
        needs=frozenset({"ActionMode", "StackName"}),
        may=frozenset({"ChangeSetName", "TemplatePath", "TemplateConfiguration", "Capabilities", "RoleArn",
                       "OutputFileName", "ParameterOverrides"}),
        values={"ActionMode": CLOUDFORMATION_MODES},
        inputs=(0, 10),
        outputs=(0, 1),
    ),
    "Approval/AWS/Manual/1": Kind(
        needs=frozenset(),
        may=frozenset({"CustomData", "NotificationArn", "ExternalEntityLink"}),
    ),
}  # fmt: skip

# Without these the mode has nothing to work on ("AWS CloudFormation deploy action reference").
_MODE_NEEDS: Mapping[str, tuple[str, ...]] = {
    "CREATE_UPDATE": ("TemplatePath", "RoleArn"),
    "REPLACE_ON_FAILURE": ("TemplatePath", "RoleArn"),
    "CHANGE_SET_REPLACE": ("TemplatePath", "RoleArn", "ChangeSetName"),
    "CHANGE_SET_EXECUTE": ("ChangeSetName",),
    "DELETE_ONLY": ("RoleArn",),
}


def check(action: Action, file: str, at: str) -> Iterator[Problem]:
    """Everything about `action` that can't be rehearsed: its kind, its configuration, how many artifacts it has."""
    kind = KINDS.get(action.type)
    if kind is None:
        known = ", ".join(KINDS)
        what = f"the action type {action.type} is not known; known are {known}"
        yield Problem(file, f"{at}.ActionTypeId", what, "use one of these, or write a runner for it")
        return
    yield from _keys(action, kind, file, f"{at}.Configuration")
    yield from _counts(action, kind, file, at)


def _keys(action: Action, kind: Kind, file: str, at: str) -> Iterator[Problem]:
    present = set(action.configuration)
    mode = action.configuration.get("ActionMode", "")
    for key in sorted({*kind.needs, *_MODE_NEEDS.get(mode, ())} - present):
        yield Problem(file, at, f"{key} is missing", "add it")
    for key in sorted(present - kind.needs - kind.may):
        yield Problem(file, f"{at}.{key}", f"{action.type} has no such setting here", NOT_KNOWN)
    for key in sorted(present & kind.values.keys()):
        value, known = action.configuration[key], kind.values[key]
        if value not in known:
            what = f"{value!r} is not rehearsed; {', '.join(sorted(known))} is"
            yield Problem(file, f"{at}.{key}", what, "use that, or teach the rehearsal the other")


def _counts(action: Action, kind: Kind, file: str, at: str) -> Iterator[Problem]:
    for key, artifacts, (least, most) in (
        ("InputArtifacts", action.inputs, kind.inputs),
        ("OutputArtifacts", action.outputs, kind.outputs),
    ):
        if not least <= len(artifacts) <= most:
            what = f"{len(artifacts)} artifacts, {action.type} takes {least} to {most}"
            yield Problem(file, f"{at}.{key}", what, "mend the action")
