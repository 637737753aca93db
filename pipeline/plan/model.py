"""The shapes of a delivery: what a team intends, as frozen data.

Nothing here knows AWS's APIs, files or clocks. `pipeline.plan.delivery` holds the one literal made of these shapes;
`pipeline.cloud` walks it into templates and `pipeline.gates` reads its limits.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Environment:
    """Where stacks go: a 12-digit AWS account and a region."""

    account: str
    region: str


@dataclass(frozen=True)
class Source:
    """The GitHub repository (`owner/name`), its branch, and the CodeConnections connection that reads it."""

    repository: str
    branch: str
    connection_arn: str


@dataclass(frozen=True)
class Limit:
    """A bound on one measured figure of a gate; `unit` is printed behind the value (`%`, `s`, or nothing)."""

    measure: str
    at_least: float | None = None
    at_most: float | None = None
    unit: str = ""


@dataclass(frozen=True)
class Gate:
    """A question asked of a change, by one word that is the same in the plan, the command, the action and the report.

    `limits` bound what the gate measures; `checked_at_least` is how many things it must have looked at, because a gate
    that checked nothing has proved nothing. One that is asked `alone` waits for the stage's other gates, whose requests
    would be in its way. One that `compares` looks at what is deployed, too, and is told of it. What one that `keeps`
    writes beside its verdict is an artifact of the pipeline, as long as those are kept.
    """

    name: str
    limits: tuple[Limit, ...] = ()
    checked_at_least: int = 1
    timeout_minutes: int = 10
    alone: bool = False
    compares: bool = False
    keeps: bool = False


@dataclass(frozen=True)
class Alarm:
    """An alarm on the new version alone, that stops a rollout.

    `measure` is one of
      `errors`        thrown errors and timeouts, percent of invocations (AWS/Lambda)
      `server-errors` handled 5xx answers, percent of requests (by EMF)
      `latency`       what `percentile` of requests are faster than, in milliseconds (by EMF)
      `business`      what the business lives on, and came to nothing, percent of the attempts (by EMF)
      `throttles`     invocations that were not let in, percent of what was asked for, of all functions (AWS/Lambda)
    Fires when more than `threshold` is seen in `datapoints` of the last `periods` periods of `period_seconds`, counting
    only periods with at least `min_requests` and, for a rate of failures, `min_failures`.
    """

    name: str
    measure: Literal["errors", "server-errors", "latency", "business", "throttles"]
    threshold: float
    unit: str
    datapoints: int = 2
    periods: int = 3
    period_seconds: int = 60
    min_requests: int = 10
    min_failures: int = 1
    percentile: int = 99


@dataclass(frozen=True)
class BreakGlass:
    """That a stage lets out what its own checks would hold up, from `since` to `until` (ISO 8601, with a zone).

    A day at most; the hooks let nothing pass outside of it, so it is taken out again once it has served. `reason` and
    `owner` stand in every report and in the hooks' log.
    """

    since: str
    until: str
    reason: str
    owner: str


@dataclass(frozen=True)
class Rollout:
    """How traffic moves to a new version: a CodeDeploy configuration, and the alarms that stop it.

    `config` stands without its `CodeDeployDefault.` prefix. `no_traffic` says what the hook after the shift does when
    the new version has served nobody: an untried version never counts as a pass, so it fails the deployment, or only
    warns where all traffic moves at once and there was no time to try it. `inconclusive` says the same of one that was
    not convicted, but of which too little was seen to call it well. `bake_seconds` is how long the hook after the shift
    waits, under the same alarms, for what is still to come: Lambda's own counts come a minute or two later.
    `expected_rps` is how many requests a second are expected to come to a function that shifts, on a quiet day: what
    its judge can see follows from it, and how many environments are warmed. The default is what stages get in which
    only tests and the team ask. Of them `visitors` are the stage's own, put to a function while it shifts where nobody
    else asks (0: none). While the glass is broken, its alarms stop nothing (runbook `canary`).
    """

    config: str
    alarms: tuple[Alarm, ...]
    no_traffic: Literal["fail", "warn"] = "fail"
    inconclusive: Literal["fail", "warn"] = "warn"
    bake_seconds: int = 120
    expected_rps: float = 1.0
    visitors: float = 0.0
    break_glass: BreakGlass | None = None

    @property
    def alarm_names(self) -> tuple[str, ...]:
        """What its alarms are called."""
        return tuple(alarm.name for alarm in self.alarms)


@dataclass(frozen=True)
class Approval:
    """A person's yes between two stages."""

    name: str
    timeout_minutes: int = 7 * 24 * 60


@dataclass(frozen=True)
class SocialProvider:
    """An account elsewhere that customers may sign in with.

    `client_id` is the number that the provider gave our application; its secret is in Secrets Manager, under
    `secret_name`, put there by hand.
    """

    name: Literal["Google", "Facebook"]
    client_id: str
    secret_name: str


@dataclass(frozen=True)
class SocialSignIn:
    """Sign-in with accounts elsewhere, on the pages that Cognito hosts under the pool's own domain.

    `callbacks` are where our own pages take customers back.
    """

    callbacks: tuple[str, ...]
    providers: tuple[SocialProvider, ...]


@dataclass(frozen=True)
class Chat:
    """A channel of a Slack workspace, which an administrator has let in (Amazon Q Developer in chat applications)."""

    workspace: str
    channel: str


@dataclass(frozen=True)
class Addresses:
    """Who hears of a stage's alerts: the pager's HTTPS address, mailboxes, a chat. Nobody, unless it is said."""

    pager: str = ""
    mail: tuple[str, ...] = ()
    chat: Chat | None = None


