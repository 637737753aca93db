"""What is deployed, as the pipeline's own history keeps it: for a build that is to compare a change with it.

CodePipeline keeps a year of executions (`ListActionExecutions`, newest first), each with the S3 objects of its
artifacts. What last reached the last stage is what clients have; its source and its assembly are laid out for the
gates. Nothing is written there by us, so nothing can be left out or out of date. A release that the history has
forgotten is no first release: each stage still says how its actions last ended (`GetPipelineState`).
"""

import io
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.gates.context import GateBroke

INITIATOR = "CODEBUILD_INITIATOR"
"""`codepipeline/<pipeline>` in a build that a pipeline started (CodeBuild user guide, "Environment variables")."""
_OF_PIPELINE = "codepipeline/"
SOURCE, ASSEMBLY = ("Source", "source"), ("Build", "Synth")
"""The actions whose artifacts are the source and the assembly, by stage and name."""
DEPLOYS = ("Deploy", ".Deploy")
"""How CDK Pipelines calls an action that executes a change set: by itself, or behind the name of its stack."""
LAID_OUT = ("contracts/", "pipeline/gates/waivers.toml")
"""Of the source, what gates compare with: what was promised, and what the release was let through with."""


def pipeline_of(environ: Mapping[str, str]) -> str | None:
    """The pipeline that started this build, or None."""
    initiator = environ.get(INITIATOR, "")
    return initiator.removeprefix(_OF_PIPELINE) if initiator.startswith(_OF_PIPELINE) else None


def lay_out(clients: Mapping[str, Any], pipeline: str, stage: str, to: Path) -> bool:
    """Put `contracts`, waivers and `cdk.out` of what is live in `stage` into `to`; False if nothing ever was.

    `clients` are those of `codepipeline` and `s3`. GateBroke where the history knows a release and can't give it.
    """
    execution = _last_deployed(clients["codepipeline"], pipeline, stage)
    if execution is None:
        _never_deployed(clients["codepipeline"], pipeline, stage)
        return False
    actions = [*_actions(clients["codepipeline"], pipeline, {"filter": {"pipelineExecutionId": execution}})]
    _unpack(_artifact(clients["s3"], actions, SOURCE, execution), to, LAID_OUT)
    _unpack(_artifact(clients["s3"], actions, ASSEMBLY, execution), to / "cdk.out", ("",))
    return True


def _last_deployed(client: Any, pipeline: str, stage: str) -> str | None:
    """The execution that last changed the stacks of `stage`, whatever became of it afterwards."""
    for action in _actions(client, pipeline, {}):
        if action["stageName"] == stage and _deploys(action["actionName"]) and action["status"] == "Succeeded":
            return str(action["pipelineExecutionId"])
    return None


def _deploys(action: str) -> bool:
    return action.endswith(DEPLOYS[1]) or action == DEPLOYS[0]


def _never_deployed(client: Any, pipeline: str, stage: str) -> None:
    """GateBroke if `stage` says that an action deployed it, though no execution of the history did."""
    for each in client.get_pipeline_state(name=pipeline)["stageStates"]:
        for action in each.get("actionStates", []) if each["stageName"] == stage else []:
            last = action.get("latestExecution", {})
            if _deploys(action["actionName"]) and last.get("status") == "Succeeded":
                day = f"{last['lastStatusChange']:%Y-%m-%d}" if "lastStatusChange" in last else "some day"
                what = (
                    f"{stage} was deployed on {day}, which the history of {pipeline} no longer holds (it keeps a year)"
                )
                raise GateBroke(f"{what}; lay that release out and name the folder in SLIPWAY_BASE")


def _actions(client: Any, pipeline: str, more: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for page in client.get_paginator("list_action_executions").paginate(pipelineName=pipeline, **more):
        yield from page["actionExecutionDetails"]


def _artifact(s3: Any, actions: list[dict[str, Any]], of: tuple[str, str], execution: str) -> bytes:
    """The zip that an action of an execution put out."""
    made = [
        artifact["s3location"]
        for action in actions
        if (action["stageName"], action["actionName"]) == of and action["status"] == "Succeeded"
        for artifact in action.get("output", {}).get("outputArtifacts", [])
    ]
    if not made:
        raise GateBroke(f"execution {execution}, which is live, has no artifact of {'.'.join(of)} in the history")
    try:
        content: bytes = s3.get_object(Bucket=made[0]["bucket"], Key=made[0]["key"])["Body"].read()
    except s3.exceptions.ClientError as problem:
        what = f"the artifact of {'.'.join(of)} of execution {execution}, which is live, can't be read: {problem}"
        raise GateBroke(f"{what}; lay that release out and name the folder in SLIPWAY_BASE") from problem
    return content


def _unpack(content: bytes, to: Path, below: tuple[str, ...]) -> None:
    """The files of a zip whose names begin with one of `below`; `to` is there afterwards, whatever it holds."""
    to.mkdir(parents=True, exist_ok=True)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            archive.extractall(to, [name for name in archive.namelist() if name.startswith(below)])
    except zipfile.BadZipFile as problem:
        raise GateBroke(f"an artifact of what is live is no zip: {problem}") from problem
