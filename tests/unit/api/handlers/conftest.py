"""What the functions log, as it is on AWS."""

import io
import logging
from collections.abc import Iterator

import pytest

from api.handlers.logs import log


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """What this project's log and all others write, debugging excepted, as it is on AWS."""
    written = io.StringIO()
    others = logging.StreamHandler(written)
    own = [handler for handler in log.handlers if isinstance(handler, logging.StreamHandler)]
    streams = [handler.setStream(written) for handler in own]
    logging.getLogger().addHandler(others)
    yield written
    logging.getLogger().removeHandler(others)
    for handler, stream in zip(own, streams, strict=True):
        if stream is not None:
            handler.setStream(stream)
