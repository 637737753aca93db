"""No workflow agrees to a change in a person's place, or merges past the rules."""

import re
from collections.abc import Iterator

from pipeline.gates.workflow.calls import commands_of, is_write
from pipeline.gates.workflow.rule import Found, Look, Rule
from pipeline.gates.workflow.words import is_inline

_ACTION = re.compile(r"auto-?approve|auto-?merge|merge-me|approve-pull", re.IGNORECASE)
_CALL = re.compile(
    r"/reviews\b|createReview|/merge\b|pulls\.merge|addPullRequestReview|APPROVE\b|bypass|/statuses/|check-runs"
)
_PROTECTION = (
    r"/rulesets\b|/protection\b|/environments/|/pending_deployments\b|/deployment_protection_rule\b|default_branch\b"
)
_PROTECTS = re.compile(
    rf"{_PROTECTION}|(?:create|update|delete)(?:BranchProtectionRule|RepositoryRuleset|Environment)|approveDeployments"
)
"""What GitHub asks before it merges or deploys, as its interfaces name it."""
_UNPROTECTS = re.compile(
    rf"\b(?:DELETE|PUT|PATCH|POST)\b.{{0,200}}?(?:{_PROTECTION})"
    r"|(?:create|update|delete|set|add|remove)\w*(?:Protection|Ruleset|StatusCheckContexts)\w*|reviewPendingDeployments"
    r"|createOrUpdateEnvironment|(?:update|delete)\w*Environment\b",
    re.IGNORECASE | re.DOTALL,
)
"""The same in a script of another language, or as what an action is given: with the word that changes it."""


def _check(look: Look) -> Iterator[Found]:
    for path, step in look.now.steps():
        if _ACTION.search(step.action):
            yield Found(f"{path}:{step.line}", f"{step.action} agrees to changes, or merges them, by itself")
        if step.action == "actions/github-script" and (found := _CALL.search(step.given.get("script", ""))):
            yield Found(f"{path}:{step.line}", f"a script calls `{found[0]}`")
        for found in filter(None, map(_UNPROTECTS.search, step.given.values())):
            yield Found(f"{path}:{step.line}", f"{step.action} is told `{' '.join(found[0].split())[:80]}`")
    for command in commands_of(look.now):
        if why := _agrees(command.words):
            yield Found(command.where, f"{command.told} {why}")


def _agrees(words: tuple[str, ...]) -> str:
    if words[:3] == ("gh", "pr", "review") and {"--approve", "-a"} & set(words):
        return "agrees to a change in a person's place"
    if words[:3] == ("gh", "pr", "merge"):
        return "merges a change, past the rules" if "--admin" in words else ""
    if words[:3] == ("gh", "repo", "edit") and any(word.startswith("--default-branch") for word in words):
        return "makes another branch the one that the rules are for"
    text = " ".join(words)
    if is_write(words) and (_CALL.search(text) or _PROTECTS.search(text)):
        return "tells GitHub what only people and checks may tell"
    return "changes what GitHub asks before it merges" if is_inline(words) and _UNPROTECTS.search(text) else ""


RULE = Rule(
    id="approval-is-automatic",
    what="a step that approves a pull request, merges with --admin, reports a status, or changes a branch's protection",
    why="a change that agrees to itself has been read by nobody",
    fix="leave the yes to the owners; `gh pr merge --auto` waits for them",
    models="S10; approval by bots",
    check=_check,
)
