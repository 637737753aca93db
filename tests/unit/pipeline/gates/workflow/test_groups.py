"""Which runs share a concurrency group: entries of the queue, pull requests and commits on main have one each."""

import pytest

from tests.unit.pipeline.gates.workflow.world import DEPLOY, MAIN, PULL_REQUEST, edited, rules_against, texts


@pytest.mark.parametrize(
    "group",
    ["rehearse", "${{ github.workflow }}", "rehearse-${{ github.head_ref }}",
     "rehearse-${{ github.event.pull_request.number }}",
     "${{ github.event.pull_request.number || 'queue' }}", "${{ github.workflow }}-${{ github.base_ref }}",
     "${{ github.event_name }}-${{ github.event.number }}", "${{ github.event.merge_group.base_ref }}",
     "${{ format('{0}', github.workflow) }}",
     "pull-request-${{ github.event.merge_group.base_sha }}"],
)  # fmt: skip
def test_entries_of_the_queue_have_groups_of_their_own(group: str) -> None:
    old = "group: pull-request-${{ github.event.pull_request.number || github.sha }}"
    assert "queue-entries-collide" in rules_against(edited(PULL_REQUEST, old, f"group: {group}"))


@pytest.mark.parametrize(
    "group",
    ["${{ github.workflow }}-${{ github.ref }}", "x-${{ github.sha }}", "${{ github.workflow }}-${{ github.run_id }}",
     "${{ github.actor }}-${{ github.event.number || github.sha }}",
     "${{ github.event.pull_request.head.label || github.sha }}",
     "${{ github.event.pull_request.number || github.event.merge_group.head_sha }}"],
)  # fmt: skip
def test_other_groups_that_tell_entries_apart_are_good(group: str) -> None:
    old = "group: pull-request-${{ github.event.pull_request.number || github.sha }}"
    assert rules_against(edited(PULL_REQUEST, old, f"group: {group}")) == set()


@pytest.mark.parametrize("cancels", ["true", "false"])
@pytest.mark.parametrize(
    "group",
    ["${{ github.head_ref || github.run_id }}", "pull-request-${{ github.head_ref || github.sha }}",
     "${{ github.event.pull_request.head.ref || github.ref }}",
     "${{ github.workflow }}-${{ github.actor }}-${{ github.head_ref || github.sha }}"],
)  # fmt: skip
def test_branches_of_one_name_are_told_apart(group: str, cancels: str) -> None:
    whole = edited(
        PULL_REQUEST, "group: pull-request-${{ github.event.pull_request.number || github.sha }}", f"group: {group}"
    )
    whole[PULL_REQUEST] = whole[PULL_REQUEST].replace("cancel-in-progress: true", f"cancel-in-progress: {cancels}")
    assert rules_against(whole) == {"queue-entries-collide"}


def test_what_is_not_required_of_pull_requests_may_queue() -> None:
    twin = (
        texts()[DEPLOY]
        .replace("  push:\n    branches: [main]\n", "  pull_request:\n")
        .replace("id-token: write", "issues: read")
    )
    assert "queue-entries-collide" not in rules_against(texts(**{".github/workflows/preview.yml": twin}))


SHARED = ["main", "${{ github.ref }}", "${{ github.workflow }}-${{ github.ref_name }}", "main-${{ github.event.ref }}",
          "${{ github.event.pull_request.number || github.ref }}", "main-${{ vars.GROUP }}", "${{ github.head_ref }}",
          "${{ github.event_name == 'push' && 'main' || github.sha }}"]  # fmt: skip


@pytest.mark.parametrize("group", SHARED)
def test_commits_on_main_have_groups_of_their_own(group: str) -> None:
    found = rules_against(edited(MAIN, "group: main-${{ github.sha }}", f"group: {group}"))
    assert found == {"commits-share-a-group"}
    of_a_job = f"    timeout-minutes: 45\n    concurrency: {group}\n"
    assert rules_against(edited(MAIN, "    timeout-minutes: 45\n", of_a_job)) == {"commits-share-a-group"}


def test_a_required_job_that_also_deploys_shares_no_group() -> None:
    whole = edited(MAIN, "group: main-${{ github.sha }}", "group: main")
    whole[MAIN] = whole[MAIN].replace("    name: test\n", "    name: test\n    environment: prod\n")
    assert "commits-share-a-group" in rules_against(whole)


def test_commits_share_no_group_of_a_workflow_that_is_called() -> None:
    called = "name: c\non: workflow_call\npermissions: {}\nconcurrency: c\njobs:\n  lint:\n    runs-on: ubuntu-24.04\n"
    called += "    steps:\n      - run: scripts/lint\n"
    calls = texts()[MAIN] + "\n  lint:\n    uses: ./.github/workflows/c.yml\n"
    both = {".github/workflows/c.yml": called, MAIN: calls}
    assert rules_against(texts(**both)) == {"commits-share-a-group"}
    assert rules_against(texts(**{".github/workflows/c.yml": called})) == set()


@pytest.mark.parametrize(
    "group",
    ["${{ github.sha }}", "main-${{ github.run_id }}", "${{ format('{0}-{1}', github.workflow, github.sha) }}",
     "${{ github.workflow }}-${{ github.event.after }}",
     "${{ github.sha }}-${{ matrix.part }}", "${{ github.event.pull_request.number || github.sha }}"],
)  # fmt: skip
def test_other_groups_that_tell_commits_apart_are_good(group: str) -> None:
    assert rules_against(edited(MAIN, "group: main-${{ github.sha }}", f"group: {group}")) == set()


def test_deployments_and_what_runs_by_night_may_queue() -> None:
    assert "group: deploy-prod" in texts()[DEPLOY]
    night = texts()[MAIN].replace("  push:\n    branches: [main]\n", "  schedule:\n    - cron: '1 3 * * *'\n")
    night = night.replace("main-${{ github.sha }}", "night").replace("name: test", "name: night")
    assert rules_against(texts(**{".github/workflows/night.yml": night})) == set()
