"""Letters by SES."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from api.domain.letters import Letter
from api.domain.model import Notice

_CHARSET: Final = "UTF-8"


class Ses(Protocol):
    """As much of botocore's client of SES, version 2, as is used."""

    def send_email(
        self,
        *,
        FromEmailAddress: str,  # noqa: N803 - AWS's names
        Destination: Mapping[str, Sequence[str]],  # noqa: N803
        Content: Any,  # noqa: N803
        ConfigurationSetName: str,  # noqa: N803
        EmailTags: Sequence[Mapping[str, str]],  # noqa: N803
    ) -> Any:
        """Take a letter."""
        ...


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes: an address of a verified identity, and the set by whose rules SES sends.

    `instead` is where everything goes instead of to the customers, where a stage has none; "" for a stage that has.
    """

    address: str
    configuration_set: str
    instead: str = ""


class SesPost:
    """api.domain.ports.Post as one sender."""

    def __init__(self, client: Ses, sender: Sender) -> None:
        self._client = client
        self._sender = sender

    def send(self, letter: Letter, address: str, notice: Notice) -> None:
        """SendEmail, of API version 2. Its tags come back with what SES tells of it later."""
        tags = {"notice_id": notice.id, "occasion": notice.occasion.value}
        self._client.send_email(
            FromEmailAddress=self._sender.address,
            Destination={"ToAddresses": [self._sender.instead or address]},
            Content={"Simple": {"Subject": _content(letter.subject), "Body": {"Text": _content(letter.text)}}},
            ConfigurationSetName=self._sender.configuration_set,
            EmailTags=[{"Name": name, "Value": value} for name, value in tags.items()],
        )


def _content(text: str) -> Any:
    return {"Data": text, "Charset": _CHARSET}
