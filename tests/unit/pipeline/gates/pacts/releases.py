"""Small trees with pacts and a list of consumers."""

import json
from pathlib import Path
from typing import Any

from pipeline.gates.pacts.pact import PACTS, Pact, read_pact

SHOP = "shop-orders.json"

type Interaction = dict[str, Any]


def asking(what: str, **body: Any) -> Interaction:
    """An interaction that relies on the fields of an answer's body."""
    return {
        "description": what,
        "type": "Synchronous/HTTP",
        "request": {"method": "GET", "path": f"/v1/{what.replace(' ', '-')}"},
        "response": {"status": 200, "body": {"content": body, "contentType": "application/json"}},
    }


ORDER, STOCK = asking("an order", total=3), asking("the stock", available=10)


def put_pact(
    root: Path, *interactions: Interaction, name: str = SHOP, consumer: str = "shop", provider: str = "orders"
) -> Pact:
    """A pact in the tree at `root`."""
    path = root / PACTS / name
    path.parent.mkdir(parents=True, exist_ok=True)
    parties = {"consumer": {"name": consumer}, "provider": {"name": provider}}
    path.write_text(json.dumps({**parties, "interactions": interactions}))
    return read_pact(path, root / PACTS)


def put_list(root: Path, *entries: dict[str, object], us: str | None = "orders") -> None:
    """The list of consumers of the tree at `root`; what an entry leaves out is the shop's."""
    shop = {"consumer": "shop", "provider": "orders", "version": "1", "pact": SHOP, "stages": ["beta", "prod"]}
    lines = [f"us = {json.dumps(us)}"] if us else []
    for entry in entries:
        lines += ["[[live]]", *(f"{key} = {json.dumps(value)}" for key, value in {**shop, **entry}.items())]
    (root / "contracts").mkdir(parents=True, exist_ok=True)
    (root / "contracts/consumers.toml").write_text("\n".join(lines) + "\n")
