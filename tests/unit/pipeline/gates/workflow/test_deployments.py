"""What deploys is started by what is on main, in its environment, after what it waited for, and is never cut off."""

import pytest

from tests.unit.pipeline.gates.workflow.world import (
    DEPLOY,
    MAIN,
    edited,
    refusals,
    rules_against,
    texts,
)

HOTFIX = """\
name: hotfix
on:
  {event}:
jobs:
  hotfix:
    runs-on: ubuntu-24.04
    environment: {environment}
    permissions:
      id-token: write
    steps:
      - run: scripts/deploy prod
"""


def by_hand(event: str, environment: str, condition: str = "") -> dict[str, str]:
    """A second workflow that deploys, for whatever who starts it names."""
    asked = f"    if: {condition}\n" if condition else ""
    text = HOTFIX.format(event=event, environment=environment).replace("    runs-on", f"{asked}    runs-on")
    return texts(**{".github/workflows/hotfix.yml": text})


@pytest.mark.parametrize("event", ["workflow_dispatch", "release", "create"])
@pytest.mark.parametrize("environment", ["hotfix", "${{ inputs.where }}"])
def test_what_somebody_names_is_not_deployed_in_an_environment_that_nobody_guards(event: str, environment: str) -> None:
    found = refusals(by_hand(event, environment), only="deployment-from-any-branch")
    assert [one.where for one in found] == [".github/workflows/hotfix.yml:6"]
    assert f"deploys whatever {event} names" in found[0].what


@pytest.mark.parametrize(
    ("environment", "condition"), [("prod", ""), ("hotfix", "github.ref == 'refs/heads/main'"), ("prod", "true")]
)
def test_what_somebody_names_may_be_deployed_where_it_is_guarded_or_is_main(environment: str, condition: str) -> None:
    whole = by_hand("workflow_dispatch", environment, condition)
    assert rules_against(whole, only="deployment-from-any-branch") == set()


def test_a_deployment_may_become_choosier() -> None:
    place = "    environment: prod"
    assert rules_against(edited(DEPLOY, place, f"{place}\n    if: github.ref == 'refs/heads/main'")) == set()


@pytest.mark.parametrize(
    "new", ["", "    branches: ['**']\n", "    branches-ignore: [main]\n", "    branches: [main, 'some/*']\n"]
)
def test_only_what_is_on_main_is_deployed(new: str) -> None:
    whole = edited(DEPLOY, "    branches: [main]\n", new)
    assert "deployment-from-any-branch" in rules_against(whole)
    place = "    environment: prod"
    whole[DEPLOY] = whole[DEPLOY].replace(place, f"{place}\n    if: github.ref == 'refs/heads/main'")
    assert "deployment-from-any-branch" not in rules_against(whole)


@pytest.mark.parametrize("value", ["true", "${{ true }}", "${{ github.ref == 'refs/heads/main' }}",
                                   "${{ github.event_name == 'push' }}",
                                   "${{ vars.CANCEL }}", "${{ !false }}", "'yes'"])  # fmt: skip
@pytest.mark.parametrize("path", [MAIN, DEPLOY])
def test_what_runs_on_main_or_deploys_is_never_cancelled(path: str, value: str) -> None:
    changed = edited(path, "cancel-in-progress: false", f"cancel-in-progress: {value}")
    assert "deployment-is-cancelled" in rules_against(changed)


def test_a_job_that_deploys_is_never_cancelled_by_its_own_group() -> None:
    changed = edited(
        DEPLOY,
        "    environment: prod",
        "    environment: prod\n    concurrency:\n      group: prod\n      cancel-in-progress: true",
    )
    assert "deployment-is-cancelled" in rules_against(changed)


def test_runs_of_pull_requests_alone_may_be_cancelled() -> None:
    value = "${{ github.event_name == 'pull_request' }}"
    assert rules_against(edited(MAIN, "cancel-in-progress: false", f"cancel-in-progress: {value}")) == set()


@pytest.mark.parametrize("new", ["", "    environment: staging\n", "    environment:\n      name: ''\n"])
def test_what_deploys_stays_in_its_environment(new: str) -> None:
    assert "environment-is-missing" in rules_against(edited(DEPLOY, "    environment: prod\n", new))


@pytest.mark.parametrize(
    "command", ["npx cdk deploy --all", "aws cloudformation deploy --stack-name x", "scripts/deploy prod", "sam deploy"]
)
def test_a_new_job_that_deploys_has_an_environment(command: str) -> None:
    job = f"\n  ship:\n    runs-on: ubuntu-24.04\n    permissions: {{}}\n    steps:\n      - run: {command}\n"
    assert rules_against(texts(**{MAIN: texts()[MAIN] + job})) == {"environment-is-missing"}


@pytest.mark.parametrize("condition", ["always()", "${{ !cancelled() }}", "success() || failure()", "failure()"])
def test_a_deployment_never_follows_a_failure(condition: str) -> None:
    changed = edited(DEPLOY, "    environment: prod", f"    environment: prod\n    if: {condition}")
    assert "deployment-follows-failure" in rules_against(changed)


def test_a_deployment_waits_for_what_it_waited_for() -> None:
    assert rules_against(edited(DEPLOY, "    needs: [build]\n", "")) == {"job-is-gone"}
    gone = texts()[DEPLOY]
    build = gone[gone.index("  build:") : gone.index("  deploy:")]
    assert "job-is-gone" in rules_against(edited(DEPLOY, build, ""))
