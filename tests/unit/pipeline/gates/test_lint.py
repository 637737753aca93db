"""The gate `lint` over a small source, with the real tools but for mypy, whose first look takes seconds."""

import subprocess
from pathlib import Path

import pytest

from pipeline.gates import lint
from pipeline.gates.context import Context
from pipeline.gates.judge import Asked, judge
from pipeline.gates.tools import mypy
from pipeline.plan.delivery import LINT
from pipeline.record.verdict import Outcome
from tests.unit.pipeline.gates.world import Toolbox, context, put

PROJECT = """
[tool.ruff.lint]
select = ["F"]
[tool.importlinter]
root_package = "api"
[[tool.importlinter.contracts]]
name = "the domain stands alone"
type = "forbidden"
source_modules = ["api.domain"]
forbidden_modules = ["api.adapters"]
"""
SUCCESS = "Success: no issues found in 3 source files\n"


@pytest.fixture
def source(tmp_path: Path) -> Context:
    """A source that has nothing wrong with it."""
    put(
        tmp_path / "src",
        pyproject_dot_toml=PROJECT,
        scripts__setup="#!/bin/sh\necho hello\n",
    )
    for name in ("api/__init__", "api/domain", "api/adapters"):
        path = tmp_path / "src" / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text('"""Nothing."""\n')
    return context(tmp_path / "src", LINT)


def found(source: Context) -> list[str]:
    evidence = lint.gather(source)
    assert evidence.broken == ()
    assert evidence.measured == {"findings": len(evidence.findings)}
    return [f"{finding.where} {finding.what}" for finding in evidence.findings]


def test_a_good_source_has_no_findings_and_all_of_it_is_counted(source: Context, tools: Toolbox) -> None:
    tools.say("mypy", SUCCESS)
    evidence = lint.gather(source)
    assert (evidence.findings, evidence.broken) == ((), ())
    counted = {part.tool: part.checked for part in evidence.parts}
    assert counted == {"mypy": 3, "ruff": 3, "ruff format": 3, "import-linter": 1, "shellcheck": 1, "bidi": 5}
    assert (evidence.checked, evidence.checked_what) == (3, "files")
    assert evidence.summary == "0 found, 3 files, 1 contract, 1 script, 5 text files checked"


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("pyproject.toml", PROJECT + "[tool.ruff]\ninclude = ['pyproject.toml', 'api/[_d]*.py']\n"),
        ("pyproject.toml", PROJECT + "[tool.ruff]\nextend-exclude = ['adapters.py']\n"),
        ("pyproject.toml", PROJECT + "[tool.ruff]\nexclude = ['api/a*']\nforce-exclude = true\n"),
        ("api/ruff.toml", "exclude = ['adapters.py']\n"),
        ("api/.ruff.toml", "include = ['domain.py', '__init__.py']\n"),
        (".gitignore", "adapters.py\n"),
        (".ignore", "adapters.py\n"),
    ],
)
def test_a_file_that_ruff_leaves_out_is_named_whatever_hides_it(
    source: Context, tools: Toolbox, file: str, text: str
) -> None:
    tools.say("mypy", SUCCESS)
    for argv in (["init", "-q"], ["add", "--all"]):
        subprocess.run(["git", "-C", str(source.root), *argv], check=True)
    (source.root / file).write_text(text)
    assert "api/adapters.py:1 ruff does not look at it, and so finds nothing there" in found(source)


def test_each_tool_s_findings_are_told(source: Context, tools: Toolbox) -> None:
    tools.say("mypy", "api/domain.py:1: error: odd  [misc]\nFound 1 error in 1 file (checked 3 source files)\n", 1)
    (source.root / "api/domain.py").write_text(f'"""{chr(0x202E)}"""\nimport api.adapters\nx = (1)\n')
    (source.root / "scripts/setup").write_text("#!/bin/sh\necho $1\n")
    assert found(source) == [
        "api/domain.py:1 odd  [misc]",
        "api/domain.py:2 F401 `api.adapters` imported but unused",
        "api/domain.py:2 unformatted File would be reformatted",
        "api/domain.py:2 api.domain imports api.adapters, against “the domain stands alone”",
        "scripts/setup:2 SC2086 Double quote to prevent globbing and word splitting.",
        "api/domain.py:1 bidirectional control U+202E",
    ]


def outcome(source: Context) -> Outcome:
    return judge(LINT, lint.gather(source), Asked("again")).outcome


@pytest.mark.parametrize("code", [2, 139])
def test_a_type_checker_that_crashes_is_our_failure(source: Context, tools: Toolbox, code: int) -> None:
    tools.say("mypy", "INTERNAL ERROR -- please report a bug", code)
    assert outcome(source) is Outcome.BROKE


def test_a_source_that_does_not_parse_is_the_change_s_failure(source: Context, tools: Toolbox) -> None:
    tools.say("mypy", "api/domain.py:1: error: invalid syntax  [syntax]\nFound 1 error (errors prevented it)\n", 2)
    assert outcome(source) is Outcome.REFUSED


def test_a_tool_that_is_not_installed_is_our_failure(source: Context, tools: Toolbox) -> None:
    tools.say("mypy", SUCCESS)
    tools.lose("shellcheck")
    assert outcome(source) is Outcome.BROKE


def test_too_little_looked_at_is_refused(source: Context, tools: Toolbox) -> None:
    tools.say("mypy", SUCCESS)
    assert outcome(source) is Outcome.REFUSED  # 3 files; the plan expects far more


def test_a_contract_about_a_module_that_is_gone_is_the_change_s_failure(source: Context, tools: Toolbox) -> None:
    tools.say("mypy", SUCCESS)
    (source.root / "api/adapters.py").unlink()
    assert found(source) == ["pyproject.toml:1 [tool.importlinter] names api.adapters, which is gone"]


def test_a_package_that_is_gone_is_named_by_each_tool_that_was_to_look_at_it(source: Context, tools: Toolbox) -> None:
    tools.say("mypy", code=2, err="Can't find package 'tests'\n")
    listed = PROJECT.replace('root_package = "api"', 'root_packages = ["api", "tests"]')
    (source.root / "pyproject.toml").write_text(listed)
    assert found(source) == [
        "pyproject.toml:1 [tool.mypy] names the package tests, which is gone",
        "pyproject.toml:1 [tool.importlinter] names tests, which is gone",
    ]


def test_a_package_that_is_there_and_not_found_is_our_failure(source: Context, tools: Toolbox) -> None:
    tools.say("mypy", code=2, err="Can't find package 'api'\n")
    assert outcome(source) is Outcome.BROKE


def test_a_type_checker_that_does_not_say_how_much_it_checked_is_our_failure(source: Context, tools: Toolbox) -> None:
    tools.say("mypy", "All is well\n")
    (broken,) = lint.gather(source).broken
    assert broken == "mypy: mypy does not say how much it checked: All is well"


def test_the_type_checker_s_cache_lies_outside_the_source(source: Context, tools: Toolbox) -> None:
    tools.say("mypy", SUCCESS, also='echo "$@"')
    mypy.check(source)
    assert f"--cache-dir {source.cache}/mypy/unlocked" in (source.out / "mypy.log").read_text()
