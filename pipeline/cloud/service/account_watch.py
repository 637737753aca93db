"""What watches the stage's account as a whole: who may reach in from outside, and what it costs.

Each of these exists once in an account, so it is on in the stage whose settings ask for it; each stage of this delivery
has an account of its own.
"""

import json

from aws_cdk import aws_accessanalyzer as accessanalyzer
from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_ce as ce
from constructs import Construct

from pipeline.cloud.service.topics import Topics
from pipeline.plan.model import Stage

UNUSUAL_DOLLARS = 20
"""An unusual cost below this is nobody's business."""


class AccountWatch(Construct):
    """The analyzer of access from outside, the month's budget, and the monitor of unusual costs."""

    def __init__(self, scope: Construct, name: str, stage: Stage, topics: Topics) -> None:
        super().__init__(scope, name)
        if stage.settings.analyze_access:
            accessanalyzer.CfnAnalyzer(self, "Analyzer", type="ACCOUNT", analyzer_name=f"orders-{stage.name}")
        if stage.settings.monthly_budget:
            topic = topics.by_severity["warning"].topic_arn
            self._budget(stage, topic)
            self._anomalies(stage, topic)

    def _budget(self, stage: Stage, topic: str) -> None:
        """Told when the month has cost it, and when it is going to."""
        limit = budgets.CfnBudget.SpendProperty(amount=stage.settings.monthly_budget, unit="USD")
        budgets.CfnBudget(
            self,
            "Budget",
            budget=budgets.CfnBudget.BudgetDataProperty(
                budget_name=f"orders-{stage.name}", budget_type="COST", time_unit="MONTHLY", budget_limit=limit
            ),
            notifications_with_subscribers=[_notification(kind, topic) for kind in ("ACTUAL", "FORECASTED")],
        )

    def _anomalies(self, stage: Stage, topic: str) -> None:
        monitor = ce.CfnAnomalyMonitor(
            self,
            "Monitor",
            monitor_name=f"orders-{stage.name}",
            monitor_type="DIMENSIONAL",
            monitor_dimension="SERVICE",
        )
        ce.CfnAnomalySubscription(
            self,
            "Subscription",
            subscription_name=f"orders-{stage.name}",
            frequency="IMMEDIATE",  # the only one that a topic takes
            monitor_arn_list=[monitor.attr_monitor_arn],
            subscribers=[ce.CfnAnomalySubscription.SubscriberProperty(type="SNS", address=topic)],
            threshold_expression=_at_least(UNUSUAL_DOLLARS),
        )


def _notification(kind: str, topic: str) -> budgets.CfnBudget.NotificationWithSubscribersProperty:
    return budgets.CfnBudget.NotificationWithSubscribersProperty(
        notification=budgets.CfnBudget.NotificationProperty(
            notification_type=kind, comparison_operator="GREATER_THAN", threshold=100, threshold_type="PERCENTAGE"
        ),
        subscribers=[budgets.CfnBudget.SubscriberProperty(subscription_type="SNS", address=topic)],
    )


def _at_least(dollars: int) -> str:
    """An expression of Cost Explorer, as JSON text (CloudFormation takes no other)."""
    return json.dumps(
        {
            "Dimensions": {
                "Key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
                "MatchOptions": ["GREATER_THAN_OR_EQUAL"],
                "Values": [str(dollars)],
            }
        }
    )
