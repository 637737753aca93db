"""What is live, as the pipeline's history knows it: asked with AWS's own client, against its own shapes."""

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.response import StreamingBody
from botocore.stub import Stubber

from pipeline.gates.context import GateBroke
from pipeline.release_record import lay_out, pipeline_of

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class History:
    """A pipeline's history and its bucket: real clients, which check every question and answer."""

    def __init__(self) -> None:
        keys = {"region_name": "eu-west-1", "aws_access_key_id": "x", "aws_secret_access_key": "x"}
        self.clients: dict[str, Any] = {name: boto3.client(name, **keys) for name in ("codepipeline", "s3")}  # type: ignore[call-overload]
        self._stubs = {name: Stubber(client) for name, client in self.clients.items()}
        for stub in self._stubs.values():
            stub.activate()

    def tells(self, *actions: dict[str, Any], execution: str | None = None) -> None:
        """Answer the next question for actions, of everything or of one execution."""
        asked = {"pipelineName": "orders"} | ({"filter": {"pipelineExecutionId": execution}} if execution else {})
        answer = {"actionExecutionDetails": list(actions)}
        self._stubs["codepipeline"].add_response("list_action_executions", answer, asked)

    def ended(self, **actions: dict[str, Any]) -> None:
        """Answer the next question for the pipeline's state: how the actions of prod last ended."""
        states = [{"actionName": name, **({"latestExecution": last} if last else {})} for name, last in actions.items()]
        answer = {"stageStates": [{"stageName": "beta"}, {"stageName": "prod", "actionStates": states}]}
        self._stubs["codepipeline"].add_response("get_pipeline_state", answer, {"name": "orders"})

    def holds(self, key: str, content: bytes) -> None:
        body = StreamingBody(io.BytesIO(content), len(content))
        self._stubs["s3"].add_response("get_object", {"Body": body}, {"Bucket": "artifacts", "Key": key})

    def lost(self, key: str) -> None:
        self._stubs["s3"].add_client_error(
            "get_object", "NoSuchKey", expected_params={"Bucket": "artifacts", "Key": key}
        )


def action(execution: str, stage: str, name: str, status: str = "Succeeded", key: str = "") -> dict[str, Any]:
    artifacts = [{"name": "a", "s3location": {"bucket": "artifacts", "key": key}}] if key else []
    return {
        "pipelineExecutionId": execution,
        "actionExecutionId": f"{execution}-{name}",
        "stageName": stage,
        "actionName": name,
        "startTime": NOON,
        "status": status,
        "output": {"outputArtifacts": artifacts},
    }


def zipped(**files: str) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/"), text)
    return memory.getvalue()


SOURCE = action("two", "Source", "source", key="source.zip")
ASSEMBLY = action("two", "Build", "Synth", key="synth.zip")
LIVE = action("two", "prod", "orders.Deploy")


@pytest.fixture
def history() -> Iterator[History]:
    """One in which execution three is under way, two is live, and one was before."""
    told = History()
    told.tells(
        action("three", "beta", "orders.Deploy"),
        action("three", "prod", "orders.Deploy", "Failed"),
        action("two", "prod", "smoke", "Failed"),
        LIVE,
        action("one", "prod", "orders.Deploy"),
    )
    yield told
    for stub in told._stubs.values():
        stub.assert_no_pending_responses()


def test_what_last_reached_the_stage_is_laid_out(history: History, tmp_path: Path) -> None:
    history.tells(SOURCE, ASSEMBLY, LIVE, execution="two")
    history.holds("source.zip", zipped(contracts__openapi="paths", api__x="code"))
    history.holds("synth.zip", zipped(manifest="{}"))
    assert lay_out(history.clients, "orders", "prod", tmp_path) is True
    laid = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file())
    assert laid == ["cdk.out/manifest", "contracts/openapi"]


def test_a_stage_that_nothing_ever_reached_has_no_release(tmp_path: Path) -> None:
    history = History()
    history.tells(action("one", "beta", "orders.Deploy"), action("one", "prod", "orders.Deploy", "Failed"))
    history.ended(Deploy={"status": "Failed"}, smoke={})
    assert lay_out(history.clients, "orders", "prod", tmp_path) is False


def test_a_release_that_is_older_than_the_history_is_no_first_release(tmp_path: Path) -> None:
    history = History()
    history.tells(action("nine", "beta", "orders.Deploy"))
    history.ended(Deploy={"status": "Succeeded", "lastStatusChange": NOON}, smoke={"status": "Succeeded"})
    with pytest.raises(GateBroke, match="prod was deployed on 2026-11-23, which the history of orders no longer holds"):
        lay_out(history.clients, "orders", "prod", tmp_path)


def test_a_release_whose_artifact_is_gone_is_no_first_release(history: History, tmp_path: Path) -> None:
    history.tells(SOURCE, ASSEMBLY, LIVE, execution="two")
    history.lost("source.zip")
    with pytest.raises(GateBroke, match=r"Source.source of execution two, which is live, can't be read: .*NoSuchKey"):
        lay_out(history.clients, "orders", "prod", tmp_path)


def test_a_release_without_an_artifact_is_no_first_release(history: History, tmp_path: Path) -> None:
    history.tells(ASSEMBLY, LIVE, execution="two")
    with pytest.raises(GateBroke, match=r"has no artifact of Source\.source"):
        lay_out(history.clients, "orders", "prod", tmp_path)


def test_an_artifact_that_is_no_zip_is_named(history: History, tmp_path: Path) -> None:
    history.tells(SOURCE, ASSEMBLY, LIVE, execution="two")
    history.holds("source.zip", b"half of a zi")
    with pytest.raises(GateBroke, match="is no zip"):
        lay_out(history.clients, "orders", "prod", tmp_path)


@pytest.mark.parametrize(
    ("initiator", "pipeline"), [("codepipeline/orders", "orders"), ("user@example.com", None), ("", None)]
)
def test_codebuild_says_which_pipeline_started_a_build(initiator: str, pipeline: str | None) -> None:
    assert pipeline_of({"CODEBUILD_INITIATOR": initiator}) == pipeline
