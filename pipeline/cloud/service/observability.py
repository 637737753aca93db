"""What is seen of a stage, and who is told."""

from aws_cdk import aws_sqs as sqs
from constructs import Construct, IConstruct

from pipeline.cloud.service.alerts import Alerts
from pipeline.plan.model import Delivery, Stage


class Observability(Construct):
    """Alerts over everything that is in the stack already, so it is made last."""

    def __init__(self, scope: Construct, name: str, delivery: Delivery, stage: Stage) -> None:
        super().__init__(scope, name)
        self.alerts = Alerts(self, "Alerts", delivery, stage, dead_letter_queues(scope))


def dead_letter_queues(scope: IConstruct) -> list[sqs.Queue]:
    """The queues below `scope` that have none of their own: every other queue has one for what nobody can handle."""
    queues = [each for each in scope.node.find_all() if isinstance(each, sqs.Queue)]
    return [queue for queue in queues if queue.dead_letter_queue is None]
