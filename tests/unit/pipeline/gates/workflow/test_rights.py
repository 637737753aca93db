"""Changes that give what runs a change more than it may have: each is refused, by the rule that is for it."""

import pytest

from tests.unit.pipeline.gates.workflow.world import (
    DEPLOY,
    MAIN,
    PULL_REQUEST,
    edited,
    findings,
    rules_against,
    texts,
)

READS = "      contents: read\n"
SETUP = "run: scripts/setup"
KEEPS = "          persist-credentials: false\n"


@pytest.mark.parametrize(
    "given", ["", "permissions: write-all\n", "permissions: read-all\n", "permissions:\n  contents: write\n"]
)
def test_a_workflow_gives_nothing_to_all_its_jobs(given: str) -> None:
    told = [
        one.what for one in findings(edited(MAIN, "permissions: {}\n", given)) if "permissions-are-open" in one.what
    ]
    assert told
    if "read" not in given:
        assert "permissions-are-open" in rules_against(edited(MAIN, "permissions: {}\n", given))


@pytest.mark.parametrize(
    "scope",
    ["id-token: write", "actions: write", "checks: write", "statuses: write", "packages: write"],
)
def test_what_a_change_runs_may_not_write(scope: str) -> None:
    assert "change-may-write" in rules_against(edited(PULL_REQUEST, READS, f"{READS}      {scope}\n"))


def test_what_a_change_runs_may_not_write_to_the_code() -> None:
    assert "change-may-write" in rules_against(edited(PULL_REQUEST, READS, READS.replace("read", "write")))


def test_what_a_change_runs_may_not_write_everything() -> None:
    whole = edited(PULL_REQUEST, f"permissions:\n{READS}", "permissions: write-all\n")
    assert rules_against(whole) >= {"change-may-write", "permissions-are-open"}


@pytest.mark.parametrize("scope", ["checks", "statuses"])
def test_nothing_at_all_may_report_a_check_as_passed(scope: str) -> None:
    assert rules_against(edited(MAIN, READS, f"{READS}      {scope}: write\n")) == {"change-may-write"}


def test_a_comment_on_a_pull_request_is_no_right_that_matters() -> None:
    assert rules_against(edited(PULL_REQUEST, READS, f"{READS}      pull-requests: write\n")) == set()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  pull_request:\n", "  pull_request_target:\n"),
        ("  merge_group:\n", "  merge_group:\n  pull_request_target:\n"),
        ("  merge_group:\n", "  merge_group:\n  issue_comment:\n    types: [created]\n"),
        ("  merge_group:\n", "  merge_group:\n  pull_request_review:\n"),
    ],
)
def test_no_stranger_starts_what_has_the_repository_s_rights(old: str, new: str) -> None:
    assert "trigger-is-dangerous" in rules_against(edited(PULL_REQUEST, old, new))


COMMENTED = """\
name: comment
on:
  issue_comment:
    types: [created]
permissions: {}
jobs:
  deploy:
    if: CONDITION
    runs-on: ubuntu-24.04
    environment: beta
    steps:
      - run: scripts/deploy beta
"""


@pytest.mark.parametrize(
    ("condition", "refused"),
    [
        ("startsWith(github.event.comment.body, '/deploy')", True),
        ("github.event.comment.author_association == 'MEMBER' || contains(github.event.comment.body, '/deploy')", True),
        ("github.event.comment.author_association != 'NONE'", True),
        (
            "github.event.comment.author_association == 'MEMBER' && startsWith(github.event.comment.body, '/deploy')",
            False,
        ),
    ],
)
def test_a_comment_is_obeyed_only_from_whom_one_knows(condition: str, *, refused: bool) -> None:
    whole = texts(**{".github/workflows/comment.yml": COMMENTED.replace("CONDITION", condition)})
    assert ("trigger-is-dangerous" in rules_against(whole)) is refused


def test_a_workflow_after_a_workflow_takes_nothing_that_was_proposed() -> None:
    step = "      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0\n        with:\n"
    asked = step + "          ref: ${{ github.event.workflow_run.head_sha }}\n" + KEEPS
    after = "on:\n  workflow_run:\n    workflows: [x]\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-24.04\n"
    after += f"    steps:\n{asked}"
    found = rules_against(texts(**{".github/workflows/after.yml": after}))
    assert found == {"trigger-is-dangerous", "checkout-is-unsafe"}


@pytest.mark.parametrize(
    "given", ["", "          persist-credentials: true\n", f"{KEEPS}          allow-unsafe-pr-checkout: true\n"]
)
def test_a_checkout_leaves_no_token(given: str) -> None:
    assert "checkout-is-unsafe" in rules_against(edited(PULL_REQUEST, KEEPS, given))


@pytest.mark.parametrize(
    "value", ["${{ toJSON(secrets) }}", "${{ toJson( github ) }}", "${{ secrets[matrix.name] }}", "${{ secrets }}"]
)
def test_no_step_has_every_secret(value: str) -> None:
    changed = edited(
        DEPLOY,
        "        run: scripts/deploy prod",
        f"        run: scripts/deploy prod\n        env:\n          ALL: {value}",
    )
    assert "secrets-are-handed-over" in rules_against(changed)


