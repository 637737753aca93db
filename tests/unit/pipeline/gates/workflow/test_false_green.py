"""Changes that keep a page green and prove less: each is refused, by the rule that is for it."""

import re

import pytest

from tests.unit.pipeline.gates.workflow.world import (
    CHECKOUT,
    DEPLOY,
    MAIN,
    PULL_REQUEST,
    edited,
    refusals,
    rules_against,
    texts,
)

REQUIRED = ".github/required.toml"
NIGHTLY = ".github/workflows/nightly.yml"
REHEARSE = "run: scripts/rehearse --approve --strict"
UPLOAD = "- name: Keep the report"
ACTION = "name: t\ndescription: t\nruns:\n  using: composite\n  steps:\n"
PROVED = {"required-command-is-changed"}


def test_the_product_and_a_team_that_deploys_are_left_in_peace() -> None:
    assert refusals(texts()) == []


@pytest.mark.parametrize(
    "command",
    [
        "scripts/rehearse --approve --strict || true",
        "'scripts/rehearse --approve --strict || :'",
        "scripts/rehearse --approve --strict || echo failed",
        "scripts/rehearse --approve --strict; true",
        "scripts/rehearse --approve --strict | tee log",
        "scripts/rehearse --approve --strict &",
        "scripts/rehearse --approve",
        "scripts/rehearse --help",
        "scripts/rehearse --approve --strict --ref main",
        "timeout 1 scripts/rehearse --approve --strict || exit 0",
        "echo scripts/rehearse --approve --strict",
        "true",
        "'! scripts/rehearse --approve --strict'",
        "bash -c 'scripts/rehearse --approve --strict; exit 0'",
        "'if scripts/rehearse --approve --strict; then echo yes; fi'",
        "'set +e; scripts/rehearse --approve --strict'",
        "python -c 'pass'",
    ],
)
def test_a_required_command_is_what_it_was_word_for_word(command: str) -> None:
    assert rules_against(edited(PULL_REQUEST, REHEARSE, f"run: {command}")) >= PROVED


@pytest.mark.parametrize(
    "step",
    [
        "run: echo 'PYTEST_ADDOPTS=-k nothing' >> \"$GITHUB_ENV\"",
        "run: rm -r tests/rehearsal",
        "run: printf '#!/bin/sh' > scripts/rehearse",
        "run: git checkout HEAD~1 -- tests",
        "run: sed -i s/2_850/1/ pipeline/plan/delivery.py",
    ],
)
def test_nothing_is_prepared_before_the_proof(step: str) -> None:
    changed = edited(PULL_REQUEST, "- name: Rehearse", f"- name: Prepare\n        {step}\n\n      - name: Rehearse")
    assert rules_against(changed) >= PROVED


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (REHEARSE, f"{REHEARSE}\n        env:\n          PYTEST_ADDOPTS: -k nothing"),
        (REHEARSE, f"{REHEARSE}\n        working-directory: /tmp"),
        ("    runs-on: ubuntu-24.04", "    runs-on: ubuntu-24.04\n    env:\n      BASH_ENV: /tmp/x"),
        ("permissions: {}", "permissions: {}\n\nenv:\n  PATH: /tmp"),
        ("permissions: {}", "permissions: {}\n\ndefaults:\n  run:\n    working-directory: docs"),
        ("    runs-on: ubuntu-24.04", "    runs-on: ubuntu-24.04\n    container: example/own@sha256:" + "0" * 64),
    ],
)
def test_a_proof_has_no_surroundings_of_its_own(old: str, new: str) -> None:
    assert rules_against(edited(PULL_REQUEST, old, new)) >= PROVED


@pytest.mark.parametrize(
    "given",
    ["ref: main", "ref: ${{ github.base_ref }}", "repository: example/other", "path: there", "sparse-checkout: docs"],
)
def test_a_required_job_checks_out_what_it_is_asked_for(given: str) -> None:
    changed = edited(PULL_REQUEST, "          fetch-depth: 0\n", f"          fetch-depth: 0\n          {given}\n")
    assert rules_against(changed) >= PROVED


def test_a_required_job_has_the_history_that_the_base_is_found_in() -> None:
    for new in ("", "          fetch-depth: 1\n"):
        assert rules_against(edited(PULL_REQUEST, "          fetch-depth: 0\n", new)) >= PROVED


