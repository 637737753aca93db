"""What a stage may ask for besides what every stage has, and what it costs while nothing happens.

All are off unless a stage's settings say otherwise. Whoever adds one adds it here: `slipway plan` shows the table of a
stage, and a test holds this list to the settings. Prices are those of eu-west-1 in November 2026, in US dollars.
"""

from dataclasses import dataclass

from pipeline.plan.model import StageSettings


@dataclass(frozen=True)
class Flag:
    """A setting that is off as long as it is false or empty; `dollars` a month while idle."""

    setting: str
    gives: str
    dollars: float


FLAGS = (
    Flag("alerts", "alerts reach a pager, mailboxes or a chat", 0),
    Flag("origins", "pages of these sites may call the API", 0),
    Flag("social", "customers sign in with accounts elsewhere, on pages of Cognito", 0),
    Flag("domain", "a name, a certificate and no other address", 0),
    Flag("spans", "X-Ray sees the steps within functions", 0),
    Flag("analyze_access", "access from outside the account is found", 0),
    Flag("monthly_budget", "a budget, and a monitor of unusual costs", 0),
    Flag("replicas", "photographs of claims and invoices are kept a second time elsewhere, which costs by use", 0),
    Flag("test_sign_in", "gates make test users and sign them in", 0),
)

PLACES = (
    Flag("aurora", "orders in SQL for reports, and a proxy before it", 131),
    Flag("valkey", "a cache of products and preferences", 6),
    Flag("static_egress", "one address towards the payment provider, and a network", 33),
    Flag("api_cache", "answers kept at the gateway", 15),
    Flag("edge", "answers kept near who asks", 0),
    Flag("load_balancer", "carriers' scans in bulk", 20),
    Flag("web_acl", "a firewall before the API", 9),
    Flag("provisioned_concurrency", "no cold start where it would be felt, for a gigabyte", 9),
    Flag("push", "news of an order by WebSocket", 0),
    Flag("report_exports", "reports as files", 0),
    Flag("compliance", "AWS Config and Security Hub look at the account", 20),
)
"""What will be asked for in the same way: nothing of it is built yet, and a setting of such a name is refused."""


def asked_for(settings: StageSettings) -> tuple[Flag, ...]:
    """The flags that are on."""
    off = StageSettings(log_retention_days=7, throttle_rate=1, throttle_burst=1, deletion_protection=True)
    return tuple(flag for flag in FLAGS if getattr(settings, flag.setting) != getattr(off, flag.setting))
