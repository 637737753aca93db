"""A synthesized assembly, read for the tests: templates by name, resources by type, references as short text."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

type Json = Any
"""CloudFormation's JSON: as deep and as loose as it comes."""


@dataclass(frozen=True)
class Resource:
    """One resource of a template."""

    name: str
    type: str
    body: Mapping[str, Json]

    @property
    def properties(self) -> Mapping[str, Json]:
        """Its properties, none being an empty mapping."""
        return self.body.get("Properties", {})  # type: ignore[no-any-return]

    def __getitem__(self, name: str) -> Json:
        return self.properties[name]


class Template:
    """One template."""

    def __init__(self, file: Path) -> None:
        self.text = file.read_text()
        self.document: Mapping[str, Json] = json.loads(self.text)

    @cached_property
    def resources(self) -> Mapping[str, Resource]:
        """All resources by logical id."""
        return {name: Resource(name, body["Type"], body) for name, body in self.document["Resources"].items()}

    def all(self, kind: str) -> list[Resource]:
        """The resources of a type such as `AWS::Lambda::Function`, in the template's order."""
        return [resource for resource in self.resources.values() if resource.type == kind]

    def one(self, kind: str) -> Resource:
        """The only resource of a type."""
        (only,) = self.all(kind)
        return only

    def named(self, kind: str, **properties: str) -> Resource:
        """The only resource of a type that has these properties."""
        (only,) = [
            each
            for each in self.all(kind)
            if all(each.properties.get(key) == value for key, value in properties.items())
        ]
        return only

    @cached_property
    def environment(self) -> tuple[str, str]:
        """The account and the region that the code of its functions lies in: those of the stage."""
        (bucket,) = {str(each["Code"]["S3Bucket"]) for each in self.all("AWS::Lambda::Function")}
        account, region = bucket.removeprefix("cdk-hnb659fds-assets-").split("-", 1)
        return account, region

    @property
    def account(self) -> str:
        """The account of the stage."""
        return self.environment[0]

    @property
    def region(self) -> str:
        """The region of the stage."""
        return self.environment[1]

    def policies(self) -> list[tuple[str, Json]]:
        """The role and the document of every policy for roles, in a role or beside it; a shared one comes with each."""
        own = [(role, each) for role in self.all("AWS::IAM::Role") for each in role.properties.get("Policies", [])]
        beside = [(role["Ref"], each) for each in self.all("AWS::IAM::Policy") for role in each["Roles"]]
        return [(role.name, each["PolicyDocument"]) for role, each in own] + [
            (role, each["PolicyDocument"]) for role, each in beside
        ]

    def said(self, value: Json) -> str:
        """A value with its intrinsic functions as short text: `${LogicalId}`, `${LogicalId.Attribute}`."""
        match value:
            case str() | int():
                return str(value)
            case {"Ref": name}:
                return f"${{{name}}}"
            case {"Fn::GetAtt": [name, attribute]}:
                return f"${{{name}.{attribute}}}"
            case {"Fn::Join": [separator, parts]}:
                return str(separator).join(self.said(part) for part in parts)
            case _:
                raise ValueError(f"no short text for {value!r}")


class Assembly:
    """The folder that synthesis wrote."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def pipeline(self) -> Template:
        """The pipeline's own template."""
        return Template(self.folder / "pipeline.template.json")

    @cached_property
    def stages(self) -> Mapping[str, Template]:
        """The service's template in each stage, by the stage's name."""
        found = {}
        for folder in sorted(self.folder.glob("assembly-pipeline-*")):
            (file,) = folder.glob("*.template.json")
            found[folder.name.removeprefix("assembly-pipeline-")] = Template(file)
        return found

    @property
    def pipeline_stages(self) -> list[Json]:
        """CodePipeline's stages as declared."""
        return self.pipeline.one("AWS::CodePipeline::Pipeline")["Stages"]  # type: ignore[no-any-return]

    def actions(self, stage: str) -> list[Json]:
        """The actions of the pipeline stage called `stage`, by run order and name."""
        (found,) = [each for each in self.pipeline_stages if each["Name"] == stage]
        return sorted(found["Actions"], key=lambda action: (action["RunOrder"], action["Name"]))

    def action(self, stage: str, name: str) -> Json:
        """One action."""
        (found,) = [each for each in self.actions(stage) if each["Name"] == name]
        return found

    def build_spec(self, action: Json) -> Json:
        """The build spec of the project that a CodeBuild action starts."""
        return json.loads(self.project(action)["Source"]["BuildSpec"])

    def project(self, action: Json) -> Resource:
        """The project that a CodeBuild action starts."""
        return self.pipeline.resources[action["Configuration"]["ProjectName"]["Ref"]]

    def builds(self) -> Iterator[tuple[str, Json]]:
        """Every CodeBuild action with its stage."""
        for stage in self.pipeline_stages:
            for action in self.actions(stage["Name"]):
                if action["ActionTypeId"]["Provider"] == "CodeBuild":
                    yield stage["Name"], action
