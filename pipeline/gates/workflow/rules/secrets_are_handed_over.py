"""A job gets the secrets that it names, and no others."""

import re
from collections.abc import Iterator

from pipeline.gates.workflow.expression import NoExpression, names_in, templates_in
from pipeline.gates.workflow.rule import Found, Look, Rule

_WHOLE = re.compile(r"tojson\s*\(\s*(secrets|github)\s*\)", re.IGNORECASE)


def _check(look: Look) -> Iterator[Found]:
    for workflow, job in look.now.jobs():
        if job.secrets == "inherit":
            yield Found(f"{workflow.path}:{job.line}", f"job {job.id!r} hands all secrets on (`secrets: inherit`)")
    for document in look.now.runnables:
        for node in document.node.walk():
            for inner in templates_in(node.text()):
                if _WHOLE.search(inner) or _names_all(inner):
                    yield Found(f"{document.path}:{node.line}", f"`{inner[:60]}` hands out every secret")


def _names_all(inner: str) -> bool:
    try:
        return any(name in ("secrets", "secrets.*") for name in names_in(inner))
    except NoExpression:
        return "secrets[" in inner


RULE = Rule(
    id="secrets-are-handed-over",
    what="`secrets: inherit`, `toJSON(secrets)`, `secrets[…]` by a name that is known only as it runs",
    why="one step that is taken over then has every secret",
    fix="name each secret where it is needed",
    models="W09",
    check=_check,
)
