"""What every function counts about every request, by its own version; and what happens in the business, by its stage.

A returned 500 is a success to Lambda, and API Gateway does not know versions, so an alarm that is to see a canary alone
needs these: namespace Orders, dimensions exactly FunctionName, Alias, ExecutedVersion. They are printed in CloudWatch's
embedded metric format, which costs no call; by hand, as the library's way takes ten times as long.
"""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

_written = json.JSONEncoder(separators=(",", ":")).encode
_NAMESPACE: Final = "Orders"
_PARTS_WITH_QUALIFIER: Final = 8
"""arn:aws:lambda:region:account:function:name:qualifier"""


SLOW_MILLISECONDS: Final = 1_000
"""A request that takes longer is slow: what a customer notices, and more than any of ours needs on a warm function."""


def _definition(dimensions: Sequence[str], metrics: Mapping[str, str], resolution: int = 60) -> str:
    """What a document defines, as JSON: the same each time, so it is written once. `metrics` are names and units.

    CloudWatch keeps them by the minute, or with a `resolution` of 1 by the second, so that a rollout can be watched in
    periods of ten (CloudWatch user guide, "Embedded metric format specification", StorageResolution).
    """
    finer = {} if resolution == 60 else {"StorageResolution": resolution}
    told = [{"Name": name, "Unit": unit, **finer} for name, unit in metrics.items()]
    return _written([{"Namespace": _NAMESPACE, "Dimensions": [dimensions], "Metrics": told}])


_OF_A_VERSION: Final = ["FunctionName", "Alias", "ExecutedVersion"]
_OF_A_REQUEST: Final = {
    "Requests": "Count",
    "ServerErrors": "Count",
    "Refused": "Count",
    "SlowRequests": "Count",
    "Latency": "Milliseconds",
}
_REQUEST: Final = _definition(_OF_A_VERSION, _OF_A_REQUEST, resolution=1)
_ATTEMPT: Final = _definition(
    _OF_A_VERSION, {**_OF_A_REQUEST, "Attempts": "Count", "Conversions": "Count"}, resolution=1
)
_REFUSAL: Final = _definition(["FunctionName", "Reason"], {"AuthFailures": "Count"})


@cache
def _happening(what: str) -> str:
    return _definition(["Stage"], {what: "Count"})


class Happening(StrEnum):
    """What is counted of a stage as a whole, whichever version saw it: the dimension is Stage alone."""

    ORDER_PLACED = "OrderPlaced"
    ORDER_CANCELLED = "OrderCancelled"
    PARCEL_DISPATCHED = "ParcelDispatched"
    PARCEL_DELIVERED = "ParcelDelivered"
    CUSTOMER_REGISTERED = "CustomerRegistered"
    COLD_START = "ColdStart"
    INVOICE_WRITTEN = "InvoiceWritten"
    MAIL_SENT = "MailSent"
    MAIL_RETURNED = "MailReturned"
    PHOTOGRAPH_RECORDED = "PhotographRecorded"
    PHOTOGRAPH_REFUSED = "PhotographRefused"
    PRODUCT_IMPORT_BEGUN = "ProductImportBegun"
    PRODUCT_IMPORT_DONE = "ProductImportDone"
    PRODUCT_IMPORT_FAILED = "ProductImportFailed"
    PRODUCT_IMPORT_REFUSED = "ProductImportRefused"
    """A file that belongs to no import, or came too late, or as a second one."""
    WEBHOOK_FORGED = "WebhookForged"
    WEBHOOK_OLD = "WebhookOld"
    WEBHOOK_UNREADABLE = "WebhookUnreadable"
    WEBHOOK_REPEATED = "WebhookRepeated"
    DATA_UNAVAILABLE = "DataUnavailable"
    """Something behind the API did not answer in time, also after it was asked again."""


@dataclass(frozen=True, slots=True)
class Executed:
    """Which function answered: through which alias ("none" without one), and which version of it."""

    function: str
    alias: str
    version: str


def executed(context: "LambdaContext", environment: Mapping[str, str]) -> Executed:
    """Read it off the invocation."""
    version = environment.get("AWS_LAMBDA_FUNCTION_VERSION") or context.function_version
    return _executed(context.function_name, context.invoked_function_arn, version)


@cache
def _executed(function: str, arn: str, version: str) -> Executed:
    parts = arn.split(":")
    alias = parts[_PARTS_WITH_QUALIFIER - 1] if len(parts) == _PARTS_WITH_QUALIFIER else "none"
    return Executed(function, alias, version)


def happened(what: str, stage: str) -> None:
    """Print that something happened in a stage once: a `Happening`, or what the domain calls by its own words."""
    _print({"Stage": stage, what: 1}, _happening(what))


def count(who: Executed, status: int, milliseconds: float, *, cold: bool = False, business: bool = False) -> None:
    """Print one request's metrics. What is bad about it is printed as 0, too, so that a rate has its whole.

    The first request of an environment (`cold`) makes what all later ones use, and is never told as slow: whenever a
    new version takes traffic it has more of those than the one beside it, however fast it is.

    `Refused` counts answers of 400 to 499: mostly the caller's own doing, but a version that refuses more than the one
    beside it no longer understands what callers send. Of what the business lives on it is counted besides how many
    `Attempts` there were, and how many were `Conversions`: answered below 400.
    """
    told: dict[str, object] = {
        "FunctionName": who.function,
        "Alias": who.alias,
        "ExecutedVersion": who.version,
        "Requests": 1,
        "ServerErrors": int(status >= 500),
        "Refused": int(400 <= status < 500),
        "SlowRequests": int(milliseconds > SLOW_MILLISECONDS and not cold),
        "Latency": milliseconds,
    }
    if business:
        told |= {"Attempts": 1, "Conversions": int(status < 400)}
    _print(told, _ATTEMPT if business else _REQUEST)


def count_refusal(who: Executed, reason: str) -> None:
    """Print that somebody was not let in, by reason; of few reasons, as each is a metric of its own."""
    _print({"FunctionName": who.function, "Reason": reason, "AuthFailures": 1}, _REFUSAL)


def _print(told: Mapping[str, object], definition: str) -> None:
    """One document of the embedded metric format; printing is how a function publishes metrics."""
    aws = f'"Timestamp":{int(time.time() * 1000)},"CloudWatchMetrics":{definition}'
    print(f'{{"_aws":{{{aws}}},{_written(told)[1:]}')  # noqa: T201
