"""Small pipelines and assemblies for tests, with nothing in them that the test doesn't say."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.rehearsal.spec import Action, Pipeline, Stage

TEMPLATE = Path("pipeline.template.json")


def source(name: str = "source", outputs: tuple[str, ...] = ("Source",), namespace: str | None = None) -> Action:
    return Action(
        name,
        "Source",
        "AWS",
        "CodeStarSourceConnection",
        "1",
        configuration={"ConnectionArn": "arn", "FullRepositoryId": "example/orders", "BranchName": "main"},
        outputs=outputs,
        namespace=namespace,
    )


def build(
    name: str,
    order: int = 1,
    *,
    inputs: tuple[str, ...] = ("Source",),
    outputs: tuple[str, ...] = (),
    namespace: str | None = None,
    gate: str | None = None,
    configuration: Mapping[str, str] | None = None,
) -> Action:
    told = {"ProjectName": "project", **(configuration or {})}
    return Action(name, "Build", "AWS", "CodeBuild", "1", order, told, inputs, outputs, namespace, gate=gate)


def deploy(name: str = "Deploy", order: int = 1, *, inputs: tuple[str, ...] = ("Synth",), **told: str) -> Action:
    return Action(name, "Deploy", "AWS", "CloudFormation", "1", order, told, inputs)


def approve(name: str = "approval", order: int = 1, minutes: int | None = None) -> Action:
    return Action(name, "Approval", "AWS", "Manual", "1", order, timeout_minutes=minutes)


def pipeline(*stages: Stage | tuple[str, *tuple[Action, ...]]) -> Pipeline:
    made = tuple(stage if isinstance(stage, Stage) else Stage(stage[0], stage[1:]) for stage in stages)
    return Pipeline("orders", "Pipeline", TEMPLATE, "0" * 64, "V2", "QUEUED", True, made)


def write_assembly(folder: Path, templates: Mapping[str, Any], **more: Any) -> Path:
    """An assembly with a stack for each template: `write_assembly(path, {"orders": {...}})`."""
    artifacts: dict[str, Any] = {}
    folder.mkdir(parents=True, exist_ok=True)
    for name, template in templates.items():
        (folder / f"{name}.template.json").write_text(json.dumps(template))
        artifacts[name] = {
            "type": "aws:cloudformation:stack",
            "environment": "aws://111111111111/eu-west-1",
            "properties": {"templateFile": f"{name}.template.json"},
        }
    write_manifest(folder, artifacts, **more)
    return folder


def write_manifest(folder: Path, artifacts: Mapping[str, Any], **more: Any) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    document = {"version": "54.0.0", "artifacts": artifacts, **more}
    (folder / "manifest.json").write_text(json.dumps(document))
