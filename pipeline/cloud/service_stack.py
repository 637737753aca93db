"""The delivered service in one stage: what it is made of, and what it tells the world about itself."""

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from pipeline.cloud.inputs import Inputs
from pipeline.cloud.service.api import Api
from pipeline.cloud.service.arrivals import Arrivals
from pipeline.cloud.service.auth import Auth
from pipeline.cloud.service.belongings import Belongings, belongings_of
from pipeline.cloud.service.boundary import Boundary
from pipeline.cloud.service.concurrency import check_budget, check_plans
from pipeline.cloud.service.data import Data
from pipeline.cloud.service.direct import Direct, let_tell
from pipeline.cloud.service.events import Events
from pipeline.cloud.service.functions import ServiceFunction
from pipeline.cloud.service.identity import Identity
from pipeline.cloud.service.key_renewal import KeyRenewal
from pipeline.cloud.service.lambdas import function_logs
from pipeline.cloud.service.mail import Mail
from pipeline.cloud.service.notices import Notices
from pipeline.cloud.service.observability import Observability
from pipeline.cloud.service.own_role import OwnRole
from pipeline.cloud.service.partner_data import PartnerData
from pipeline.cloud.service.partner_door import let_bring, let_secrets_rotate, let_take_on, listed, usage_plans
from pipeline.cloud.service.rollout import Rollout
from pipeline.cloud.service.route_groups import AUTHORIZER, RENEWAL, ROTATION, ROUTE_GROUPS
from pipeline.cloud.service.sweeper import Sweeper
from pipeline.cloud.service.tagging import tag_functions
from pipeline.cloud.service.uploads import Uploads
from pipeline.cloud.service.work_queue import WorkQueue
from pipeline.cloud.service.worker_function import WorkerFunction
from pipeline.cloud.service.workers import WORKERS
from pipeline.plan.model import Delivery, Stage


class ServiceStack(Stack):
    """One stack per stage: data, identity, queues, events, functions, gateway and rollout, with what the gates read."""

    def __init__(self, scope: Construct, delivery: Delivery, stage: Stage, inputs: Inputs) -> None:
        super().__init__(scope, delivery.name, description=f"Orders API, stage {stage.name}")
        check_budget((*ROUTE_GROUPS, AUTHORIZER, ROTATION, RENEWAL))
        check_plans(stage, ROUTE_GROUPS)
        Boundary(self, "Boundary", stage)
        data = Data(self, "Data", stage)
        auth = Auth(self, "Auth", stage, testers_account=delivery.environment.account)
        code = lambda_.Code.from_asset(str(inputs.bundles.service), display_name="service")
        hooks = lambda_.Code.from_asset(str(inputs.bundles.hooks), display_name="hooks")
        queues = {worker.name: WorkQueue(self, worker, stage, data.key) for worker in WORKERS}
        bus = Events(self, "Events", stage, data, queues).bus
        Arrivals(self, "Arrivals", stage, (data.claims, queues["photographs"]), (data.imports, queues["importer"]))
        notices = Notices(self, "Notices", stage, data.key)
        mail = Mail(self, "Letters", stage, data, notices, queues["mail"])
        belongings = belongings_of(data, queues, bus, notices, auth.users)
        # Cognito and Secrets Manager call these: a log group with its metrics is four resources, of 500 in a stack.
        callback_logs = function_logs(self, stage, f"orders-{stage.name}-callbacks", name="CallbackLogs")
        Identity(self, "Identity", stage, code, belongings, auth, callback_logs)
        partner_data = PartnerData(self, "PartnerData", stage, data)
        told = {
            "partners": {"PARTNER_ROLE_ARN": partner_data.role_arn},
            "invoices": {"SELLER": "\n".join(stage.settings.seller)},
            "mail": mail.told(),
        }
        functions = {
            group.name: ServiceFunction(self, group, stage, code, belongings, told.get(group.name))
            for group in ROUTE_GROUPS
        }
        partner_data.lend_to(functions["partners"].role)
        self._let_secrets_change(stage, code, belongings, data, callback_logs)
        pool = {"USER_POOL_ID": auth.users.user_pool_id}
        authorizer = ServiceFunction(self, AUTHORIZER, stage, code, belongings, pool)
        worker_logs = function_logs(self, stage, f"orders-{stage.name}-workers", name="WorkersLogs")
        workers = {
            worker.name: WorkerFunction(self, worker, stage, code, belongings, worker_logs, told.get(worker.name))
            for worker in WORKERS
        }
        mail.let_send(workers["mail"].role)
        Sweeper(self, "Sweeper", stage, data, queues["payments"])
        direct = Direct(self, "Direct", stage, data, {"webhooks": queues["webhooks"]})
        api = Api(self, "Api", stage, inputs.operations, functions, auth, authorizer, direct)
        plans = usage_plans(api, stage, api.rest_api)
        Rollout(self, "Rollout", stage, [each for each in functions.values() if each.group.canary], hooks)
        uploads = Uploads(self, "Uploads", stage, auth, data.claims, data.key)
        there = self.node.find_all()  # last: these look at everything
        Observability(self, "Observability", delivery, stage, data, auth, functions, there)
        tag_functions(there, stage)
        CfnOutput(self, "IdentityPoolId", value=uploads.pool.ref)
        self.addresses = {
            "SLIPWAY_API_URL": CfnOutput(self, "ApiUrl", value=api.address),
            "SLIPWAY_USER_POOL_ID": CfnOutput(self, "UserPoolId", value=auth.users.user_pool_id),
            "SLIPWAY_USER_POOL_CLIENT_ID": CfnOutput(self, "UserPoolClientId", value=auth.client.user_pool_client_id),
            "SLIPWAY_TABLE_NAME": CfnOutput(self, "TableName", value=data.table.table_name),
            "SLIPWAY_TOKEN_URL": CfnOutput(self, "TokenUrl", value=auth.token_url),
            "SLIPWAY_USAGE_PLANS": CfnOutput(self, "UsagePlans", value=listed(plans)),
        }
        """The stack's outputs by the variables that the stage's gates read them from."""
        if auth.tester is not None:
            self._let_test(auth.tester, stage, data)

    def _let_secrets_change(
        self, stage: Stage, code: lambda_.Code, belongings: Belongings, data: Data, log_group: logs.LogGroup
    ) -> None:
        """Partners' secrets rotate, and the key of cursors is renewed, each by a function of its own."""
        rotation = ServiceFunction(self, ROTATION, stage, code, belongings, log_group=log_group)
        let_secrets_rotate(rotation, stage)
        renewal = ServiceFunction(self, RENEWAL, stage, code, belongings, log_group=log_group)
        KeyRenewal(self, "KeyRenewal", stage, data, renewal)

    def _let_test(self, tester: OwnRole, stage: Stage, data: Data) -> None:
        """What gates need to make partners and carriers, and to tell what the payment provider would."""
        let_take_on(tester, stage, data)
        let_bring(tester, data)
        let_tell(tester, stage, data)
        provider = CfnOutput(self, "ProviderKeyArn", value=data.provider_secret.secret_arn)
        self.addresses["SLIPWAY_PROVIDER_KEY_ARN"] = provider
        self.addresses["SLIPWAY_TESTER_ROLE_ARN"] = CfnOutput(self, "TesterRoleArn", value=tester.role_arn)
