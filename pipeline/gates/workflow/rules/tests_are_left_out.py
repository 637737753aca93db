"""No command leaves out what it was to check, or succeeds whatever it finds: `-k`, `--deselect`, `--soft-fail`."""

import re
from collections.abc import Iterator, Mapping

from pipeline.gates.workflow.asking import lines_with, settings_in
from pipeline.gates.workflow.counted_code import words_in
from pipeline.gates.workflow.expression import without_templates
from pipeline.gates.workflow.rule import Found, Look, Rule
from pipeline.gates.workflow.shell import commands_in
from pipeline.gates.workflow.tree import Tree
from pipeline.gates.workflow.words import TEST_RUNNERS

_OF_TESTS = re.compile(
    r"-[km]|-k.+|-m.*not.*|--deselect.*|--ignore(?:-glob)?(?:=.*)?|--lf|--last-failed|--co(?:llect-only)?|--no-cov"
    r"|--continue-on-collection-errors|--cov-fail-under(?:=.*)?|--maxfail=0|--setup-(?:only|plan)|--sw(?:-skip)?"
    r"|--stepwise(?:-skip)?|--nf|--hypothesis-profile(?:=.*)?|--override-ini(?:=.*)?|-p(?:no:.*)?|--noconftest"
)
_OF_ANY = re.compile(
    r"--soft-fail(?:-on)?(?:=.*)?|--exit-zero(?:=.*)?|--no-exit-codes?|--no-verify|--allow-failures?|--suppress-tests"
    r"|--skip-(?:check|test|path|framework|dir|file)s?(?:=.*)?|--no-fail(?:-on-\w+|ure)?|--pass-?with-?no-?tests"
    r"|--exit-code=0|-Dmaven\.test\.skip.*|-DskipTests.*|--fail-under=0|--non-zero-exit-code=0|--no-error-on-\S+",
    re.IGNORECASE,
)
_VARIABLES = re.compile(
    r"PYTEST_ADDOPTS|PYTEST_PLUGINS|PYTEST_DISABLE_PLUGIN_AUTOLOAD|SKIP|SKIP_\w+|\w+_SKIP|\w*SOFT_FAIL\w*|CKV_\w*SKIP\w*"
)
_CHOOSES = re.compile(r"-k|--.+")
"""Options that can't be another program's; `-m` and `-p` can."""
_CHOICES = ("norecursedirs", "python_files", "python_functions", "python_classes")
"""By which names pytest finds tests."""


def _check(look: Look) -> Iterator[Found]:
    yield from _commands(look)
    yield from _environs(look.now)
    yield from _settings(look)
    yield from _gates(look)


def _commands(look: Look) -> Iterator[Found]:
    known = {
        (script.path, tuple(words))
        for script in (look.base.scripts if look.base else ())
        if script.is_file
        for _, words in commands_in(without_templates(script.text))
    }
    for script in look.now.scripts:
        for line, words in commands_in(without_templates(script.text)):
            left = tuple(_leaving_out(words))
            if left and (script.path, tuple(words)) not in known:
                where = f"{script.path}:{script.line + line - 1}"
                yield Found(where, f"`{' '.join(words)[:80]}`: {', '.join(left)} leaves something out")


def _leaving_out(words: tuple[str, ...]) -> Iterator[str]:
    """The options that do so. What stands behind the program that tests is read as pytest does: `-m` chooses there."""
    tests = next((place for place, word in enumerate(words) if TEST_RUNNERS.fullmatch(word)), len(words))
    for place, word in enumerate(words[1:], start=1):
        variable = re.match(r"(\w+)=", word)
        is_variable = variable is not None and _VARIABLES.fullmatch(variable[1])
        if is_variable or _OF_ANY.fullmatch(word) or (place > tests and _OF_TESTS.fullmatch(word)):
            yield word


def _environs(tree: Tree) -> Iterator[Found]:
    held: list[tuple[str, int, Mapping[str, str]]] = [(path, step.line, step.environ) for path, step in tree.steps()]
    held += [(workflow.path, job.line, job.environ) for workflow, job in tree.jobs()]
    held += [(workflow.path, 1, workflow.environ) for workflow in tree.workflows]
    for path, line, environ in held:
        for name in filter(_VARIABLES.fullmatch, environ):
            yield Found(f"{path}:{line}", f"{name} can leave tests or checks out")
    for script in tree.step_scripts:
        for number, row in enumerate(script.text.splitlines()):
            found = re.search(rf"\b(?:{_VARIABLES.pattern})=", row)
            if found:
                yield Found(f"{script.path}:{script.line + number}", f"{found[0]}… can leave tests or checks out")


def _settings(look: Look) -> Iterator[Found]:
    """`[tool.pytest.ini_options]`: what pytest is told in every run."""
    now, old = _pytest(look.now), _pytest(look.base) if look.base else {}
    text = look.now.texts.get("pyproject.toml", "")
    known = _listed(old.get("addopts"))
    for word in _listed(now.get("addopts")):
        if (_OF_TESTS.fullmatch(word) or _OF_ANY.fullmatch(word)) and word not in known:
            yield Found(f"pyproject.toml:{lines_with(text, 'addopts')}", f"{word} of pytest's addopts leaves tests out")
    for path in _listed(old.get("testpaths")):
        is_there = any(file.startswith(f"{path}/") for file in look.now.paths)
        if is_there and path not in _listed(now.get("testpaths")):
            yield Found(f"pyproject.toml:{lines_with(text, 'testpaths')}", f"pytest's testpaths no longer hold {path}")
    for name in _CHOICES:
        if look.base and now.get(name) != old.get(name):
            where = f"pyproject.toml:{lines_with(text, name)}"
            yield Found(where, f"pytest's {name} is another than in the base release", told=True)


def _gates(look: Look) -> Iterator[Found]:
    """What the gates hand to their tools: an option that leaves out, in a file that changed."""
    before = look.base.code if look.base else look.now.code
    for path, source in look.now.code.items():
        if path.startswith("pipeline/") and source != before.get(path):
            for word in sorted(words_in(source) - words_in(before.get(path, ""))):
                if _OF_ANY.fullmatch(word) or (_CHOOSES.fullmatch(word) and _OF_TESTS.fullmatch(word)):
                    yield Found(
                        f"{path}:{lines_with(source, word)}", f"{word} is handed to a tool, and leaves something out"
                    )


def _listed(value: object) -> tuple[str, ...]:
    """pytest takes a list, or words in a row."""
    return tuple(map(str, value)) if isinstance(value, list) else tuple(str(value or "").split())


def _pytest(tree: Tree) -> dict[str, object]:
    told = settings_in(tree.texts.get("pyproject.toml", ""))
    settings: object = told.get("tool", {}).get("pytest", {}).get("ini_options", {})
    return settings if isinstance(settings, dict) else {}


RULE = Rule(
    id="tests-are-left-out",
    what="an option, a variable or a setting that leaves checks out, or has a tool succeed whatever it finds",
    why="what was not asked can't refuse, and the page is green",
    fix="take it away; a finding that one lives with is waived by its rule and place, with a reason and a day",
    models="W16, W22",
    check=_check,
)
