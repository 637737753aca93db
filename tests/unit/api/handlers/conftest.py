"""What the tests of the functions share."""

from collections.abc import Iterator

import pytest

from tests.support.logged import Logged, hearing


@pytest.fixture
def logged(capsys: pytest.CaptureFixture[str]) -> Iterator[Logged]:
    """What functions and libraries log."""
    with hearing(capsys) as heard:
        yield heard
