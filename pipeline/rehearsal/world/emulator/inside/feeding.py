"""Functions that are fed from a queue are invoked as whatever their mapping names: through an alias, by its weights.

Source: Lambda Developer Guide, "Using Lambda aliases": a mapping may name an alias. ministack looks its version
up and invokes that, so the invocation would not count as the alias's.
"""

from collections.abc import Callable, Mapping
from typing import Any

from pipeline.rehearsal.world.emulator.inside.functions import RECORD_OF
from pipeline.rehearsal.world.emulator.inside.seams import Seam

RUN_BATCH = Seam(
    "ministack.services.lambda_svc",
    "_run_sqs_batch",
    ("esm", "func_rec", "event", "batch", "queue_url", "queue_name"),
)
SEAMS = (RUN_BATCH,)


def install() -> None:
    """Wrap the seam."""
    RUN_BATCH.wrap(_through_alias)


def _through_alias(original: Callable[..., None]) -> Callable[..., None]:
    def run(esm: Mapping[str, Any], func_rec: Mapping[str, Any], *rest: Any) -> None:
        record, config, _ = RECORD_OF.get()(esm["FunctionArn"])
        original(esm, func_rec if record is None else {**record, "config": config}, *rest)

    return run
