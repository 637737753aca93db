"""The value of a secret is the one that is in use."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.amounts import is_on
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Note, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import changed

ABOUT = About(
    kind="data",
    what="No secret is generated or written anew by an update",
    why="Secrets Manager puts another value there at once, and what the old one signed or indexed is lost",
    fix="leave how the secret is made; rotate it with both values valid for a while",
    models="Data loss by a new key: GenerateSecretString changed by one character",
    needs="nothing",
)
SECRET, ROTATION = "AWS::SecretsManager::Secret", "AWS::SecretsManager::RotationSchedule"
MADE_BY = ("GenerateSecretString", "SecretString")
"""A change of either makes a new version of the secret (template reference of AWS::SecretsManager::Secret)."""
AT_ONCE = "RotateImmediatelyOnUpdate"


def look(subject: Subject) -> Iterator[Looked]:
    """Each secret that both have, and each schedule that rotates one."""
    for old in subject.of_base(SECRET):
        new = subject.after(old)
        if new and new.type == old.type:
            yield looked(new, *_made_anew(old, new))
    for schedule in subject.of_candidate(ROTATION):
        yield looked(schedule, _rotates(subject.before(schedule), schedule) if subject.base else None)


def _made_anew(old: Resource, new: Resource) -> Iterator[Wrong]:
    for name in MADE_BY:
        if old.at(name) != new.at(name):
            told = changed(old.at(name), new.at(name)) if name == "GenerateSecretString" else "it is written anew"
            yield Wrong(f"the secret gets another value: {told}", name)


def _rotates(old: Resource | None, new: Resource) -> Wrong | Note | None:
    if old == new or not is_on(new.at(AT_ONCE), default=True):
        return None
    if old is None:
        return Note("the secret gets another value as soon as this schedule is there", AT_ONCE)
    if old.properties == new.properties:
        return None
    return Wrong("a changed schedule rotates the secret at once", AT_ONCE, f"say {AT_ONCE}: false")
