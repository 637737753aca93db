"""No workflow brings code to the main branch by itself: what lies there has been read, and passed what is required."""

import re
from collections.abc import Iterator

from pipeline.gates.workflow.calls import commands_of, is_write
from pipeline.gates.workflow.events import MAIN
from pipeline.gates.workflow.rule import Found, Look, Rule

_ACTION = re.compile(
    r"git-auto-commit|add-and-commit|add-commit-push|(?:^|/)(?:github-push|git-push|commit-push|push-changes)[\w-]*"
    r"|(?:^|/)(?:git-commit|commit-changes|verified-commit|ghcommit)[\w-]*|(?:^|/)(?:merge-branch|branch-merge)[\w-]*",
    re.IGNORECASE,
)
_SCRIPT = re.compile(
    r"createOrUpdateFileContents|repos\.(?:deleteFile|merge)\b|git\.updateRef|createCommitOnBranch|enablePullRequestAutoMerge"
    r"|\b(?:PUT|DELETE)\s+\S*/contents/|\bPATCH\s+\S*/git/refs/|\bPOST\s+\S*/merges\b"
)
_CALL = re.compile(
    r"/contents/|/git/refs/(?!tags/)|/merges\b|createCommitOnBranch|mergeBranch|mergePullRequest|updateRefs?\b"
    r"|enablePullRequestAutoMerge|enqueuePullRequest"
)
_BRANCH = re.compile(r"(?:^|\s)branch=(?P<name>\S+)")
_BRACED = re.compile(r"\$\{[^}]*\}")
_VALUED = frozenset({"-C", "-c", "--git-dir", "--work-tree", "--namespace", "--exec-path"})
"""Options of git, before its subcommand, with a value behind them."""
_PUSH_VALUED = frozenset({"-o", "--push-option", "--receive-pack", "--exec"})
_ALL = frozenset({"--all", "--mirror", "--branches"})


def _check(look: Look) -> Iterator[Found]:
    for path, step in look.now.steps():
        if _ACTION.search(step.action):
            yield Found(f"{path}:{step.line}", f"{step.action} commits, and pushes, by itself")
        if found := _SCRIPT.search(step.given.get("script", "")):
            yield Found(f"{path}:{step.line}", f"a script calls `{' '.join(found[0].split())[:80]}`")
    for command in commands_of(look.now):
        if why := _pushes(command.words):
            yield Found(command.where, f"{command.told} {why}")


def _pushes(words: tuple[str, ...]) -> str:
    if words[:3] == ("gh", "pr", "merge") and not {"--auto", "--disable-auto", "--admin"} & set(words):
        return "merges by itself; --auto waits for the owners"
    if words[:3] == ("gh", "repo", "sync") and "--branch" not in words:
        return f"writes to {MAIN}"
    if words[0].rsplit("/", 1)[-1] == "git":
        return _git(list(words[1:]))
    text = " ".join(words)
    if is_write(words) and _CALL.search(text):
        branch = _BRANCH.search(text)
        elsewhere = "/contents/" in text and branch is not None and not may_be_main(branch["name"])
        return "" if elsewhere else f"writes to {MAIN}, or nobody can tell that it does not"
    return ""


def _git(words: list[str]) -> str:
    """`git push`: where to is what stands behind the repository; without that, it is the branch that one is on."""
    while words and words[0].startswith("-"):
        words = words[2 if words[0] in _VALUED else 1 :]
    if words[:1] not in (["push"], ["send-pack"]):
        return ""
    given, named = [_BRACED.sub("$NAME", word) for word in words[1:]], list[str]()
    if {"--dry-run", "-n"} & set(given):
        return ""
    if _ALL & set(given):
        return "pushes every branch"
    while given:
        word, given = given[0], given[1:]
        if word in _PUSH_VALUED:
            given = given[1:]
        elif word == "tag":
            named, given = [*named, "refs/tags/"], given[1:]
        elif not word.startswith("-"):
            named.append(word)
    if not named[1:] and "--tags" in words:
        return ""
    target = next((one for one in named[1:] or ["HEAD"] if may_be_main(one.rpartition(":")[2] or "HEAD")), "")
    return f"pushes to {MAIN}, or nobody can tell that it does not" if target else ""


def may_be_main(name: str) -> bool:
    """Whether a ref may be the main branch: it is, it is whatever one is on, or what a variable holds may make it."""
    plain = name.lstrip("+").strip("\"'").removeprefix("refs/").removeprefix("heads/")
    known = re.split(r"[$`*]", plain, maxsplit=1)[0]
    return plain in (MAIN, "HEAD", "@", "") or (known != plain and MAIN.startswith(known))


RULE = Rule(
    id="main-is-pushed-to",
    what="`git push` to main or to who knows where, a call that writes files or refs there, an action that commits",
    why="nobody has read what a workflow pushes, and no required check has seen it",
    fix="push a branch that is named in the command, and open a pull request; its owners and its checks decide",
    models="S10; unreviewed code on main",
    check=_check,
)