def test_a_required_job_is_prepared_by_actions_of_the_tree_only_with_its_own_commands() -> None:
    step = "      - name: Set up\n"
    changed = edited(PULL_REQUEST, step, f"      - uses: ./.github/actions/t\n\n{step}")
    for run, refused in (("scripts/setup", False), ("git checkout main", True)):
        action = {".github/actions/t/action.yml": f"{ACTION}    - run: {run}\n      shell: bash\n"}
        assert ("required-command-is-changed" in rules_against({**changed, **action})) is refused
    script = f"      - uses: actions/github-script@{'0' * 40} # v8\n        with:\n          script: x()\n\n{step}"
    assert rules_against(edited(PULL_REQUEST, step, script)) >= PROVED


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("run: scripts/mutation", "run: scripts/mutation --class workflow", "required-command-is-changed"),
        ("run: scripts/compatibility", "run: scripts/compatibility HEAD 1", "required-command-is-changed"),
        ("17 2 * * *", "17 2 31 2 *", "required-check-is-gone"),
        ('  schedule:\n    - cron: "17 2 * * *"\n', "", "required-check-is-gone"),
        ("  sweep:\n", "  sweep:\n    if: github.repository == 'exmaple/orders'\n", "required-job-may-be-skipped"),
        ("    name: releases\n", "    name: nothing\n", "required-check-is-gone"),
    ],
)
def test_what_is_asked_by_night_is_asked_as_it_was(old: str, new: str, rule: str) -> None:
    """Nothing waits for it, and so nobody would miss it."""
    assert rule in rules_against(edited(NIGHTLY, old, new))


def test_a_second_sweep_by_the_clock_may_be_called_the_same() -> None:
    weekly = texts()[NIGHTLY].replace("17 2 * * *", "17 3 * * 6").replace("nightly", "weekly")
    assert rules_against(texts(**{".github/workflows/weekly.yml": weekly}), only="required-check-is-gone") == set()


def test_another_hour_beside_the_one_that_was_agreed_upon_is_nobody_s_business() -> None:
    more = '- cron: "17 2 * * *"\n    - cron: "17 14 * * *"'
    assert rules_against(edited(NIGHTLY, '- cron: "17 2 * * *"', more)) == set()


def test_the_digest_of_a_script_that_changed_is_told() -> None:
    changed = edited("scripts/environment.sh", "export PATH\n", "umask 077\nexport PATH\n")
    (told,) = [one for one in refusals(changed) if one.where.startswith("scripts/environment.sh")]
    digest = told.what.rsplit(" ", 1)[-1]
    followed = {**changed, REQUIRED: re.sub(r'(environment.sh"\ndigest = ")\w+', rf"\g<1>{digest}", changed[REQUIRED])}
    assert rules_against(followed) == {"requirement-is-weakened"}


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("scripts/test", 'check "$@"', 'check lint "$@"'),
        ("scripts/test", "exec ", "echo "),
        ("scripts/rehearse", 'rehearse "$@"', 'rehearse --help "$@"'),
        ("scripts/slipway", "exec python -P -m pipeline.cli", "exec python -P -m pipeline.other"),
        (".ci/run", "exec scripts/test", "exec scripts/test lint"),
        (".ci/run", "set -euo pipefail\n", ""),
        (".ci/run", "exec scripts/test", "exec scripts/test\ntrue"),
        ("scripts/mutation", "-m pipeline.mutation", "-m pipeline.mutation --list"),
        ("scripts/setup", "environment.sh", "environment.sh; exit"),
        ("scripts/compatibility", ":-10000", ":-1"),
        ("scripts/environment.sh", "export PATH\n", 'export PATH\n[ -z "${GITHUB_RUN_ID:-}" ] || set -- doctor\n'),
        ("scripts/environment.sh", "PATH=$development/bin:", "PATH=$root/.ci/bin:$development/bin:"),
    ],
)
def test_the_scripts_of_required_checks_do_what_they_did(path: str, old: str, new: str) -> None:
    assert "required-script-is-hollow" in rules_against(edited(path, old, new))