def test_no_secrets_are_inherited() -> None:
    job = "\n  other:\n    uses: ./.github/workflows/main.yml\n    permissions: {}\n    secrets: inherit\n"
    assert "secrets-are-handed-over" in rules_against(texts(**{MAIN: texts()[MAIN] + job}))


@pytest.mark.parametrize("name", [".NPM_TOKEN", ".aws_key", "['CODECOV_TOKEN']", "[matrix.name]"])
def test_what_a_change_runs_has_no_secret(name: str) -> None:
    changed = edited(PULL_REQUEST, SETUP, f"{SETUP}\n        env:\n          TOKEN: ${{{{ secrets{name} }}}}")
    assert "secret-in-a-change" in rules_against(changed)


@pytest.mark.parametrize(
    "line",
    [
        "AWS_ACCESS_KEY_ID: ${{ secrets.A }}",
        "aws-secret-access-key: ${{ vars.B }}",
        "AWS_SESSION_TOKEN: x",
        "credentials_json: y",
    ],
)
def test_the_cloud_is_not_signed_in_to_by_a_key(line: str) -> None:
    changed = edited(
        DEPLOY, "        run: scripts/deploy prod", f"        run: scripts/deploy prod\n        env:\n          {line}"
    )
    assert "key-is-static" in rules_against(changed)


@pytest.mark.parametrize(
    "label", ["self-hosted", "[self-hosted, linux]", "${{ vars.RUNNER }}", "my-runner", "\n      group: big"]
)
def test_a_change_runs_on_no_machine_of_ours(label: str) -> None:
    assert "runner-is-our-own" in rules_against(edited(PULL_REQUEST, "runs-on: ubuntu-24.04", f"runs-on: {label}"))


@pytest.mark.parametrize("label", ["ubuntu-22.04", "ubuntu-24.04-arm", "macos-15", "ubuntu-latest"])
def test_machines_of_github_s_own_are_good(label: str) -> None:
    assert rules_against(edited(PULL_REQUEST, "runs-on: ubuntu-24.04", f"runs-on: {label}")) == set()


def test_a_matrix_of_github_s_machines_is_good() -> None:
    matrix = "strategy:\n      matrix:\n        os: [ubuntu-24.04, macos-15]\n    runs-on: ${{ matrix.os }}"
    assert rules_against(edited(DEPLOY, "runs-on: ubuntu-24.04", matrix)) == set()


@pytest.mark.parametrize(
    "uses", ["actions/cache", "actions/cache/restore", "swatinem/rust-cache", "astral-sh/setup-uv"]
)
def test_what_deploys_restores_no_cache(uses: str) -> None:
    step = f"      - uses: {uses}@{'0' * 40} # v1\n"
    assert "cache-in-a-deployment" in rules_against(
        edited(DEPLOY, "      - name: Deploy\n", f"{step}      - name: Deploy\n")
    )


def test_what_deploys_sets_nothing_up_from_a_cache() -> None:
    step = f"      - uses: actions/setup-python@{'0' * 40} # v1\n        with:\n          cache: pip\n"
    assert "cache-in-a-deployment" in rules_against(
        edited(DEPLOY, "      - name: Deploy\n", f"{step}      - name: Deploy\n")
    )
    assert "cache-in-a-deployment" not in rules_against(edited(DEPLOY, "      - run: scripts/test\n", step))


@pytest.mark.parametrize(
    "name",
    ["github.event.pull_request.title", "github.head_ref", "github.event.head_commit.message", "inputs.name",
     "env.TITLE",
     "github.event.issue.body", "steps.x.outputs.y", "github.event['pull_request'].body",
     "github.event.pull_request.head.ref",
     "format('{0}', github.event.comment.body)", "github.event.commits[0].message", "toJSON(github.event)"],
)  # fmt: skip
def test_no_text_of_strangers_becomes_code(name: str) -> None:
    changed = edited(DEPLOY, "      - run: scripts/test\n", f'      - run: |\n          echo "${{{{ {name} }}}}"\n')
    assert "text-becomes-code" in rules_against(changed)


@pytest.mark.parametrize(
    "name", ["github.sha", "github.event.pull_request.number", "matrix.part", "needs.build.result", "runner.os"]
)
def test_what_github_itself_made_may_be_pasted(name: str) -> None:
    changed = edited(
        DEPLOY, "      - run: scripts/test\n", f'      - run: scripts/test\n      - run: echo "${{{{ {name} }}}}"\n'
    )
    assert rules_against(changed) == set()


def test_a_title_with_quotes_and_commands_may_come_by_a_variable() -> None:
    step = '      - run: echo "$TITLE"\n        env:\n          TITLE: ${{ github.event.pull_request.title }}\n'
    assert rules_against(edited(DEPLOY, "      - run: scripts/test\n", f"      - run: scripts/test\n{step}")) == set()
