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


_LOSSES: Mapping[tuple[str, str], Callable[[Json, Json], str]] = {
    ("AWS::SecretsManager::Secret", "GenerateSecretString"): _secret,
}
