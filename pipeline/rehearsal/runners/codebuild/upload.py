"""The UPLOAD_ARTIFACTS phase: artifacts into the folders that the pipeline takes them from, reports looked for.

Sources: "Build specification reference for CodeBuild", artifacts and reports; "AWS CodeBuild build and test action
reference", Output artifacts (one output artifact is the buildspec's `artifacts`, several are its `secondary-artifacts`
by name).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.record.counting import plural
from pipeline.rehearsal.runners.codebuild import artifacts
from pipeline.rehearsal.runners.codebuild.artifacts import ArtifactsMissing, Selection
from pipeline.rehearsal.runners.codebuild.transitions import PhaseResult, Status
from pipeline.rehearsal.spec import ArtifactFiles, BuildSpec


@dataclass(frozen=True)
class Upload:
    """How the phase went, None if there was nothing to hand on, and lines about it for the log."""

    result: PhaseResult | None
    lines: tuple[str, ...]


def wanted(spec: BuildSpec, outputs: tuple[str, ...]) -> dict[str, ArtifactFiles]:
    """Which files belong to each output artifact; ArtifactsMissing if the buildspec does not say."""
    if len(outputs) == 1:
        only = spec.artifacts or spec.secondary_artifacts.get(outputs[0])
        found = {outputs[0]: only} if only else {}
    else:
        found = {name: spec.secondary_artifacts[name] for name in outputs if name in spec.secondary_artifacts}
    for name in outputs:
        if name not in found:
            section = "artifacts" if len(outputs) == 1 else f"artifacts/secondary-artifacts/{name}"
            raise ArtifactsMissing(f"the action hands on {name}, but {spec.where} has no {section}")
    return found


def _describe(name: str, selection: Selection) -> Iterator[str]:
    yield from (f"Skipping invalid file path {text}" for text in selection.skipped)
    yield from (f"left out of {name}: {text}" for text in selection.left_out)
    yield f"{name}: {plural(len(selection.files), 'file')}"


def _reports(spec: BuildSpec, source: Path) -> Iterator[str]:
    for group in spec.reports:
        try:
            count = len(artifacts.select(group, source).files)
        except ArtifactsMissing:
            yield f"report {group.name}: report files not found in build ({', '.join(group.files)})"
        else:
            yield f"report {group.name}: {plural(count, f'{group.file_format} file')}, not sent anywhere"


def upload(spec: BuildSpec, source: Path, outputs: Mapping[str, Path], keep: bool, now: Callable[[], float]) -> Upload:
    """Find the reports and the artifacts below `source`, and with `keep` copy these into the folders of `outputs`.

    CodeBuild attempts this even after a failed BUILD. Missing reports are named and fail nothing; missing artifacts do.
    """
    began = now()
    lines = list(_reports(spec, source))
    if not outputs:
        return Upload(None, tuple(lines))
    message = ""
    try:
        for name, files in wanted(spec, tuple(outputs)).items():
            selection = artifacts.select(files, source)
            lines += _describe(name, selection)
            if keep:
                artifacts.copy(selection, outputs[name])
    except ArtifactsMissing as problem:
        message = str(problem)
    seconds = now() - began
    status: Status = "FAILED" if message else "SUCCEEDED"
    return Upload(PhaseResult("UPLOAD_ARTIFACTS", status, seconds, message=message), tuple(lines))
