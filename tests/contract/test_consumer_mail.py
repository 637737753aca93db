"""What readers of notices rely on: what a notice says, and the attributes that they choose by without reading it.

The worker `mail` reads them. Whoever else subscribes to the topic may filter, which SNS does by attributes (Amazon SNS
developer guide, "Amazon SNS subscription filter policies").
"""

from pathlib import Path
from typing import Final

from pact import Pact, match

from api.domain.mailing import Mailed, Mailing
from api.domain.model import Occasion
from api.handlers.mail import read
from contracts.provider_states import ORDER
from tests.contract.pacts import Record, keep_or_compare
from tests.unit.api.domain.test_mailing import ANN, Office

NOTICE: Final = "n-1"
CUSTOMER: Final = "0a1b2c3d-1111-4aaa-8aaa-000000000001"
CHAIN: Final = "01JDA7C0R00000000000000001"


def mail_pact() -> Pact:
    pact = Pact("mail", "orders-api").with_specification("V4")
    for occasion in Occasion:
        of_order = {} if occasion is Occasion.WELCOME else {"order_id": match.string(ORDER)}
        (
            pact.upon_receiving(f"notice of {occasion}", "Async")
            .with_body(
                {
                    "notice_id": match.string(NOTICE),
                    "occasion": str(occasion),
                    "customer_id": match.string(CUSTOMER),
                    "correlation_id": match.string(CHAIN),
                    **of_order,
                },
                "application/json",
            )
            .with_metadata({"occasion": str(occasion), "correlation_id": match.string(CHAIN)})
        )
    return pact


def test_mail_sends_a_letter_for_what_the_pact_says(tmp_path: Path, record_property: Record) -> None:
    pact, chosen = mail_pact(), list[object]()

    def receive(body: str | bytes | None, metadata: dict[str, object]) -> None:
        assert body is not None
        office = Office(known={CUSTOMER: ANN})
        raw = {"body": body, "attributes": {"ApproximateReceiveCount": "1"}, "receiptHandle": "r"}
        assert Mailing(office, office, office, office, lambda: office.now).mail(read(raw).event) is Mailed.SENT
        chosen.append(metadata["occasion"])

    pact.verify(receive, "Async")
    assert sorted(map(str, chosen)) == sorted(Occasion)
    pact.write_file(tmp_path, overwrite=True)
    keep_or_compare(tmp_path / "mail-orders-api.json", record_property)
