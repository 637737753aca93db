"""What is seen of a stage and of its account, and who is told."""

from collections.abc import Iterable, Mapping, Sequence

from aws_cdk import aws_sqs as sqs
from constructs import Construct, IConstruct

from pipeline.cloud.service.account_watch import AccountWatch
from pipeline.cloud.service.alerts import Alerts
from pipeline.cloud.service.auth import Auth
from pipeline.cloud.service.dashboards import Dashboards
from pipeline.cloud.service.data import Data
from pipeline.cloud.service.functions import ServiceFunction
from pipeline.cloud.service.log_metrics import LogMetrics
from pipeline.cloud.service.tracing import Sampling
from pipeline.plan.model import Delivery, Stage


class Observability(Construct):
    """Metrics of logs, alerts and dashboards over what is there in the stack."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        delivery: Delivery,
        stage: Stage,
        data: Data,
        auth: Auth,
        functions: Mapping[str, ServiceFunction],
        there: Sequence[IConstruct],
    ) -> None:
        super().__init__(scope, name)
        dead_letters = dead_letter_queues(there)
        LogMetrics(self, "LogMetrics", stage, there)
        alerts = Alerts(self, "Alerts", delivery, stage, data.key, dead_letters)
        AccountWatch(self, "Account", stage, alerts.topics)
        Sampling(self, "Sampling", stage)
        names = {group: each.name for group, each in functions.items()}
        Dashboards(self, "Dashboards", stage, data, auth, names, dead_letters)


def dead_letter_queues(there: Iterable[IConstruct]) -> list[sqs.Queue]:
    """The queues among these that have none of their own: every other queue has one for what nobody can handle."""
    queues = [each for each in there if isinstance(each, sqs.Queue)]
    return [queue for queue in queues if queue.dead_letter_queue is None]
