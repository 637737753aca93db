"""One request to an API, from the door to the function and back.

The door makes it, the function's side fills in who answered. It travels in a context variable, which ministack copies
into the threads that it runs functions on; the object is shared, so what is written there is read at the door.
"""

from contextvars import ContextVar
from dataclasses import dataclass

from pipeline.rehearsal.world.emulator.inside.traffic import AliasId


@dataclass(slots=True)
class Visit:
    """`alias` and `version` stay None where no function was asked.

    `function_failed` is an exception or a timeout, `fault` says why there was no usable answer, whatever the reason.
    """

    request_id: str
    account: str
    region: str
    api_id: str
    stage: str
    host: str
    operation: str = ""
    resource_path: str = ""
    alias: AliasId | None = None
    version: str | None = None
    function_failed: bool = False
    fault: str = ""
    integration_ms: float | None = None
    integration_status: int | None = None
    error_message: str = ""
    error_type: str = ""


VISIT: ContextVar[Visit | None] = ContextVar("visit", default=None)