def test_comments_of_those_scripts_are_free_and_the_scripts_there() -> None:
    assert rules_against(edited("scripts/test", "# The whole", "# Still the whole")) == set()
    assert rules_against(edited("scripts/environment.sh", "# Sourced, never run.", "# Sourced.")) == set()
    gone = {path: text for path, text in texts().items() if path != "scripts/test"}
    assert rules_against(gone) == {"required-script-is-hollow"}
    both = edited("scripts/test", 'check "$@"', 'check lint "$@"')
    both[REQUIRED] = both[REQUIRED].replace('check "$@"', 'check lint "$@"')
    assert rules_against(both) == {"requirement-is-weakened"}


def test_a_job_runs_no_fewer_checks_than_it_did() -> None:
    step = "      - run: scripts/test\n"
    assert rules_against(edited(DEPLOY, step, "      - run: echo later\n")) == {"job-is-gone"}
    for run in ("scripts/test lint", "python -c 'print()'"):
        assert "job-is-gone" in rules_against(edited(DEPLOY, step, f"      - run: {run}\n"))
    for run in ("scripts/rehearse", "sh -c 'scripts/test'"):
        assert rules_against(edited(DEPLOY, step, f"      - run: {run}\n")) == set()


@pytest.mark.parametrize(
    "condition", ["vars.TEST == 'yes'", "github.ref == 'refs/heads/none'", "github.event_name == 'push'"]
)
def test_what_always_ran_is_not_skipped_now(condition: str) -> None:
    step = "      - run: scripts/test\n"
    assert "job-is-gone" in rules_against(edited(DEPLOY, step, f"{step}        if: {condition}\n"))
    assert "job-is-gone" in rules_against(edited(DEPLOY, "  build:\n", f"  build:\n    if: {condition}\n"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    name: rehearse", "    name: rehearsal"),
        ("  merge_group:\n", ""),
        ("  merge_group:", "  merge_group:\n    types: [destroyed]"),
        ("  pull_request:\n    branches: [main]\n", ""),
        ("    branches: [main]", "    branches: [release]"),
        ("    branches: [main]", "    branches: [main]\n    paths: ['api/**']"),
        ("    branches: [main]", "    branches: [main]\n    paths-ignore: ['**.md']"),
        ("    branches: [main]", "    branches-ignore: ['m*']"),
        ("    branches: [main]", "    branches: [main, '!main']"),
        ("    branches: [main]", "    branches: [main]\n    types: [labeled]"),
        ("    branches: [main]", "    branches: [main]\n    types: [opened, reopened]"),
    ],
)
def test_a_required_check_is_asked_whenever_it_must_be(old: str, new: str) -> None:
    assert "required-check-is-gone" in rules_against(edited(PULL_REQUEST, old, new))


def test_a_second_job_of_the_same_name_passes_for_none() -> None:
    twin = (
        texts()[DEPLOY]
        .replace("workflow_dispatch:", "pull_request:")
        .replace("  build:\n", "  build:\n    name: rehearse\n")
    )
    assert "required-check-is-gone" in rules_against(texts(**{DEPLOY: twin}))


def test_a_workflow_that_is_gone_is_missed() -> None:
    whole = texts()
    del whole[PULL_REQUEST]
    assert {"required-check-is-gone"} <= rules_against(whole)
    renamed = {**whole, f"{PULL_REQUEST}.off": texts()[PULL_REQUEST]}
    assert {"required-check-is-gone"} <= rules_against(renamed)


def test_a_required_job_that_compares_with_nothing_needs_no_history() -> None:
    doctor = "jobs:\n  doctor:\n    name: doctor\n    runs-on: ubuntu-24.04\n    permissions:\n      contents: read\n"
    doctor += f"    steps:\n      - uses: {CHECKOUT}\n        with:\n          persist-credentials: false\n"
    whole = edited(PULL_REQUEST, "jobs:\n", f"{doctor}      - run: scripts/slipway doctor\n\n")
    asked = '[[check]]\nname = "doctor"\nworkflow = ".github/workflows/pull-request.yml"\n'
    whole[REQUIRED] += f'\n{asked}events = ["pull_request", "merge_group"]\nrun = ["scripts/slipway doctor"]\n'
    assert rules_against(whole, only="required-command-is-changed") == set()
    whole[REQUIRED] = whole[REQUIRED].replace("scripts/slipway doctor", "scripts/test lint")
    whole[PULL_REQUEST] = whole[PULL_REQUEST].replace("scripts/slipway doctor", "scripts/test lint")
    assert rules_against(whole, only="required-command-is-changed") == PROVED


