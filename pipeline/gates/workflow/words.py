"""The words of a shell's command, and what they say of it: which program, which options of the shell. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node


@dataclass(frozen=True)
class Options:
    """Whether a shell ends at a failure (`-e`), and whether a pipe fails with any of its parts (`pipefail`)."""

    errexit: bool
    pipefail: bool


PREFIXES = frozenset(
    {"command", "exec", "env", "time", "nohup", "sudo", "nice", "builtin", "stdbuf", "xargs", "setsid"}
)
"""Programs that run the one which is named behind them."""
_WITH_VALUE = frozenset({"timeout"})

_HARMLESS = frozenset(
    {
        *("echo", "printf", ":", "true", "false", "test", "[", "[[", "type", "hash", "which", "read", "exit", "return"),
        *("set", "shopt", "export", "local", "declare", "readonly", "unset", "umask", "shift", "break", "continue"),
        *("trap", "kill", "wait", "cat", "rm", "rmdir", "sleep", "date", "pwd", "yes", "head", "tail", "wc", "sort"),
        *("tr", "basename", "dirname", "let"),
    }
)
"""What proves nothing about a change: if it fails unseen, nothing that was to be checked has been hidden."""
_CHECKS = re.compile(
    r"(?:\./)?(?:scripts|\.ci|bin|tests?|tools)/\S+|(?:\S*/)?(?:py\.?test|slipway|ruff|mypy|tox|nox|make|just|task|npm|npx|pnpm|yarn|"
    r"node|deno|bun|go|cargo|gradle|gradlew|mvn|dotnet|bazel|checkov|cfn-lint|zizmor|actionlint|check-jsonschema|shellcheck|"
    r"trivy|semgrep|bandit|pip-audit|pre-commit|schemathesis|st|locust|pact|pact-broker|coverage|lint-imports|aws|cdk|sam|"
    r"terraform|tofu|serverless|sls|bash|sh|uv|uvx|pdm|poetry|hatch|docker|python[\d.]*)"
)
_INLINE = re.compile(r"(?:.*/)?(?:bash|sh|dash|zsh|python[\d.]*|node|perl|ruby)")
TEST_RUNNERS = re.compile(r"(?:.*/)?(?:py\.?test|slipway|test|rehearse|run|pipeline\.cli)")


def plain(node: Node | None) -> str:
    """The source of a node."""
    return (node.text or b"").decode(errors="replace") if node else ""


def words_of(node: Node) -> tuple[str, ...]:
    """A command's words without their quotes, and without what only runs it (`env A=1`, `exec`, `timeout 5`).

    Empty for what is no command. `[ … ]` is the command `[`; `export X=1` is `export`.
    """
    if node.type == "test_command":
        return ("[",)
    if node.type in ("declaration_command", "unset_command"):
        return tuple(plain(node).split())
    if node.type != "command":
        return ()
    parts = [one for one in node.named_children if one.type not in ("variable_assignment", "file_redirect", "comment")]
    return unwrapped(tuple(_unquoted(one) for one in parts))


def unwrapped(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words from the program on that is run at last; a question (`command -v`) stays what it is."""
    while words and words[0].rsplit("/", 1)[-1] in PREFIXES | _WITH_VALUE:
        program, rest = words[0].rsplit("/", 1)[-1], list(words[1:])
        if program == "command" and rest[:1] in (["-v"], ["-V"]):
            return ("type", *rest[1:])
        while rest and (rest[0].startswith("-") or (program == "env" and "=" in rest[0])):
            rest.pop(0)
        if program in _WITH_VALUE and rest:
            rest.pop(0)
        if not rest:
            return words
        words = tuple(rest)
    return words


def is_harmless(words: tuple[str, ...]) -> bool:
    """Whether a failure of this command tells nothing about a change."""
    return bool(words) and words[0] in _HARMLESS


def is_check(words: tuple[str, ...]) -> bool:
    """Whether this command looks like one whose failure is what a job is for."""
    return bool(words) and bool(_CHECKS.fullmatch(words[0]))


def is_inline(words: tuple[str, ...]) -> bool:
    """Whether the command is a program written into its own arguments (`python -c`, `sh -c`, `node -e`)."""
    return any(re.fullmatch(r"-[a-z]*[ce]", word) for word in words[1:]) and bool(_INLINE.fullmatch(words[0]))


def is_test_runner(words: tuple[str, ...]) -> bool:
    """Whether the command runs tests, of which its arguments choose some."""
    return any(TEST_RUNNERS.fullmatch(word) for word in words[:4])


def options_set(words: tuple[str, ...]) -> dict[str, bool]:
    """What `set` turns on or off of the two options that matter: `set -euo pipefail`."""
    if words[:1] != ("set",):
        return {}
    return dict(_options(words[1:]))


def _options(words: tuple[str, ...]) -> Iterator[tuple[str, bool]]:
    for place, word in enumerate(words):
        if word == "--":
            return
        match = re.fullmatch(r"([-+])([A-Za-z]+)", word)
        if match is None:
            continue
        is_on = match[1] == "-"
        if "e" in match[2]:
            yield "errexit", is_on
        named = words[place + 1] if match[2].endswith("o") and place + 1 < len(words) else ""
        if named in ("errexit", "pipefail"):
            yield named, is_on


def _unquoted(node: Node) -> str:
    text = plain(node)
    if node.type == "command_name" and node.named_children:
        return _unquoted(node.named_children[0])
    if node.type in ("string", "raw_string") and len(text) >= 2:
        return text[1:-1]
    if node.type == "concatenation":
        return "".join(_unquoted(one) for one in node.named_children)
    return text
