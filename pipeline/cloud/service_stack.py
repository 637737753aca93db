"""The delivered service in one stage: what it is made of, and what it tells the world about itself."""

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from pipeline.cloud.inputs import Inputs
from pipeline.cloud.service.api import Api
from pipeline.cloud.service.auth import Auth
from pipeline.cloud.service.data import Data
from pipeline.cloud.service.functions import ServiceFunction
from pipeline.cloud.service.rollout import Rollout
from pipeline.cloud.service.route_groups import ROUTE_GROUPS
from pipeline.plan.model import Stage


class ServiceStack(Stack):
    """One stack per stage: data, identity, functions, gateway and rollout, with the outputs that the gates read."""

    def __init__(self, scope: Construct, name: str, stage: Stage, inputs: Inputs) -> None:
        super().__init__(scope, name, description=f"Orders API, stage {stage.name}")
        data = Data(self, "Data", stage)
        auth = Auth(self, "Auth", stage)
        code = lambda_.Code.from_asset(str(inputs.bundles.service))
        functions = {group.name: ServiceFunction(self, group, stage, code, data) for group in ROUTE_GROUPS}
        api = Api(self, "Api", stage, inputs.operations, functions, auth)
        Rollout(self, "Rollout", stage, list(functions.values()), lambda_.Code.from_asset(str(inputs.bundles.hooks)))
        self.api_url = CfnOutput(self, "ApiUrl", value=api.rest_api.url)
        self.user_pool_id = CfnOutput(self, "UserPoolId", value=auth.users.user_pool_id)
        self.user_pool_client_id = CfnOutput(self, "UserPoolClientId", value=auth.client.user_pool_client_id)
        self.table_name = CfnOutput(self, "TableName", value=data.table.table_name)