@pytest.mark.parametrize(
    "condition",
    ["false", "${{ false }}", "github.actor != 'dependabot[bot]'", "github.event_name == 'pull_request'",
     "github.event.pull_request.draft == false", "vars.REHEARSE == 'yes'",
     "${{ !github.event.merge_group }}", "failure()",
     "github.ref == 'refs/heads/main'", "contains(github.event.pull_request.labels.*.name, 'rehearse')"],
)  # fmt: skip
def test_a_required_job_is_never_skipped(condition: str) -> None:
    changed = edited(PULL_REQUEST, "    name: rehearse", f"    name: rehearse\n    if: {condition}")
    assert "required-job-may-be-skipped" in rules_against(changed)
    step = edited(PULL_REQUEST, REHEARSE, f"{REHEARSE}\n        if: {condition}")
    assert "required-job-may-be-skipped" in rules_against(step)


@pytest.mark.parametrize(
    "condition", ["always()", "${{ !cancelled() }}", "success()", "github.event_name != 'push'", "true"]
)
def test_a_condition_that_holds_whenever_it_is_asked_is_none(condition: str) -> None:
    changed = edited(PULL_REQUEST, "    name: rehearse", f"    name: rehearse\n    if: {condition}")
    assert "required-job-may-be-skipped" not in rules_against(changed)


def test_a_required_job_is_not_skipped_by_what_it_needs() -> None:
    first = "jobs:\n  first:\n    if: github.event_name == 'push'\n    runs-on: ubuntu-24.04\n"
    changed = edited(PULL_REQUEST, "jobs:\n", first)
    changed[PULL_REQUEST] = changed[PULL_REQUEST].replace("    name: rehearse", "    name: rehearse\n    needs: first")
    assert "required-job-may-be-skipped" in rules_against(changed)


CHEAP = "jobs:\n  lint:\n    name: lint\n    runs-on: ubuntu-24.04\n    steps:\n      - run: scripts/test lint\n"
NEEDS = "    name: rehearse\n    needs: lint"


def in_turn(then: str = "") -> dict[str, str]:
    """The required job behind a cheap one that may fail."""
    changed = edited(PULL_REQUEST, "jobs:\n", CHEAP)
    return {**changed, PULL_REQUEST: changed[PULL_REQUEST].replace("    name: rehearse", f"{NEEDS}{then}")}


@pytest.mark.parametrize("then", ["", "\n    if: success()", "\n    if: true", "\n    if: github.event_name != 'push'"])
def test_a_required_job_is_not_skipped_where_what_it_needs_has_failed(then: str) -> None:
    found = refusals(in_turn(then), only="required-job-may-be-skipped")
    assert [one.what.partition(" where ")[0] for one in found] == [
        "required-job-may-be-skipped job 'rehearse' is skipped on pull_request",
        "required-job-may-be-skipped job 'rehearse' is skipped on merge_group",
    ]


@pytest.mark.parametrize("then", ["\n    if: always()", "\n    if: ${{ !cancelled() }}"])
def test_a_required_job_that_runs_whatever_happened_may_need_another(then: str) -> None:
    assert rules_against(in_turn(then), only="required-job-may-be-skipped") == set()


def test_a_required_job_may_need_another_that_is_required() -> None:
    both = in_turn()
    lint = '[[check]]\nname = "lint"\nworkflow = ".github/workflows/pull-request.yml"\n'
    lint += 'events = ["pull_request", "merge_group"]\nrun = ["scripts/test lint"]\n'
    both[REQUIRED] += f"\n{lint}"
    assert rules_against(both, only="required-job-may-be-skipped") == set()


