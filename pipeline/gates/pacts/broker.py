"""A Pact Broker, where one is configured: which pacts are live, what became of them, and whether a version may go on.

Set `PACT_BROKER_BASE_URL`, and `PACT_BROKER_TOKEN` or `PACT_BROKER_USERNAME` and `PACT_BROKER_PASSWORD`, as Pact's own
tools ask for it (https://docs.pact.io/pact_broker/client_cli/readme). Without it the list in git says what is live.
What is secret is sent in a header alone and stands in no message.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

import urllib3

from pipeline.gates.context import GateBroke
from pipeline.gates.redact import redact

SECONDS = 30.0
SELECTORS = {"consumerVersionSelectors": [{"deployedOrReleased": True}], "includePendingStatus": False}
"""What is live: https://docs.pact.io/pact_broker/advanced_topics/consumer_version_selectors."""
RESULTS = "pb:publish-verification-results"


@dataclass(frozen=True)
class Broker:
    """Where the broker is, and what it is shown of us."""

    url: str
    headers: Mapping[str, str] = field(repr=False)

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> "Broker | None":
        """The broker that the environment names, or None."""
        given = environ.get("PACT_BROKER_BASE_URL")
        if not given:
            return None
        parts = urlsplit(given)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise GateBroke("PACT_BROKER_BASE_URL is no address of a broker: write https://broker.example.com")
        host = parts.netloc.rpartition("@")[2]
        headers = {"Accept": "application/hal+json", **_shown(environ, parts.username, parts.password)}
        return cls(urlunsplit((parts.scheme, host, parts.path.rstrip("/"), "", "")), headers)

    def ask(self, address: str, body: object = None) -> dict[str, Any]:
        """What the broker says at `address`, a path or a link of its own; posts `body` if there is one."""
        url = address if address.startswith(("http://", "https://")) else self.url + address
        if urlsplit(url).netloc != urlsplit(self.url).netloc:
            raise GateBroke(
                f"the broker at {self.url} leads elsewhere, to {redact(url)}: nobody there is shown a secret"
            )
        headers = {**self.headers, **({"Content-Type": "application/json"} if body is not None else {})}
        try:
            reply = urllib3.request(
                "GET" if body is None else "POST",
                url,
                headers=headers,
                body=None if body is None else json.dumps(body),
                timeout=SECONDS,
                redirect=False,
                retries=urllib3.Retry(2, redirect=0, status=0, backoff_factor=0.2),
            )
            said = json.loads(reply.data) if reply.data else {}
        except (urllib3.exceptions.HTTPError, ValueError) as problem:
            raise GateBroke(f"the broker at {self.url} can't be asked: {redact(str(problem))}") from problem
        if reply.status >= 300 or not isinstance(said, dict):
            hint = "; look at PACT_BROKER_TOKEN, or at the user and the password" if reply.status in (401, 403) else ""
            raise GateBroke(f"the broker at {self.url} answered {reply.status} to {urlsplit(url).path}{hint}")
        return said


@dataclass(frozen=True)
class Answer:
    """Whether a version may go to a stage, why, and a line for each row of the broker's matrix."""

    deployable: bool
    reason: str
    rows: tuple[str, ...]


def may_deploy(broker: Broker, participant: str, version: str, stage: str) -> Answer:
    """What the broker's matrix says: https://docs.pact.io/pact_broker/can_i_deploy. What it does not know is a no."""
    query = [
        ("q[][pacticipant]", participant),
        ("q[][version]", version),
        ("latestby", "cvp"),
        ("environment", stage),
    ]
    said = broker.ask(f"/matrix?{urlencode(query)}")
    summary = said.get("summary")
    if not isinstance(summary, dict) or "deployable" not in summary:
        raise GateBroke(f"the broker at {broker.url} answered without a summary: is it a broker?")
    rows = tuple(_row(row) for row in said.get("matrix", []))
    return Answer(summary["deployable"] is True, str(summary.get("reason", "no reason given")), rows)


@dataclass(frozen=True)
class Fetched:
    """A pact that the broker gave: its file, and where it wants to hear of it."""

    path: Path
    results: str | None


def fetch_live(broker: Broker, provider: str, to: Path) -> tuple[Fetched, ...]:
    """Put the pacts of every version that is live with `provider` into the folder `to`."""
    to.mkdir(parents=True, exist_ok=True)
    for old in to.glob("*.json"):
        old.unlink()
    said = broker.ask(f"/pacts/provider/{quote(provider, safe='')}/for-verification", SELECTORS)
    fetched = []
    for number, each in enumerate(said.get("_embedded", {}).get("pacts", [])):
        pact = broker.ask(each["_links"]["self"]["href"])
        path = to / f"{number:03}.json"
        path.write_text(json.dumps(pact), encoding="utf-8")
        fetched.append(Fetched(path, pact.get("_links", {}).get(RESULTS, {}).get("href")))
    return tuple(fetched)


def publish(broker: Broker, fetched: Fetched, version: str, *, success: bool) -> None:
    """Tell the broker whether `version` of the provider keeps a pact."""
    if fetched.results:
        broker.ask(fetched.results, {"success": success, "providerApplicationVersion": version})


def _shown(environ: Mapping[str, str], user: str | None, password: str | None) -> dict[str, str]:
    """The header that lets us in: by a token, or by a name and a password, which the address may hold, too."""
    if token := environ.get("PACT_BROKER_TOKEN"):
        return {"Authorization": f"Bearer {token}"}
    user, password = environ.get("PACT_BROKER_USERNAME") or user, environ.get("PACT_BROKER_PASSWORD") or password
    if not user:
        return {}
    return {"Authorization": urllib3.make_headers(basic_auth=f"{user}:{password or ''}")["authorization"]}


def _row(row: Mapping[str, Any]) -> str:
    """`storefront-web 1.4.0 with orders-api 6f5db5b: verified`."""

    def told(side: str) -> str:
        party = row.get(side) or {}
        return f"{party.get('name', '?')} {(party.get('version') or {}).get('number', '?')}"

    result = row.get("verificationResult")
    success = result.get("success") if isinstance(result, dict) else None
    verified = "never verified" if success is None else "verified" if success else "not kept"
    return f"{told('consumer')} with {told('provider')}: {verified}"
