"""Variables by which a tool looks elsewhere, or at less."""

from dataclasses import replace

import pytest

from pipeline.gates.workflow.rule import Look
from pipeline.gates.workflow.rules import variable_is_steering
from tests.unit.pipeline.gates.workflow.world import MAIN, edited, product, refusals, rules_against, texts
from tests.unit.pipeline.gates.world import TODAY

SET_UP = "scripts/environment.sh"
EXPORTS = "export HOME\n"


@pytest.mark.parametrize(
    "line",
    [
        "export SLIPWAY_FIRST_RELEASE=${SLIPWAY_FIRST_RELEASE:-1}",
        "export SLIPWAY_ADVISORIES=https://elsewhere.example/v1",
        "export AWS_ENDPOINT_URL=http://127.0.0.1:4566",
        "export PYTHONOPTIMIZE=1 # a little quicker",
        "PYTEST_ADDOPTS='-k not_slow' pytest",
        "env HYPOTHESIS_PROFILE=quick pytest",
        "declare -x LD_PRELOAD=/tmp/x.so",
        ": ${NODE_TLS_REJECT_UNAUTHORIZED:=0}",
        'echo "COVERAGE_RCFILE=/dev/null" >>"$GITHUB_ENV"',
        "export BASH_ENV=/tmp/x",
    ],
)
def test_a_variable_that_a_script_sets_newly_is_told(line: str) -> None:
    given = edited(SET_UP, EXPORTS, f"{EXPORTS}{line}\n")
    assert "variable-is-steering" in rules_against(given, texts())


@pytest.mark.parametrize(
    "line",
    [
        "export SLIPWAY_HOME=${SLIPWAY_HOME:-/tmp/slipway}",
        "UV_CACHE_DIR=/var/tmp/uv",
        'export SLIPWAY_NPM_PATH="/tmp/npm"',
        "PYTHON_ROOT=/dev/shm/python",
    ],
)
def test_a_folder_of_tools_that_anybody_may_make_first_is_told(line: str) -> None:
    given = edited(SET_UP, EXPORTS, f"{EXPORTS}{line}\n")
    (told,) = refusals(given, texts(), only="variable-is-steering")
    assert "anybody may make first" in told.what
    assert rules_against(given, given, only="variable-is-steering") == set()


@pytest.mark.parametrize(
    "line", ["export SLIPWAY_HOME=${SLIPWAY_HOME:-$HOME/tmp}", "made=$(mktemp -d /tmp/x.XXXX)", "answer=/tmp/answer"]
)
def test_what_is_ones_own_or_no_tool_is_none(line: str) -> None:
    given = edited(SET_UP, EXPORTS, f"{EXPORTS}{line}\n")
    assert rules_against(given, texts(), only="variable-is-steering") == set()


def test_so_is_one_of_a_workflow() -> None:
    given = edited(MAIN, "jobs:\n", "env:\n  PYTHONOPTIMIZE: 1\n\njobs:\n")
    assert "variable-is-steering" in rules_against(given, texts())


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("pipeline/cloud/steps.py", 'ENVIRONMENT = {"SLIPWAY_FIRST_RELEASE": "1"}'),
        ("tests/conftest.py", 'os.environ["PYTHONOPTIMIZE"] = "1"'),
        ("tests/unit/conftest.py", 'os.environ.setdefault("HYPOTHESIS_PROFILE", "quick")'),
    ],
)
def test_so_is_one_of_a_build_and_of_what_tests_begin_with(path: str, line: str) -> None:
    before = product()
    now = replace(before, code={**before.code, path: f"{before.code.get(path, '')}\n{line}\n"})
    assert [one.where.split(":")[0] for one in variable_is_steering.RULE.findings(Look(now, before, TODAY))] == [path]


@pytest.mark.parametrize(
    "line",
    [
        '[ -z "${SLIPWAY_FIRST_RELEASE:-}" ] || say "the first"',
        "export SLIPWAY_HOME=/somewhere",
        "# PYTHONOPTIMIZE is never set here",
        'test "$PYTEST_CURRENT_TEST" = x',
    ],
)
def test_what_is_read_or_steers_nothing_is_welcome(line: str) -> None:
    others = rules_against(edited(SET_UP, EXPORTS, f"{EXPORTS}{line}\n"), texts())
    assert others <= {"required-script-is-hollow"}  # which any other command is


def test_what_the_base_release_sets_already_may_stay() -> None:
    given = edited(SET_UP, EXPORTS, f"{EXPORTS}export PYTHONOPTIMIZE=1\n")
    assert "variable-is-steering" not in rules_against(given, given)
