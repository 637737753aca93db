"""The delivery of the Orders API. Read this file first: everything else follows from it."""

from pipeline.plan.model import (
    Alarm,
    Approval,
    Delivery,
    Environment,
    Gate,
    Limit,
    Mail,
    Rollout,
    Source,
    Stage,
    StageSettings,
    Tools,
)

# Where many ask, the judge compares both versions at the same time and finds far less. These are nets below it, for
# what it can't see: nobody judges, or nothing is left to compare with. An incident that both versions share may take a
# third of the requests for a minute, and no net is to take that for the version's: each asks for half of what came in
# five minutes, one window that slides by the minute, and for five failures, so that a few bad requests stop nothing.
_HALF = {"datapoints": 1, "periods": 1, "period_seconds": 300, "min_requests": 10, "min_failures": 5}
ERRORS = Alarm("errors", measure="errors", threshold=50, unit="%", **_HALF)
SERVER_ERRORS = Alarm("server-errors", measure="server-errors", threshold=50, unit="%", **_HALF)
LATENCY = Alarm("latency", measure="latency", threshold=3_000, unit="ms", percentile=50, min_requests=5)
# A fifth of the callers turned away is no time to move traffic, whoever caused it.
THROTTLES = Alarm("throttles", measure="throttles", threshold=20, unit="%", **_HALF)
# Nothing is sold through the new version. Some of what is asked always comes to nothing, the more where machines try.
BUSINESS = Alarm(
    "business", measure="business", threshold=99, unit="%", datapoints=1, periods=1, period_seconds=300, min_requests=20
)
CANARY_ALARMS = (ERRORS, SERVER_ERRORS, LATENCY, BUSINESS, THROTTLES)

# Where few ask, a tenth of them is too little to compare, and all at once leaves nothing to: these see one failure in
# five with near certainty from forty requests on, and ask for three. An incident sets them off; then it is tried again.
_FEW = {"datapoints": 1, "periods": 1, "period_seconds": 300, "min_requests": 10, "min_failures": 3}
THIN_ALARMS = (
    Alarm("errors", measure="errors", threshold=1, unit="%", **_FEW),
    Alarm("server-errors", measure="server-errors", threshold=1, unit="%", **_FEW),
    Alarm("latency", measure="latency", threshold=3_000, unit="ms", min_requests=5),
    BUSINESS,
    THROTTLES,
)

NOTHING_FOUND = Limit("findings", at_most=0)

WORKFLOW = Gate("workflow", (NOTHING_FOUND, Limit("rules", at_least=54)), checked_at_least=10, compares=True)
LINT = Gate("lint", (NOTHING_FOUND,), checked_at_least=1_600)
# A test that is skipped, or gone, proves nothing: the floors stand close below what there is, and rise with it.
ALL_RAN = (Limit("failed", at_most=0), Limit("skipped", at_most=0))
COVERED = Limit("lines", at_least=95, unit="%")
UNIT = Gate("unit", (*ALL_RAN, COVERED), checked_at_least=3_580, compares=True)
SELFTEST = Gate("selftest", (*ALL_RAN, COVERED), checked_at_least=7_000)
MUTATION = Gate("mutation", (Limit("stopped", at_least=100, unit="%"),), checked_at_least=6, timeout_minutes=30)
CONTRACT = Gate("contract", (*ALL_RAN, Limit("breaking", at_most=0)), checked_at_least=32, compares=True)
# It keeps the bills of materials: the next advisory asks what releases are made of. No release is locked before it is a
# week old, since most of what is published to do harm is found by then.
SCAN = Gate(
    "scan",
    (Limit("high", at_most=0), Limit("release age", at_least=7, unit="days")),
    checked_at_least=1_200,
    keeps=True,
)
GUARD = Gate("guard", (NOTHING_FOUND,), checked_at_least=6_000, compares=True)
INTEGRATION = Gate("integration", ALL_RAN, checked_at_least=1_350)
FUZZ = Gate(
    "fuzz",
    (Limit("failures", at_most=0), Limit("cases", at_least=500), Limit("operations without a 2xx", at_most=0)),
    checked_at_least=500,
)
# With room for a laptop; a call in ten that takes 0.8 s longer does not pass.
LOAD = Gate(
    "load",
    (
        Limit("errors", at_most=0, unit="%"),
        Limit("p95", at_most=700, unit="ms"),
        Limit("p99", at_most=2_000, unit="ms"),
        Limit("seconds", at_least=30, unit="s"),
    ),
    checked_at_least=300,
    alone=True,
)
# For `scripts/load --soak`: half a minute is too short to tell, and clean code takes a megabyte more now and then.
SOAK = Limit("memory", at_most=3, unit="MB per 1,000 invocations")
SMOKE = Gate("smoke", ALL_RAN, checked_at_least=4)

DELIVERY = Delivery(
    name="orders",
    environment=Environment("111111111111", "eu-west-1"),
    source=Source(
        repository="example/orders",
        branch="main",
        connection_arn="arn:aws:codeconnections:eu-west-1:111111111111:connection/3e4b9d5a-0c57-4a0e-9a27-5f1c3f0a8b11",
    ),
    tools=Tools(cdk="2.1148.1", cdk_assets="4.7.3"),
    source_gates=(WORKFLOW, LINT, UNIT, CONTRACT),
    output_gates=(GUARD, SCAN),
    steps=(
        Stage(
            "beta",
            Environment("222222222222", "eu-west-1"),
            Rollout("LambdaAllAtOnce", THIN_ALARMS, no_traffic="warn"),
            StageSettings(
                log_retention_days=14,
                throttle_rate=500,
                throttle_burst=1_000,
                deletion_protection=True,
                test_sign_in=True,
                analyze_access=True,
                traced=1,
            ),
            gates=(INTEGRATION, FUZZ),
        ),
        Stage(
            "gamma",
            Environment("333333333333", "eu-west-1"),
            # Its gates ask once all traffic has moved; until then its visitors are all who come.
            Rollout("LambdaLinear10PercentEvery1Minute", THIN_ALARMS, expected_rps=2, visitors=2),
            StageSettings(
                log_retention_days=30,
                throttle_rate=500,
                throttle_burst=1_000,
                deletion_protection=True,
                test_sign_in=True,
                analyze_access=True,
                traced=0.2,
            ),
            gates=(INTEGRATION, LOAD),
        ),
        Approval("approval"),
        Stage(
            "prod",
            Environment("444444444444", "eu-west-1"),
            # A twentieth of what the gateway lets through, on a quiet day; see `slipway rollout explain`.
            Rollout("LambdaCanary10Percent5Minutes", CANARY_ALARMS, expected_rps=50),
            StageSettings(
                log_retention_days=365,
                throttle_rate=1_000,
                throttle_burst=2_000,
                deletion_protection=True,
                payment_provider="https://payments.example",
                mail=Mail("shop.example"),
                seller=("Example Shop Ltd", "1 Example Street", "1000 Exampleton", "VAT ID XX000000000"),
                analyze_access=True,
                monthly_budget=500,
            ),
            gates=(SMOKE,),
        ),
    ),
    own_gates=(SELFTEST, MUTATION),
    tags=(("service", "orders"), ("owner", "orders-team")),
)
