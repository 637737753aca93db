"""One stage for all operators."""

from collections.abc import Iterator

import boto3
import pytest

from tests.support.dynamodb import stage_on
from tests.support.emulator import Emulator


@pytest.fixture(scope="package", autouse=True)
def stage(emulator: Emulator) -> Iterator[None]:
    """The AWS SDK of this process works in the account of a stage."""
    with stage_on(emulator):
        yield


@pytest.fixture(scope="package")
def session(stage: None) -> boto3.Session:  # noqa: ARG001 - what the session reads is there by then
    """A session in the stage's account."""
    return boto3.Session()
