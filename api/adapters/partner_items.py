"""Items of partners to domain objects and back. A key's value is never in them, only its digest."""

from collections.abc import Iterable, Mapping

from api.adapters import keys
from api.adapters.attributes import number, text
from api.domain.events import Json
from api.domain.instants import read, written
from api.domain.partners import Partner, PartnerKey, PartnerStatus, Tier


def from_partner(partner: Partner) -> dict[str, Json]:
    """A partner's META item."""
    return {
        **keys.partner(partner.id),
        "GSI1PK": keys.client(partner.client),
        "GSI1SK": keys.partner(partner.id)["PK"],
        "entity": "PARTNER",
        "partner_id": partner.id,
        "client_id": partner.client,
        "tier": partner.tier.value,
        "scopes": [*sorted(partner.scopes)],
        "status": partner.status.value,
        "plan_id": partner.plan,
        "keys": from_keys(partner.keys),
        "version": partner.version,
    }


def from_keys(partner_keys: Iterable[PartnerKey]) -> list[Json]:
    """The list `keys` of a META item."""
    return [_from_key(key) for key in partner_keys]


def to_partner(item: Mapping[str, Json]) -> Partner:
    """The partner of a META item."""
    return Partner(
        id=text(item, "partner_id"),
        client=text(item, "client_id"),
        tier=Tier(text(item, "tier")),
        scopes=frozenset(str(scope) for scope in _list(item, "scopes")),
        status=PartnerStatus(text(item, "status")),
        plan=text(item, "plan_id"),
        keys=tuple(_to_key(key) for key in _list(item, "keys")),
        version=number(item, "version"),
    )


def _from_key(key: PartnerKey) -> Json:
    kept: dict[str, Json] = {"digest": key.digest, "id": key.id}
    return kept if key.until is None else {**kept, "until": written(key.until)}


def _to_key(kept: Json) -> PartnerKey:
    if not isinstance(kept, dict):
        raise TypeError(f"a key should be a map in the table, it is {type(kept).__name__}")
    until = read(text(kept, "until")) if "until" in kept else None
    return PartnerKey(text(kept, "digest"), text(kept, "id"), until)


def _list(item: Mapping[str, Json], name: str) -> list[Json]:
    value = item[name]
    if not isinstance(value, list):
        raise TypeError(f"{name} should be a list in the table, it is {type(value).__name__}")
    return value
