"""What functions print, and what any library logs beside them, debugging excepted, as it is on AWS."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest


class Logged:
    """All that was written since, metrics left out."""

    def __init__(self, capsys: pytest.CaptureFixture[str], others: io.StringIO) -> None:
        self._capsys = capsys
        self._others = others
        self._heard = ""

    def getvalue(self) -> str:
        """Everything so far, line by line."""
        self._heard += self._capsys.readouterr().out
        own = (line for line in self._heard.splitlines(keepends=True) if not line.startswith('{"_aws"'))
        return "".join(own) + self._others.getvalue()


@contextmanager
def hearing(capsys: pytest.CaptureFixture[str]) -> Iterator[Logged]:
    """Hear what is logged meanwhile."""
    written = io.StringIO()
    others = logging.StreamHandler(written)
    logging.getLogger().addHandler(others)
    try:
        yield Logged(capsys, written)
    finally:
        logging.getLogger().removeHandler(others)