def test_a_required_job_has_no_matrix_that_may_be_empty() -> None:
    matrix = "    name: rehearse\n    strategy:\n      matrix:\n        part: ${{ fromJSON(vars.PARTS) }}"
    assert "required-job-may-be-skipped" in rules_against(edited(PULL_REQUEST, "    name: rehearse", matrix))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('events = ["pull_request", "merge_group"]', 'events = ["pull_request"]'),
        ('"scripts/rehearse --approve --strict"', '"scripts/rehearse --approve"'),
        (', "scripts/test"]', ', "scripts/test lint"]'),
        ('name = "test"', 'name = "tests"'),
    ],
)
def test_what_is_required_is_no_less_than_it_was(old: str, new: str) -> None:
    assert "requirement-is-weakened" in rules_against(edited(REQUIRED, old, new))


@pytest.mark.parametrize("text", ["", "[[check]]\nname = 1\n", "[[check", None])
def test_something_is_required(text: str | None) -> None:
    whole = {path: one for path, one in texts().items() if path != REQUIRED}
    assert "required-check-is-gone" in rules_against(whole if text is None else {**whole, REQUIRED: text})


@pytest.mark.parametrize("value", ["true", "${{ github.event_name == 'pull_request' }}", "'yes'", "${{ true }}"])
@pytest.mark.parametrize(
    ("path", "place"),
    [(PULL_REQUEST, "    timeout-minutes: 30"), (MAIN, "      - name: Test"), (DEPLOY, "      - name: Deploy")],
)
def test_a_failure_is_never_gone_past(path: str, place: str, value: str) -> None:
    indent = " " * (8 if "-" in place.split(":", 1)[0][:8] else 4)
    assert "failure-is-ignored" in rules_against(edited(path, place, f"{place}\n{indent}continue-on-error: {value}"))


@pytest.mark.parametrize(
    "condition",
    ["false", "${{ false }}", "github.event_name == 'pull_request_target'", "'' ",
     "github.ref == 'refs/heads/develop'", "1 > 2",
     "github.event_name == 'push' && false", "!true",
     "!(github.event_name == 'push' || github.event_name == 'workflow_dispatch')",
     "null", "0", "github.event_name == 'schedule' && always()", "always() && false", "(", "nothing("],
)  # fmt: skip
def test_a_step_that_is_switched_off_is_seen(condition: str) -> None:
    old = "      - run: scripts/test\n"
    whole = texts()[DEPLOY].replace("  workflow_dispatch:\n", "")
    changed = whole.replace(old, f"{old}        if: {condition}\n")
    assert changed != whole
    assert "condition-never-holds" in rules_against(texts(**{DEPLOY: changed}))


def test_a_condition_that_is_always_a_text_is_seen() -> None:
    changed = edited(DEPLOY, "environment: prod", "environment: prod\n    if: ${{ false }} && github.ref == 'x'")
    assert "condition-never-holds" in rules_against(changed)


@pytest.mark.parametrize(
    "condition",
    ["github.event_name == 'push'", "github.ref == 'refs/heads/main'", "failure()", "${{ !cancelled() }}",
     "inputs.deploy",
     "github.event_name == 'push' && github.repository == 'example/orders'", "startsWith(github.ref, 'refs/heads/')"],
)  # fmt: skip
def test_a_condition_that_may_hold_is_left_in_peace(condition: str) -> None:
    old = "      - run: scripts/test\n"
    changed = edited(DEPLOY, old, f"{old}        if: {condition}\n")
    assert "condition-never-holds" not in rules_against(changed)


@pytest.mark.parametrize("asked", [True, False])
def test_a_required_job_that_sums_others_up_asks_for_their_results(*, asked: bool) -> None:
    first = "jobs:\n  first:\n    runs-on: ubuntu-24.04\n    permissions: {}\n    steps:\n      - run: scripts/lint\n\n"
    changed = edited(PULL_REQUEST, "jobs:\n", first)
    sums = "    name: rehearse\n    needs: [first]\n    if: always()"
    text = changed[PULL_REQUEST].replace("    name: rehearse", sums)
    result = "      - run: test '${{ needs.first.result }}' = success\n"
    changed[PULL_REQUEST] = f"{text}{result}" if asked else text
    assert ("deployment-follows-failure" in rules_against(changed)) is not asked


