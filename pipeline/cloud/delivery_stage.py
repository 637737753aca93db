"""A stage of the plan as a stage of the app: its account, its region, and the service in it."""

from aws_cdk import Environment, Tags
from aws_cdk import Stage as CdkStage
from constructs import Construct

from pipeline.cloud.inputs import Inputs
from pipeline.cloud.service_stack import ServiceStack
from pipeline.plan.model import Delivery, Stage


class DeliveryStage(CdkStage):
    """One deployment of the service, named like the plan's stage."""

    def __init__(self, scope: Construct, delivery: Delivery, stage: Stage, inputs: Inputs) -> None:
        environment = Environment(account=stage.environment.account, region=stage.environment.region)
        super().__init__(scope, stage.name, env=environment)
        self.service = ServiceStack(self, delivery, stage, inputs)
        for key, value in (*delivery.tags, ("stage", stage.name)):
            Tags.of(self).add(key, value)
