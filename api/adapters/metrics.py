"""What every function counts about every request, by its own version.

A returned 500 is a success to Lambda, and API Gateway does not know versions, so an alarm that is to see a canary alone
needs these: namespace Orders, dimensions exactly FunctionName, Alias, ExecutedVersion. They are printed in CloudWatch's
embedded metric format, which costs no call.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import AmazonCloudWatchEMFProvider

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

_NAMESPACE: Final = "Orders"
_PARTS_WITH_QUALIFIER: Final = 8
"""arn:aws:lambda:region:account:function:name:qualifier"""


@dataclass(frozen=True, slots=True)
class Executed:
    """Which function answered: through which alias ("none" without one), and which version of it."""

    function: str
    alias: str
    version: str


def executed(context: "LambdaContext", environment: Mapping[str, str]) -> Executed:
    """Read it off the invocation."""
    parts = context.invoked_function_arn.split(":")
    alias = parts[_PARTS_WITH_QUALIFIER - 1] if len(parts) == _PARTS_WITH_QUALIFIER else "none"
    version = environment.get("AWS_LAMBDA_FUNCTION_VERSION") or context.function_version
    return Executed(context.function_name, alias, version)


def count(who: Executed, status: int, milliseconds: float) -> None:
    """Print one request's metrics. `ServerErrors` is printed as 0, too, so that a rate has its whole."""
    # An empty service, because Powertools would make a fourth dimension of POWERTOOLS_SERVICE_NAME.
    emf = AmazonCloudWatchEMFProvider(namespace=_NAMESPACE, service="")
    emf.add_dimension("FunctionName", who.function)
    emf.add_dimension("Alias", who.alias)
    emf.add_dimension("ExecutedVersion", who.version)
    emf.add_metric("Requests", MetricUnit.Count, 1)
    emf.add_metric("ServerErrors", MetricUnit.Count, int(status >= 500))
    emf.add_metric("Latency", MetricUnit.Milliseconds, milliseconds)
    emf.flush_metrics(raise_on_empty_metrics=True)


def count_refusal(who: Executed, reason: str) -> None:
    """Print that somebody was not let in, by reason; of few reasons, as each is a metric of its own."""
    emf = AmazonCloudWatchEMFProvider(namespace=_NAMESPACE, service="")
    emf.add_dimension("FunctionName", who.function)
    emf.add_dimension("Reason", reason)
    emf.add_metric("AuthFailures", MetricUnit.Count, 1)
    emf.flush_metrics(raise_on_empty_metrics=True)
