"""What the gateway keeps of an answer, it gives to nobody but who asked."""

from collections.abc import Iterator

from pipeline.gates.guard.comparing import is_true
from pipeline.gates.guard.facts.methods import Method, methods_of
from pipeline.gates.guard.facts.settings import setting, stages_of
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import named_by
from pipeline.gates.openapi.node import Mapped, mapped, texts

ABOUT = About(
    kind="authorization",
    what="Where the gateway keeps answers, whoever is asked for and every part of the path is in their key",
    why="one customer's answer is given to the next one who asks for the same path",
    fix="leave the cache off (caching_enabled=False), or add method.request.header.Authorization to its keys",
    models="Z14: an API cache that does not know who asks; CWE-524",
    needs="every stage",
)
CALLER = "method.request.header.authorization"


def look(subject: Subject) -> Iterator[Looked]:
    """Each method, with the settings of each stage that serves it."""
    for stack in subject.candidate.of_stages():
        for method in methods_of(stack):
            for stage in stages_of(stack, named_by(method.resource.at("RestApiId"))):
                told = setting(stage, method.route)
                yield looked(method.resource, *(_wrong(method, told) if _is_kept(method, stage, told) else ()))


def _is_kept(method: Method, stage: Resource, told: Mapped) -> bool:
    """Whether answers are kept. With a cache and no word about a method, those of GET are (developer guide)."""
    says = told.get("CachingEnabled")
    by_default = is_true(stage.at("CacheClusterEnabled")) and method.route.startswith("GET ")
    return by_default if says is None else is_true(says)


def _wrong(method: Method, told: Mapped) -> Iterator[Wrong]:
    keys = {key.lower() for key in texts(method.resource.at("Integration", "CacheKeyParameters"))}
    where = "Integration.CacheKeyParameters"
    if CALLER not in keys and not method.is_open:
        yield Wrong(f"answers of {method.route} are kept, and who asks is not in their key", where)
    asked = (name for name in mapped(method.resource.at("RequestParameters")) if ".request.path." in name)
    missing = sorted(name for name in asked if name.lower() not in keys)
    if missing:
        yield Wrong(f"answers of {method.route} are kept without {', '.join(missing)} in their key", where)
    if told.get("CacheDataEncrypted") in (None, False, "false") and not method.is_open:
        yield Wrong(f"answers of {method.route} are kept in plain text", "CacheDataEncrypted")
