"""The rules of the main branch ask for what must have passed, for an owner's yes, and let nobody by."""

from collections.abc import Iterator

from pipeline.gates.workflow.asking import required
from pipeline.gates.workflow.required import BRANCHES, FILE, RULESETS, NotReadable, Ruleset, rulesets_in
from pipeline.gates.workflow.rule import Found, Look, Rule
from pipeline.gates.workflow.tree import Tree

_MAIN = ("~DEFAULT_BRANCH", "~ALL", "refs/heads/main")
_NEEDED = ("deletion", "non_fast_forward", "pull_request", "required_status_checks")
_YES = ("require_code_owner_review", "dismiss_stale_reviews_on_push")


def _check(look: Look) -> Iterator[Found]:
    try:
        known = rulesets_in(look.now.texts)
    except NotReadable as problem:
        yield Found(f"{RULESETS}:1", str(problem))
        return
    rulesets = [one for one in known if _is_of_main(one)]
    if not rulesets:
        yield Found(f"{RULESETS}main.json:1", "no ruleset speaks of the main branch")
    for one in rulesets:
        yield from (Found(f"{one.path}:1", what) for what in _weak(look.now, one))
    for one in known:
        yield from _compared(look, one)


def _is_of_main(one: Ruleset) -> bool:
    return one.target == BRANCHES and bool(set(one.branches) & set(_MAIN))


def _weak(tree: Tree, one: Ruleset) -> Iterator[str]:
    if one.enforcement != "active":
        yield f"it is not enforced ({one.enforcement})"
    if one.excluded:
        yield f"it leaves out {', '.join(one.excluded)}"
    if one.bypass:
        yield f"{len(one.bypass)} may pass by it"
    for kind in _NEEDED:
        if kind not in one.rules:
            yield f"it has no rule {kind}"
    asked = one.rules.get("pull_request", {})
    if "pull_request" in one.rules:
        if int(asked.get("required_approving_review_count") or 0) < 1:
            yield "nobody must agree (required_approving_review_count)"
        yield from (f"it does not ask for {name}" for name in _YES if asked.get(name) is not True)
    for check in required(tree):
        if "pull_request" in check.events and check.name not in one.contexts:
            yield f"a change is merged without {check.name!r}, which {FILE} requires"
    named = {check.name for check in required(tree)}
    for context in sorted(one.contexts - named):
        yield f"it waits for {context!r}, which {FILE} does not name: if no job is called so, it waits for ever"


def _compared(look: Look, new: Ruleset) -> Iterator[Found]:
    try:
        known = {one.path: one for one in rulesets_in(look.base.texts)} if look.base else {}
    except NotReadable:
        return
    old = known.get(new.path)
    if old is None or not _is_of_main(old):
        return
    if old.target != new.target:
        yield Found(f"{new.path}:1", f"it is for what GitHub calls {new.target!r}, and so holds on no branch; it did")
    for kind in sorted(set(old.rules) - set(new.rules)):
        yield Found(f"{new.path}:1", f"the rule {kind} is gone; the base release had it")
    for kind in sorted(set(old.rules) & set(new.rules)):
        for name, value in old.rules[kind].items():
            now = new.rules[kind].get(name)
            if now == value:
                continue
            is_less = (value is True and now is not True) or (value is False and name.startswith("do_not_"))
            is_less |= name == "required_approving_review_count" and int(now or 0) < int(value)
            is_less |= name == "grouping_strategy" and now != "ALLGREEN"
            yield Found(f"{new.path}:1", f"{kind}: {name} was {value!r} and is {now!r}", told=not is_less)


RULE = Rule(
    id="branch-rules-are-weak",
    what="rules of the main branch that are not enforced, are for tags, let somebody by, or ask for less than they did",
    why="GitHub merges what its rules allow, whatever the workflows said",
    fix="bring it back; .github/rulesets/main.json is the document that GitHub's settings import",
    models="S10",
    check=_check,
)
