"""What the plan says of a stage, for tests that follow the plan wherever a team is free to set it."""

from pipeline.plan.delivery import DELIVERY
from pipeline.plan.model import Stage, StageSettings


def planned(stage: str) -> Stage:
    """The stage of the plan by its name."""
    (found,) = [each for each in DELIVERY.stages if each.name == stage]
    return found


def settings(stage: str) -> StageSettings:
    """What the plan sets for the stage."""
    return planned(stage).settings


def told_for(wanted: StageSettings) -> dict[str, str]:
    """What a function is told only where its stage's settings ask for it."""
    return {
        **({"ALLOWED_ORIGINS": " ".join(wanted.origins)} if wanted.origins else {}),
        **({"STRICT_TRANSPORT_SECURITY": "max-age=31536000"} if wanted.domain else {}),
        **({"TRACING": "xray"} if wanted.spans else {}),
    }


def kinds_asked_for(said: StageSettings) -> set[str]:
    """The kinds that are there only where a stage's settings ask for them."""
    kinds: set[str] = set()
    if said.monthly_budget:
        kinds |= {"AWS::Budgets::Budget", "AWS::CE::AnomalyMonitor", "AWS::CE::AnomalySubscription"}
    if said.alerts.chat:
        kinds |= {"AWS::Chatbot::SlackChannelConfiguration"}
    if said.domain:
        kinds |= {f"AWS::ApiGateway::{each}" for each in ("DomainName", "BasePathMapping")}
        kinds |= {"AWS::CertificateManager::Certificate", "AWS::Route53::RecordSet"}
    return kinds