def test_what_is_no_expression_is_neither_a_group_nor_a_no() -> None:
    cancels = edited(DEPLOY, "cancel-in-progress: false", "cancel-in-progress: ${{ ( }}")
    assert "deployment-is-cancelled" in rules_against(cancels)
    assert "queue-entries-collide" in rules_against(edited(PULL_REQUEST, "group: pull-request", "group: ${{ ( }}"))


def test_a_job_that_moved_to_another_file_is_there() -> None:
    whole = texts()
    whole[".github/workflows/ship.yml"] = whole.pop(DEPLOY)
    assert rules_against(whole) == set()


@pytest.mark.parametrize(
    "run",
    ["pytest -k fast", "pytest --deselect tests/x.py::y", "pytest --ignore=tests/slow",
     "pytest -m 'not slow'", "python -m pytest -k x",
     "uv run pytest --ignore tests/x", "checkov -d . --soft-fail", "ruff check --exit-zero .",
     "npx jest --passWithNoTests",
     "PYTEST_ADDOPTS='-k x' scripts/test", "export SKIP=ruff", "env PYTEST_ADDOPTS=-x scripts/test",
     "scripts/test --co",
     "bash -c 'pytest -k fast'", "trivy fs --exit-code=0 .", "cfn-lint --non-zero-exit-code=0",
     "checkov --skip-check CKV_AWS_18"],
)  # fmt: skip
def test_no_command_leaves_tests_out(run: str) -> None:
    changed = edited(DEPLOY, "      - run: scripts/test\n", f"      - run: |\n          {run}\n")
    assert "tests-are-left-out" in rules_against(changed)


@pytest.mark.parametrize(
    "run",
    ["pytest -x -q", "curl -k https://localhost", "python -m build", "scripts/slipway gate unit", "grep -m 1 x y"],
)
def test_other_options_are_no_omission(run: str) -> None:
    changed = edited(DEPLOY, "      - run: scripts/test\n", f"      - run: scripts/test\n      - run: {run}\n")
    assert "tests-are-left-out" not in rules_against(changed)


def test_pytest_s_own_settings_leave_nothing_out() -> None:
    for old, new in (
        ("--strict-config -ra", "--strict-config -ra -k fast"),
        ('"tests/unit", "tests/synth"', '"tests/unit"'),
    ):
        assert "tests-are-left-out" in rules_against(edited("pyproject.toml", old, new))


@pytest.mark.parametrize(
    "shell",
    ["bash {0}", "bash --noprofile --norc {0}", "bash +e {0}", "sh {0}", "python", "pwsh", "bash -c true", "env true"],
)
def test_no_shell_goes_on_after_a_failure(shell: str) -> None:
    for old, new in (
        ("      - run: scripts/test\n", f"      - run: scripts/test\n        shell: {shell}\n"),
        ("  deploy:\n", f"  deploy:\n    defaults:\n      run:\n        shell: {shell}\n"),
        ("permissions: {}\n", f"permissions: {{}}\n\ndefaults:\n  run:\n    shell: {shell}\n"),
    ):
        assert "shell-forgets-errors" in rules_against(edited(DEPLOY, old, new))


def test_a_script_that_steps_call_hides_nothing_new() -> None:
    changed = edited("scripts/rehearse", 'rehearse "$@"', 'rehearse "$@" || true')
    assert rules_against(changed) == {"status-is-hidden", "required-script-is-hollow"}
    assert "status-is-hidden" in rules_against(edited(".ci/run", "exec scripts/test", "set +e\nscripts/test\nexit 0"))
    assert "status-is-hidden" in rules_against(edited("scripts/environment.sh", "set -euo pipefail", "set -u"))


def test_an_action_of_the_tree_hides_nothing() -> None:
    action = f"{ACTION}    - run: scripts/test | tee log\n      shell: sh\n"
    assert "status-is-hidden" in rules_against(texts(**{".github/actions/t/action.yml": action}))


def test_a_workflow_may_use_an_action_of_the_tree() -> None:
    action = f"{ACTION}    - uses: {CHECKOUT}\n      with:\n        persist-credentials: false\n"
    changed = edited(
        DEPLOY, "      - run: scripts/test\n", "      - uses: ./.github/actions/t\n      - run: scripts/test\n"
    )
    assert rules_against({**changed, ".github/actions/t/action.yml": action}) == set()
    assert "action-is-not-locked" in rules_against(changed)
