"""Changes that give what runs a change more than it may have: each is refused, by the rule that is for it."""

import pytest

from tests.unit.pipeline.gates.workflow.world import (
    CHECKOUT,
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


COMMENTS = "    permissions:\n      pull-requests: write\n"
SAYS = '      - run: gh pr comment "$NUMBER" --body-file report.md\n'
BASE = "        with:\n          persist-credentials: false\n          ref: ${{ github.event.pull_request.base.sha }}\n"


def with_comments(steps: str) -> dict[str, str]:
    """The workflow of pull requests with a job of its own that comments, after `steps`."""
    job = f"\n  comment:\n    needs: [rehearse]\n    runs-on: ubuntu-24.04\n{COMMENTS}    steps:\n{steps}{SAYS}"
    return texts(**{PULL_REQUEST: texts()[PULL_REQUEST] + job})


TAKES = f"      - uses: {CHECKOUT}\n        with:\n          persist-credentials: false\n"
OF_BASE = f"      - uses: {CHECKOUT}\n{BASE}"
KEPT = "      - uses: actions/download-artifact@v5\n        with:\n          name: rehearsal\n"


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param("", id="what others said"),
        pytest.param(KEPT, id="what the job before it kept"),
        pytest.param(f"{KEPT}      - run: |\n          jq -r .summary verdict.json > report.md\n", id="a part of it"),
        pytest.param(f"{TAKES}      - run: git diff --stat HEAD^ > report.md\n", id="what is changed"),
        pytest.param(f"{TAKES}      - uses: actions/dependency-review-action@v4\n", id="what an action has read"),
        pytest.param(f"{OF_BASE}      - run: scripts/slipway show > report.md\n", id="what main's own code says"),
        pytest.param("      - run: python3 -c 'print(1)' > report.md\n", id="what the workflow itself says"),
        pytest.param("      - uses: marocchino/sticky-pull-request-comment@v2\n", id="a comment that stays one"),
    ],
)
def test_a_job_that_runs_nothing_of_the_change_may_comment(steps: str) -> None:
    assert "change-may-write" not in rules_against(with_comments(steps))


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param(f"{TAKES}      - run: scripts/slipway show > report.md\n", id="a script"),
        pytest.param(f"{TAKES}      - run: echo so && timeout 5 pytest\n", id="its tests"),
        pytest.param("      - run: gh pr checkout 7 && npm ci\n", id="packages of a branch"),
        pytest.param("      - uses: ./.github/actions/setup\n", id="an action"),
        pytest.param(f"{OF_BASE}{TAKES}      - run: make report.md\n", id="the change, put over main"),
        pytest.param(f"{KEPT}      - run: bash rehearsal/comment.sh\n", id="what its tests have left"),
        pytest.param(
            "      - run: gh run download && python3 report.py\n", id="what its tests have left, by a command"
        ),
    ],
)
def test_a_job_that_runs_what_is_proposed_may_not_agree_to_it(steps: str) -> None:
    (finding,) = findings(with_comments(steps), only="change-may-write")
    assert "job 'comment' may write pull-requests, and runs what is proposed: " in finding.what


def test_the_job_that_rehearses_a_change_may_not_write_reviews() -> None:
    assert "change-may-write" in rules_against(edited(PULL_REQUEST, READS, f"{READS}      pull-requests: write\n"))
    of_all = edited(PULL_REQUEST, f"    permissions:\n{READS}", "")
    of_all[PULL_REQUEST] = of_all[PULL_REQUEST].replace("permissions: {}", "permissions:\n  pull-requests: write")
    assert "change-may-write" in rules_against(of_all)


@pytest.mark.parametrize(
    ("given", "steps", "refused"),
    [
        ("", f"{TAKES}      - run: scripts/test\n", True),
        (COMMENTS, f"{TAKES}      - run: scripts/test\n", True),
        (f"    permissions:\n{READS}", f"{TAKES}      - run: scripts/test\n", False),
        ("", SAYS, False),
    ],
)
def test_a_workflow_that_is_called_has_the_rights_of_who_calls_it(given: str, steps: str, *, refused: bool) -> None:
    called = "name: c\non:\n  workflow_call:\njobs:\n  inner:\n    runs-on: ubuntu-24.04\n"
    calls = f"\n  calls:\n    uses: ./.github/workflows/called.yml\n{COMMENTS}"
    now = texts(
        **{
            ".github/workflows/called.yml": f"{called}{given}    steps:\n{steps}",
            PULL_REQUEST: texts()[PULL_REQUEST] + calls,
        }
    )
    assert bool(findings(now, only="change-may-write")) is refused


def test_another_right_of_a_job_that_comments_is_none_to_review() -> None:
    assert rules_against(edited(PULL_REQUEST, READS, f"{READS}      issues: write\n")) == set()


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
