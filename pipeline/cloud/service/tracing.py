"""How many requests are traced. X-Ray's own default is one a second and a twentieth of the rest, of a whole account."""

from aws_cdk import aws_xray as xray
from constructs import Construct

from pipeline.plan.model import Stage

PRIORITY = 100
"""Before X-Ray's default rule, which comes last; a team may put one for a single path before it."""


class Sampling(Construct):
    """The stage's rule: one request a second for certain, and of the others the plan's part."""

    def __init__(self, scope: Construct, name: str, stage: Stage) -> None:
        super().__init__(scope, name)
        xray.CfnSamplingRule(
            self,
            "Rule",
            sampling_rule=xray.CfnSamplingRule.SamplingRuleProperty(
                rule_name=f"orders-{stage.name}",
                version=1,
                priority=PRIORITY,
                reservoir_size=1,
                fixed_rate=stage.settings.traced,
                service_name=f"orders-{stage.name}/{stage.name}",  # as X-Ray calls a stage of a REST API
                service_type="AWS::ApiGateway::Stage",
                host="*",
                http_method="*",
                url_path="*",
                resource_arn="*",
            ),
        )
