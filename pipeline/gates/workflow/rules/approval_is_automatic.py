"""No workflow agrees to a change in a person's place, or merges past the rules."""

import re
from collections.abc import Iterator

from pipeline.gates.workflow.expression import without_templates
from pipeline.gates.workflow.rule import Found, Look, Rule
from pipeline.gates.workflow.shell import commands_in

_ACTION = re.compile(r"auto-?approve|auto-?merge|merge-me|approve-pull", re.IGNORECASE)
_CALL = re.compile(
    r"/reviews\b|createReview|/merge\b|pulls\.merge|addPullRequestReview|APPROVE\b|bypass|/statuses/|check-runs"
)


def _check(look: Look) -> Iterator[Found]:
    for path, step in look.now.steps():
        if _ACTION.search(step.action):
            yield Found(f"{path}:{step.line}", f"{step.action} agrees to changes, or merges them, by itself")
        if step.action == "actions/github-script" and (found := _CALL.search(step.given.get("script", ""))):
            yield Found(f"{path}:{step.line}", f"a script calls `{found[0]}`")
    for script in look.now.scripts:
        for line, words in commands_in(without_templates(script.text)):
            if why := _agrees(words):
                yield Found(f"{script.path}:{script.line + line - 1}", f"`{' '.join(words)[:80]}` {why}")


def _agrees(words: tuple[str, ...]) -> str:
    if words[:3] == ("gh", "pr", "review") and {"--approve", "-a"} & set(words):
        return "agrees to a change in a person's place"
    if words[:3] == ("gh", "pr", "merge"):
        return "merges a change, past the rules" if "--admin" in words else ""
    writes = any(
        word in ("POST", "PUT", "PATCH", "DELETE", "-f", "-F", "--field", "--raw-field", "--input") for word in words
    )
    is_call = words[:1] in (("gh",), ("curl",)) and any(_CALL.search(word) or "/rulesets" in word for word in words)
    return "tells GitHub what only people and checks may tell" if is_call and (writes or "-XPOST" in words) else ""


RULE = Rule(
    id="approval-is-automatic",
    what="a step that approves a pull request, merges with --admin, reports a status, or changes the branch's rules",
    why="a change that agrees to itself has been read by nobody",
    fix="leave the yes to the owners; `gh pr merge --auto` waits for them",
    models="S10; approval by bots",
    check=_check,
)
