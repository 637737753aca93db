"""What people are told about a stage, how soon and where: every alert as data.

These look at the whole stage, as its callers see it. The alarms that stop a rollout see the new version alone and stand
with it (`pipeline.plan.delivery`); CodeDeploy watches none of these.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

type Severity = Literal["critical", "warning", "info"]
type Channel = Literal["pager", "chat", "mail"]

CHANNELS: Mapping[Severity, tuple[Channel, ...]] = {
    "critical": ("pager", "chat"),
    "warning": ("chat", "mail"),
    "info": ("chat", "mail"),
}
"""Where each severity is told. A stage's settings name the addresses; a channel without one is silent."""


@dataclass(frozen=True)
class Window:
    """Fires when `datapoints` of the last `periods` periods of `period_seconds` breach."""

    datapoints: int
    periods: int
    period_seconds: int = 60


AT_ONCE = Window(1, 1)
MOST_OF_FIVE_MINUTES = Window(3, 5)
WITHIN_A_QUARTER = Window(3, 3, 300)
"""Fifteen minutes, and not sooner: what is over by then needed nobody."""


@dataclass(frozen=True)
class Alert:
    """An alarm on one measure of a stage.

    `measure` is one of
      `error-rate`    5xx answers, percent of requests at the gateway
      `latency`       95th percentile of the gateway's time to answer, in milliseconds
      `cold-starts`   new environments, percent of requests
      `returned-mail` letters to customers that came back, or that they complained of
      `concurrency`   functions running at once, percent of the account's limit
    A rate counts only periods with at least `min_requests`. `severity` None tells nobody: it is a part of a `Together`.
    `summary` says what is seen; `runbook` is a file of pipeline/runbooks, `dashboard` the flow to look at.
    """

    name: str
    measure: Literal["error-rate", "latency", "cold-starts", "concurrency", "returned-mail"]
    threshold: float
    unit: str
    severity: Severity | None
    window: Window
    summary: str
    runbook: str
    dashboard: str
    min_requests: int = 0


@dataclass(frozen=True)
class Unusual:
    """An alarm on a measure that leaves the band which CloudWatch learns from its last two weeks.

    `measure` is `latency` as above, or `orders` placed in a minute. `deviations` is the band's
    width; `side` is where leaving it is bad. It tells nobody: it is a part of a `Together`.
    """

    name: str
    measure: Literal["latency", "orders"]
    side: Literal["above", "below"]
    deviations: float
    window: Window
    summary: str
    runbook: str
    dashboard: str


@dataclass(frozen=True)
class Together:
    """A composite of alarms: fires while `all` of its `parts` do, or `any`.

    It says nothing while a deployment is under way, which alarms of its own watch.
    """

    name: str
    rule: Literal["all", "any"]
    parts: tuple[str, ...]
    severity: Severity
    summary: str
    runbook: str
    dashboard: str


FAILING_BADLY = Alert(
    "failing-badly",
    measure="error-rate",
    threshold=10,
    unit="%",
    severity="critical",
    window=AT_ONCE,
    min_requests=20,
    summary="More than one request in ten is answered with 500 or above.",
    runbook="failing",
    dashboard="checkout",
)
SLOW_BADLY = Alert(
    "slow-badly",
    measure="latency",
    threshold=5_000,
    unit="ms",
    severity="critical",
    window=AT_ONCE,
    min_requests=20,
    summary="One request in twenty takes longer than five seconds.",
    runbook="slow",
    dashboard="checkout",
)
FAILING = Alert(
    "failing",
    measure="error-rate",
    threshold=5,
    unit="%",
    severity="warning",
    window=WITHIN_A_QUARTER,
    min_requests=20,
    summary="For a quarter of an hour more than one request in twenty was answered with 500 or above.",
    runbook="failing",
    dashboard="checkout",
)
COLD = Alert(
    "cold",
    measure="cold-starts",
    threshold=50,
    unit="%",
    severity=None,  # a new version starts cold, always: told by NOTICED, which is quiet then
    window=WITHIN_A_QUARTER,
    min_requests=20,
    summary="For a quarter of an hour every second request waited for a function to start.",
    runbook="cold",
    dashboard="checkout",
)
CROWDED = Alert(
    "crowded",
    measure="concurrency",
    threshold=80,
    unit="%",
    severity="warning",
    window=MOST_OF_FIVE_MINUTES,
    summary="Functions run at 80 % of what the account may run at once; above 100 % requests are refused.",
    runbook="crowded",
    dashboard="operation",
)
MAIL_RETURNED = Alert(
    "returned-mail",
    measure="returned-mail",
    threshold=10,
    unit="letters",
    severity="warning",
    window=Window(1, 1, 3600),
    summary="More than ten letters to customers came back within an hour; SES stops whose letters come back too often.",
    runbook="returned-mail",
    dashboard="checkout",
)
ERRORS_SEEN = Alert(
    "errors-seen",
    measure="error-rate",
    threshold=5,
    unit="%",
    severity=None,
    window=MOST_OF_FIVE_MINUTES,
    min_requests=20,
    summary="In three of five minutes more than one request in twenty was answered with 500 or above.",
    runbook="degraded",
    dashboard="checkout",
)
ALERTS = (FAILING_BADLY, SLOW_BADLY, FAILING, COLD, CROWDED, MAIL_RETURNED, ERRORS_SEEN)

SLOWER_THAN_USUAL = Unusual(
    "slower-than-usual",
    measure="latency",
    side="above",
    deviations=3,
    window=MOST_OF_FIVE_MINUTES,
    summary="The gateway is slower than at this hour of other days.",
    runbook="slow",
    dashboard="checkout",
)
FEWER_ORDERS_THAN_USUAL = Unusual(
    "fewer-orders-than-usual",
    measure="orders",
    side="below",
    deviations=3,
    window=Window(10, 15),
    summary="Fewer orders are placed than at this hour of other days.",
    runbook="orders",
    dashboard="checkout",
)
UNUSUAL = (SLOWER_THAN_USUAL, FEWER_ORDERS_THAN_USUAL)

DEGRADED = Together(
    "degraded",
    "all",
    parts=(ERRORS_SEEN.name, SLOWER_THAN_USUAL.name),
    severity="critical",
    summary="The API fails more than one request in twenty and is slower than usual.",
    runbook="degraded",
    dashboard="checkout",
)
NOTICED = Together(
    "noticed",
    "any",
    parts=(COLD.name, SLOWER_THAN_USUAL.name, FEWER_ORDERS_THAN_USUAL.name),
    severity="warning",
    summary="Cold starts, slow answers or missing orders: one of them is not as on other days.",
    runbook="noticed",
    dashboard="checkout",
)
TOGETHER = (DEGRADED, NOTICED)

DEAD_LETTERS_RUNBOOK = "dead-letters"
CANARY_RUNBOOK = "canary"

QUIET_MINUTES = 20
"""How long after its start a deployment may be under way: the slowest rollout takes ten minutes, its hooks the rest."""
