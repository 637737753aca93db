"""A version in the lock of actions stays the commit that it was: tags that move are how actions are taken over."""

from collections.abc import Iterator

from pipeline.gates.workflow.actions_lock import FILE, lock_in
from pipeline.gates.workflow.asking import lines_with
from pipeline.gates.workflow.required import NotReadable
from pipeline.gates.workflow.rule import Found, Look, Rule


def _check(look: Look) -> Iterator[Found]:
    if look.base is None:
        return
    try:
        old, new = lock_in(look.base.texts).actions.values(), lock_in(look.now.texts).actions.values()
    except NotReadable:
        return  # `action-is-not-locked` says so
    known = {(one.name.lower(), one.version): one.sha for one in old}
    names = {one.name.lower() for one in old}
    text = look.now.texts.get(FILE, "")
    for one in new:
        where = f"{FILE}:{lines_with(text, one.sha)}"
        before = known.get((one.name.lower(), one.version))
        if before and before != one.sha:
            yield Found(where, f"{one.name} {one.version} was {before[:12]}…, and is said to be {one.sha[:12]}… now")
        elif one.name.lower() not in names:
            yield Found(
                where, f"{one.name} {one.version} is new: what it does runs with the rights of its job", told=True
            )
        elif not before:
            yield Found(where, f"{one.name} {one.version}: another version than in the base release", told=True)


RULE = Rule(
    id="lock-is-rewritten",
    what="a version in .github/actions.lock.toml that is another commit than in the base release",
    why="a release does not change after it was made; a tag that moved has been moved by somebody",
    fix="find out why the tag has moved before you trust it; take a new version",
    models="W02; tj-actions CVE-2025-30066",
    check=_check,
    against_base=True,
)
