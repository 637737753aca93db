"""What is installed is what the locks name, by its digest, from the registry that everybody uses."""

import json
import re
from collections.abc import Iterator

from pipeline.gates.workflow.rule import Found, Look, Rule
from pipeline.gates.workflow.tree import SCRIPTS, Tree

_INDEX = re.compile(
    r"^\s*(?:-i\b|-f\b|--(?:extra-)?index-url|--find-links|--trusted-host|--no-index|--pre\b)", re.MULTILINE
)
_REQUIREMENT = re.compile(r"^(?P<name>[A-Za-z0-9][\w.-]*)(?:\[[^]]*\])?\s*(?P<rest>.*)$")
_VARIABLE = re.compile(
    r"\b(?:PIP|UV|NPM_CONFIG)_(?:EXTRA_)?(?:INDEX|INDEX_URL|DEFAULT_INDEX|FIND_LINKS|TRUSTED_HOST|REGISTRY|INSECURE_HOST)\b|"
    r"--(?:extra-)?index-url|--registry|--trusted-host|--no-verify-hashes",
    re.IGNORECASE,
)
_OPTIONS = re.compile(r"\b(?:(?:uv )?pip (?:install|sync)|npm install|npm i)\b(?![^\n]*--require-hashes)")
_BY_DIGEST = ("--require-hashes", " ci ")


def _check(look: Look) -> Iterator[Found]:
    for path, text in look.now.texts.items():
        if path.startswith("locks/") and path.endswith(".txt") and not path.endswith("overrides.txt"):
            yield from _requirements(path, text)
    yield from _npm(look.now)
    yield from _registries(look.now)
    yield from _installed(look)
    for path in look.base.texts if look.base else ():
        if (path.startswith("locks/") or path == "package-lock.json") and path not in look.now.texts:
            yield Found(f"{path}:1", "the lock is gone; the base release had it")


def _requirements(path: str, text: str) -> Iterator[Found]:
    for match in _INDEX.finditer(text):
        yield Found(
            f"{path}:{text.count('\n', 0, match.start()) + 1}", f"`{match[0].strip()}`: another place to install from"
        )
    logical = text.replace("\\\n", " \x00")
    line = 1
    for row in logical.split("\n"):
        found = _REQUIREMENT.match(row)
        if found and "--hash=sha256:" not in row:
            yield Found(f"{path}:{line}", f"{found['name']} has no digest: whatever answers to its name is installed")
        elif found and not found["rest"].startswith("=="):
            yield Found(f"{path}:{line}", f"{found['name']} has no exact version")
        line += 1 + row.count("\x00")


def _npm(tree: Tree) -> Iterator[Found]:
    text = tree.texts.get("package-lock.json")
    if text is None:
        return
    try:
        packages = json.loads(text)["packages"]
        for name, told in packages.items():
            if not name or told.get("link"):
                continue
            if not str(told.get("integrity", "")).startswith("sha512-"):
                yield Found("package-lock.json:1", f"{name} has no digest")
            resolved = str(told.get("resolved", ""))
            if resolved and not resolved.startswith("https://registry.npmjs.org/"):
                yield Found("package-lock.json:1", f"{name} comes from {resolved.split('?')[0][:80]}")
    except (ValueError, KeyError, AttributeError) as problem:
        yield Found("package-lock.json:1", f"it can't be read: {problem}")


def _registries(tree: Tree) -> Iterator[Found]:
    for number, line in enumerate(tree.texts.get(".npmrc", "").splitlines(), start=1):
        name, _, value = line.partition("=")
        if name.strip().endswith("registry") and value.strip().rstrip("/") != "https://registry.npmjs.org":
            yield Found(f".npmrc:{number}", "another registry to install from")
        if name.strip() in ("strict-ssl", "package-lock") and value.strip() == "false":
            yield Found(f".npmrc:{number}", f"{name.strip()} is off")
    for document in tree.runnables:
        for number, line in enumerate(document.text.splitlines(), start=1):
            if found := _VARIABLE.search(line):
                yield Found(f"{document.path}:{number}", f"`{found[0]}`: another place to install from")
    settings = tree.texts.get("pyproject.toml", "")
    for match in re.finditer(
        r"^\s*(?:\[\[?tool\.uv\.(?:index|pip)\]?\]|(?:extra-)?index-url\s*=|find-links\s*=|index-strategy\s*=)",
        settings,
        re.MULTILINE,
    ):
        yield Found(
            f"pyproject.toml:{settings.count('\n', 0, match.start()) + 1}",
            f"`{match[0].strip()}`: another place to install from",
        )


def _installed(look: Look) -> Iterator[Found]:
    """By digests, and not anew: `--require-hashes`, `npm ci`."""
    for script in look.now.scripts:
        for number, row in enumerate(script.text.splitlines()):
            if "locks/" in row and _OPTIONS.search(row):
                yield Found(f"{script.path}:{script.line + number}", "a lock is installed without --require-hashes")
    for path, old in look.base.texts.items() if look.base else ():
        for word in _BY_DIGEST if path.startswith(SCRIPTS) else ():
            if old.count(word) > look.now.texts.get(path, old).count(word):
                yield Found(
                    f"{path}:1", f"`{word.strip()}` stood here in the base release: what is installed may be another"
                )


RULE = Rule(
    id="lock-is-weak",
    what="a requirement without its digest or exact version, another index or registry, a lock that is gone",
    why="a package is what its digest says; without it, it is whatever the fastest registry answers",
    fix="resolve the locks anew with scripts/lock, and let them be",
    models="S02; dependency confusion",
    check=_check,
)
