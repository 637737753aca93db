"""The hook after traffic has shifted: did anybody come?

CodeDeploy takes an alarm without data for a quiet one, so a version that served nobody would pass. Here it does not: it
fails the deployment, or, where NO_TRAFFIC says `warn`, succeeds with a warning that claims nothing.

Environment: FUNCTION_NAME, VERSION (the one under test), ALIAS, NO_TRAFFIC (`fail` or `warn`).
"""

import logging
import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pipeline.hooks import clients
from pipeline.hooks.answer import HookAnswer, HookEvent, Refused, answer

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

LOG = logging.getLogger(__name__)

WINDOW = timedelta(hours=12)
PERIOD_SECONDS = 3600


def handler(event: HookEvent, _context: Any) -> HookAnswer:
    """Answer CodeDeploy's question after the shift."""

    def check() -> None:
        check_traffic(clients.cloudwatch(), os.environ, datetime.now(UTC))

    return answer(clients.codedeploy(), event, check)


def check_traffic(cloudwatch: "CloudWatchClient", environment: Mapping[str, str], now: datetime) -> None:
    """Raise Refused if the alias has sent nothing to the new version, unless the policy is to warn."""
    policy = environment["NO_TRAFFIC"]
    if policy not in {"fail", "warn"}:
        raise ValueError(f"NO_TRAFFIC is {policy!r}; it may be fail or warn")
    served = requests_served(cloudwatch, environment, now)
    if served:
        LOG.info("version %s served %d requests", environment["VERSION"], served)
        return
    untried = f"version {environment['VERSION']} served no request: nothing is known about it"
    if policy == "fail":
        raise Refused([untried])
    LOG.warning("%s; NO_TRAFFIC=warn lets it through", untried)


def requests_served(cloudwatch: "CloudWatchClient", environment: Mapping[str, str], now: datetime) -> int:
    """How often the alias has sent a request to the version under test.

    A version's number is never used again, so a wide window counts nothing foreign; it reaches into the future so that
    a clock that runs behind loses nothing.
    """
    name = environment["FUNCTION_NAME"]
    dimensions = {
        "FunctionName": name,
        "Resource": f"{name}:{environment['ALIAS']}",
        "ExecutedVersion": environment["VERSION"],
    }
    answered = cloudwatch.get_metric_data(
        StartTime=now - WINDOW,
        EndTime=now + WINDOW,
        MetricDataQueries=[
            {
                "Id": "served",
                "MetricStat": {
                    "Metric": {
                        "Namespace": "AWS/Lambda",
                        "MetricName": "Invocations",
                        "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
                    },
                    "Period": PERIOD_SECONDS,
                    "Stat": "Sum",
                },
            }
        ],
    )
    return round(sum(value for result in answered["MetricDataResults"] for value in result["Values"]))
