"""What a resource loses of what it holds when a property changes, though the resource itself stays.

Pure. Source: the template reference of each type, as the functions say.
"""

from collections.abc import Callable, Mapping

from pipeline.rehearsal.spec import Json


def loss(resource_type: str, name: str, old: Json, new: Json) -> str:
    """In words that follow "which", from one value of the property to another; empty where nothing is lost."""
    lost = _LOSSES.get((resource_type, name))
    return "" if lost is None else lost(old, new)


def _secret(_old: Json, _new: Json) -> str:
    """GenerateSecretString: "When you make a change to this property, a new secret version is created"."""
    return "makes a new secret: the old value is no longer current"


def _replicas(old: Json, new: Json) -> str:
    """Replicas: to take one out of the list deletes the replica, with the copy of the data that is in its region."""
    before, after = _regions(old), _regions(new)
    if before is None or after is None:
        return "may lose the copy of a replica"
    gone = sorted(before - after)
    return f"loses its copy in {' and '.join(gone)}" if gone else ""


def _regions(replicas: Json) -> set[str] | None:
    """The region of each replica; None where one isn't written out."""
    listed = replicas if isinstance(replicas, list) else [replicas]
    regions = [each.get("Region") if isinstance(each, dict) else None for each in listed]
    known = {region for region in regions if isinstance(region, str)}
    return known if len(known) == len(regions) else None


_LOSSES: Mapping[tuple[str, str], Callable[[Json, Json], str]] = {
    ("AWS::DynamoDB::GlobalTable", "Replicas"): _replicas,
    ("AWS::SecretsManager::Secret", "GenerateSecretString"): _secret,
}
