"""Fill a stage through its own API, with the seed command that the release itself brings."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

from pipeline.rehearsal.cancel import Cancel
from pipeline.rehearsal.children import run_child
from pipeline.rehearsal.errors import Broke
from pipeline.rehearsal.release import Release
from pipeline.rehearsal.runners.base import last_lines
from pipeline.rehearsal.spec import Json

SEED_SECONDS = 120.0


def seed(
    release: Release, stage: str, outputs: Mapping[str, str], environment: Mapping[str, str], log: Path, cancel: Cancel
) -> Mapping[str, Json]:
    """Run the release's seed command against a stage with these stack `outputs`; what it tells traffic to use.

    The command sees `environment`, SLIPWAY_STAGE, SLIPWAY_SEED_OUT (where it writes its JSON object) and the outputs
    that the settings name. Empty without a seed command. Broke if it fails: data that is not there proves nothing.
    """
    command = release.settings.seed_command
    if not command:
        return {}
    out = log.with_suffix(".seed.json")
    told = {variable: outputs[output] for variable, output in release.settings.outputs if output in outputs}
    child = {**environment, **told, "SLIPWAY_STAGE": stage, "SLIPWAY_SEED_OUT": str(out)}
    try:
        code = run_child(command, release.source, child, log, cancel, SEED_SECONDS)
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise Broke(f"the seed command of {stage} did not end: {problem}; see {log}") from problem
    if code != 0:
        end = "\n".join(f"    {line}" for line in last_lines(log))
        raise Broke(f"the seed command of {stage} ended with {code}; see {log}\n{end}")
    try:
        document: Json = json.loads(out.read_text())
    except (OSError, ValueError) as problem:
        raise Broke(f"the seed command of {stage} wrote no JSON object to $SLIPWAY_SEED_OUT: {problem}") from problem
    if not isinstance(document, dict):
        raise Broke(f"the seed command of {stage} wrote {type(document).__name__} to $SLIPWAY_SEED_OUT, not an object")
    return document
