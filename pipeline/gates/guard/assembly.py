"""A synthesized assembly (`cdk.out`), as rules look at it: its stages, their stacks, the resources of each.

Gates know nothing of the rehearsal, whose reader this is not: it takes what rules need and leaves the rest. Source: the
cloud assembly schema of aws-cdk. A nested assembly is a stage of CDK Pipelines; a template that no manifest names is
a nested stack's, and is looked at like any other.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pipeline.gates.context import GateBroke
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.values import named_by
from pipeline.gates.openapi.node import Json, Mapped, listed, mapped

MANIFEST = "manifest.json"
STACK, NESTED = "aws:cloudformation:stack", "cdk:cloud-assembly"
PIPELINE = ""
"""The stage of what stands outside of all stages: the pipeline itself."""
_LOGICAL_ID = "aws:cdk:logicalId"


@dataclass(frozen=True)
class Stack:
    """A stack of `stage`, called `prod/orders` or, outside of stages, `pipeline`. `document` is its whole template."""

    stage: str
    name: str
    document: Mapped
    paths: Mapping[str, str]

    @cached_property
    def resources(self) -> Mapping[str, Resource]:
        """All its resources by logical id."""
        return {
            name: Resource(self.stage, self.name, name, str(body.get("Type")), body, self.paths.get(name, ""))
            for name, body in _objects(self.document.get("Resources"))
        }

    def all(self, *types: str) -> tuple[Resource, ...]:
        """The resources of types such as `AWS::Lambda::Function`, in the template's order."""
        return tuple(resource for resource in self.resources.values() if resource.type in types)

    def target(self, value: Json) -> Resource | None:
        """The resource of this stack that `value` is a reference to; None for anything else."""
        return self.resources.get(named_by(value) or "")


@dataclass(frozen=True)
class Assembly:
    """All stacks of an assembly, the pipeline's own first; `folder` is where its files are."""

    folder: Path
    stacks: tuple[Stack, ...]

    @property
    def stages(self) -> tuple[str, ...]:
        """The names of its stages, in the manifest's order, which is not that of the journey."""
        return tuple(dict.fromkeys(stack.stage for stack in self.stacks if stack.stage != PIPELINE))

    @property
    def resources(self) -> int:
        """How many resources there are."""
        return sum(len(stack.resources) for stack in self.stacks)

    def of_stages(self) -> tuple[Stack, ...]:
        """The stacks that are deployed in stages."""
        return tuple(stack for stack in self.stacks if stack.stage != PIPELINE)

    def outside_of_stages(self) -> tuple[Stack, ...]:
        """The stacks that are the pipeline's own."""
        return tuple(stack for stack in self.stacks if stack.stage == PIPELINE)

    def stack(self, name: str) -> Stack | None:
        """The stack called `name`, if there is one."""
        return next((stack for stack in self.stacks if stack.name == name), None)


def read_assembly(folder: Path) -> Assembly:
    """The assembly in `folder`; GateBroke if there is none, or if a file of it can't be read."""
    if not (folder / MANIFEST).is_file():
        raise GateBroke(f"no assembly in {folder}: synthesize first (scripts/slipway synth), or set SLIPWAY_ASSEMBLY")
    return Assembly(folder, tuple(_read(folder, PIPELINE)))


def _read(folder: Path, stage: str) -> Iterator[Stack]:
    artifacts = [(name, each) for name, each in _objects(_object(folder / MANIFEST).get("artifacts"))]
    stacks = [(name, each, mapped(each.get("properties"))) for name, each in artifacts if each.get("type") == STACK]
    for name, artifact, told in stacks:
        display = str(artifact.get("displayName") or name)
        paths = _paths(artifact, folder, f"/{display}/")
        yield Stack(stage, _called(stage, display), _object(folder / str(told.get("templateFile"))), paths)
    known = {str(told.get("templateFile")) for _, _, told in stacks}
    for file in sorted(folder.glob("*.template.json")):
        if file.name not in known:
            yield Stack(stage, _called(stage, file.name.removesuffix(".template.json")), _object(file), {})
    for _, artifact in artifacts:
        if artifact.get("type") == NESTED:
            told = mapped(artifact.get("properties"))
            directory = str(told.get("directoryName"))
            yield from _read(folder / directory, _last(str(told.get("displayName") or directory)))


def _called(stage: str, name: str) -> str:
    return f"{stage}/{_last(name)}" if stage else _last(name)


def _last(path: str) -> str:
    return path.rpartition("/")[2]


def _paths(artifact: Mapped, folder: Path, stack: str) -> Mapping[str, str]:
    """The construct paths by logical id, below the stack's own; CDK keeps them beside the manifest since version 50."""
    beside = artifact.get("additionalMetadataFile")
    metadata = _object(folder / beside) if isinstance(beside, str) else mapped(artifact.get("metadata"))
    return {
        str(entry.get("data")): path.removeprefix(stack)
        for path, entries in metadata.items()
        for entry in map(mapped, listed(entries))
        if entry.get("type") == _LOGICAL_ID
    }


def _objects(value: Json) -> Iterator[tuple[str, Mapped]]:
    return ((name, mapped(each)) for name, each in mapped(value).items())


def _object(file: Path) -> Mapped:
    try:
        document: Json = json.loads(file.read_bytes())
    except (OSError, ValueError) as problem:
        raise GateBroke(f"{file} can't be read: {problem}; {file.parent} is half written?") from problem
    if not isinstance(document, dict):
        raise GateBroke(f"{file} holds no JSON object; {file.parent} is half written?")
    return document
