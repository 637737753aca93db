"""The topic of the notices for customers: encrypted, by TLS only. Who writes and sends them subscribes to it."""

from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from pipeline.plan.model import Stage


class Notices(sns.Topic):
    """The topic `orders-{stage}-notices`."""

    def __init__(self, scope: Construct, name: str, stage: Stage, key: kms.IKey) -> None:
        super().__init__(scope, name, topic_name=f"orders-{stage.name}-notices", master_key=key, enforce_ssl=True)
