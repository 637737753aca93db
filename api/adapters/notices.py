"""Notices for customers, on an SNS topic: who writes and sends them subscribes there."""

import json
from typing import Any, Protocol

from api.domain.model import Notice


class Topic(Protocol):
    """As much of boto3's SNS client as is used."""

    def publish(self, *, TopicArn: str, Message: str, MessageAttributes: Any) -> Any:  # noqa: N803 - AWS's names
        """Publish a message."""
        ...


class SnsNotices:
    """api.domain.ports.Notices on one topic.

    Subscribers choose by the attribute `occasion` without reading the message; `correlation_id` goes with it.
    """

    def __init__(self, client: Topic, topic: str) -> None:
        self._client = client
        self._topic = topic

    def send(self, notice: Notice) -> None:
        """Publish."""
        message = {
            "notice_id": notice.id,
            "occasion": notice.occasion.value,
            "customer_id": notice.customer,
            **({} if notice.order_id is None else {"order_id": notice.order_id}),
            "correlation_id": notice.correlation_id,
        }
        attributes = {"occasion": notice.occasion.value, "correlation_id": notice.correlation_id}
        self._client.publish(
            TopicArn=self._topic,
            Message=json.dumps(message),
            MessageAttributes={
                name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
            },
        )
