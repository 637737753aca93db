"""AWS clients with short patience: a hook that hangs keeps an alias on two versions."""

from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_codedeploy import CodeDeployClient

PATIENCE: Final = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})
FUNCTION_PATIENCE: Final = Config(
    connect_timeout=2, read_timeout=12, retries={"mode": "standard", "total_max_attempts": 1}
)
"""For invocations: longer than the functions' own timeout, and once: a probe that fails once has failed."""


def codedeploy() -> "CodeDeployClient":
    """The client that answers CodeDeploy."""
    return boto3.client("codedeploy", config=PATIENCE)


def cloudwatch() -> "CloudWatchClient":
    """The client that reads metrics and alarms."""
    return boto3.client("cloudwatch", config=PATIENCE)


def functions() -> Any:
    """The Lambda client."""
    return boto3.client("lambda", config=FUNCTION_PATIENCE)