@dataclass(frozen=True)
class Domain:
    """A name of one's own for the API, in a hosted zone of the stage's account.

    `alone` closes the gateway's own address, as soon as there is the name: not before callers have come over to it,
    where there were callers before.
    """

    name: str
    zone: str
    zone_id: str
    alone: bool = True


SIMULATOR = "success@simulator.amazonses.com"
"""A mailbox of SES's own that takes everything, and counts for no quota (Amazon SES developer guide, "Mailbox
simulator")."""


@dataclass(frozen=True)
class Mail:
    """How a stage writes to its customers: from a name at a domain that is verified in SES.

    `instead` is the mailbox that gets all of it in a stage whose customers are made up.
    """

    domain: str
    name: str = "orders"
    instead: str = ""

    @property
    def sender(self) -> str:
        """The address that mail is from."""
        return f"{self.name}@{self.domain}"


@dataclass(frozen=True)
class Replicas:
    """Where what buckets keep for long is kept a second time: in buckets and with a key that are there already."""

    environment: Environment
    key_arn: str


@dataclass(frozen=True)
class StageSettings:
    """What may differ between stages besides their rollout.

    `log_retention_days` is one of the periods that CloudWatch Logs knows; throttles are in requests per second and
    `most_table_units` in DynamoDB request units per second, for reads and for writes. `test_sign_in` lets a role in the
    pipeline's account make test users and sign them in with a password, through Cognito's admin API; never in prod.
    `mail` is how customers are written to. `seller` is who sells, as invoices say it: name and address, line by line.
    `payment_provider` is where payments are asked for: the provider's sandbox, but in prod. `social` is what customers
    may sign in with besides their mail address. `concurrency_limit` is how many functions the account may run at once
    (a quota of its region); `alerts` says who is told. `origins` are those of the sites whose pages may call the API
    (`https://shop.example.com`); with a `domain` it answers there. `traced` is the part of requests that X-Ray keeps, 0
    to 1, and `spans` adds steps within a function, which costs each cold start a sixth of a second. Once in an account:
    `analyze_access` looks for access from outside it, and `monthly_budget` is what it may cost in US dollars, with 0
    for no budget. `replicas` is for who must have a second copy, by law or by contract.
    """

    log_retention_days: int
    throttle_rate: int
    throttle_burst: int
    deletion_protection: bool
    most_table_units: int = 4_000
    test_sign_in: bool = False
    payment_provider: str = "https://sandbox.payments.example"
    mail: Mail = Mail("test.shop.example", instead=SIMULATOR)
    seller: tuple[str, ...] = ("Example Shop (test)", "1 Example Street", "1000 Exampleton")
    social: SocialSignIn | None = None
    concurrency_limit: int = 1_000
    alerts: Addresses = Addresses()
    origins: tuple[str, ...] = ()
    domain: Domain | None = None
    traced: float = 0.05
    spans: bool = False
    analyze_access: bool = False
    monthly_budget: int = 0
    replicas: Replicas | None = None


@dataclass(frozen=True)
class Stage:
    """One deployment of the service and the gates that are asked after it."""

    name: str
    environment: Environment
    rollout: Rollout
    settings: StageSettings
    gates: tuple[Gate, ...]


@dataclass(frozen=True)
class Tools:
    """Exact versions of the command-line tools that run inside the pipeline (never floating)."""

    cdk: str
    cdk_assets: str


OWN = "scripts/test"


@dataclass(frozen=True)
class Delivery:
    """A whole delivery: from the source, through the gates of Build, to the stages and approvals in their order.

    `source_gates` look at the source itself; `output_gates` look at what `assemble` made of it. Both run inside Build,
    before the pipeline changes itself and before anything is published. `execution` says what happens when a commit
    comes while another is on its way: QUEUED lets each finish in its order, so that what is approved is what is
    deployed (SUPERSEDED lets a newer one overtake; PARALLEL, where no stage can roll back, is not offered).
    `own_gates` are asked by `scripts/test` alone, of the tools themselves: they are not delivered.
    """

    name: str
    environment: Environment
    source: Source
    tools: Tools
    source_gates: tuple[Gate, ...]
    output_gates: tuple[Gate, ...]
    steps: tuple[Stage | Approval, ...]
    execution: Literal["QUEUED", "SUPERSEDED"] = "QUEUED"
    tags: tuple[tuple[str, str], ...] = field(default=())
    own_gates: tuple[Gate, ...] = ()

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The deployments, without the approvals between them."""
        return tuple(step for step in self.steps if isinstance(step, Stage))

    @property
    def build_gates(self) -> tuple[Gate, ...]:
        """Those that Build asks: of the source, and of what was made of it."""
        return (*self.source_gates, *self.output_gates)

    def gates(self) -> Iterator[tuple[str, Gate]]:
        """Every gate with the name of the pipeline stage that asks it, in the order of the journey."""
        for gate in self.build_gates:
            yield "Build", gate
        for stage in self.stages:
            for gate in stage.gates:
                yield stage.name, gate

    def gate(self, name: str, stage: str | None = None) -> Gate:
        """The gate called `name`, as asked in `stage` (or in the first stage that asks it); KeyError if nobody does."""
        for asked_in, gate in (*self.gates(), *((OWN, gate) for gate in self.own_gates)):
            if gate.name == name and stage in (None, asked_in):
                return gate
        where = f" in stage {stage}" if stage else ""
        raise KeyError(f"no gate {name!r}{where}")
