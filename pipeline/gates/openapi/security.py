"""Who may call an operation, then and now: who could must still find a way in that asks for nothing more."""

import json
from collections.abc import Iterable, Iterator

from pipeline.gates.openapi.change import Change
from pipeline.gates.openapi.node import Document, Json, Mapped, Side, join, listed, mapped, texts

GROUP = "x-group"
"""The group that a caller must belong to, besides what `security` asks."""
_FOR_PEOPLE = frozenset({"description", "bearerFormat"})

type Way = frozenset[str]


def compare_security(base: Document, before: Side, new: Document, after: Side) -> Iterator[Change]:
    """How the ways into an operation differ."""
    old, young = _ways(base, before), _ways(new, after)
    if any(not any(way <= known for way in young) for known in old):
        what = f"{_told(old)} no longer suffices: {_told(young)}"
        yield Change(join(after.at, "security"), "security-added", what, breaking=True)
    elif old != young:
        what = f"{_told(old)} became {_told(young)}"
        yield Change(join(after.at, "security"), "security-loosened", what, breaking=False)
    yield from _group(before, after)


def compare_schemes(base: Document, new: Document) -> Iterator[Change]:
    """How the proofs differ that schemes ask for; one that is gone matters where something still asks for it."""
    old, young = _schemes(base), _schemes(new)
    for name in sorted(old.keys() - young.keys()):
        if name in _asked_for(new):
            what = f"scheme {name} is asked for and is not described any more"
            yield Change(join("/components/securitySchemes", name), "security-scheme-removed", what, breaking=True)
    for name in old.keys() & young.keys():
        at = join("/components/securitySchemes", name)
        before, after = base.resolve(old[name], at)[0], new.resolve(young[name], at)[0]
        changed = sorted(key for key in {*before, *after} if _asks(before, key) != _asks(after, key))
        if changed:
            what = f"scheme {name} asks for another proof: {', '.join(changed)} changed"
            yield Change(at, "security-scheme-changed", what, breaking=True)


def _group(before: Side, after: Side) -> Iterator[Change]:
    was, now = before.value.get(GROUP), after.value.get(GROUP)
    if now is not None and was != now:
        what = f"only callers in the group {now} may call it, {f'not {was}' if was else 'not all'} as before"
        yield Change(join(after.at, GROUP), "security-group-required", what, breaking=True)
    elif was != now:
        yield Change(after.at, "security-loosened", f"callers need not be in the group {was}", breaking=False)


def _schemes(document: Document) -> Mapped:
    return mapped(mapped(mapped(document.root).get("components")).get("securitySchemes"))


def _asked_for(document: Document) -> frozenset[str]:
    """The schemes that something in the document asks for."""
    root = mapped(document.root)
    items = [mapped(item) for item in mapped(root.get("paths")).values()]
    holders = [root, *(mapped(operation) for item in items for operation in item.values())]
    return frozenset(name for holder in holders for way in listed(holder.get("security")) for name in mapped(way))


def _asks(scheme: Mapped, key: str) -> Json:
    """What a scheme says under `key` that callers must do; new scopes of a flow ask nothing of who has others."""
    if key in _FOR_PEOPLE or key.startswith("x-"):
        return None
    if key != "flows":
        return scheme.get(key)
    flows = mapped(scheme.get(key))
    return json.dumps({name: {**mapped(flow), "scopes": None} for name, flow in flows.items()}, sort_keys=True)


def _ways(document: Document, operation: Side) -> frozenset[Way]:
    """The ways into an operation: each a set of schemes and scopes that are needed together; empty for nobody asked."""
    declared = operation.value.get("security", mapped(document.root).get("security"))
    ways = [
        frozenset(f"{scheme}:{scope}" for scheme, scopes in mapped(way).items() for scope in ("", *texts(scopes)))
        for way in listed(declared)
    ]
    return frozenset(ways or [frozenset()])


def _told(ways: Iterable[Way]) -> str:
    told = sorted(" and ".join(sorted(name.rstrip(":") for name in way)) or "nothing" for way in ways)
    return " or ".join(told)
