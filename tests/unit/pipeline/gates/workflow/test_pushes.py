"""Nothing gets to the main branch without a pull request, and no job gets the right to write by the way."""

import pytest

from tests.unit.pipeline.gates.workflow.world import DEPLOY, MAIN, edited, rules_against, texts

STEP = "      - run: scripts/test\n"
BUILD = "    permissions:\n      contents: read\n    steps:\n"


@pytest.mark.parametrize(
    "run",
    ["git push", "git push origin", "git push origin main", "git push origin HEAD:main", "git push origin HEAD",
     "git push origin +HEAD:refs/heads/main", "git push --force origin x:heads/main", "git push origin @",
     "git push origin :main", "git push origin --delete main", "git push --all", "git push --mirror x",
     "git push -u origin main",
     "git -C there -c user.name=x push origin HEAD:main", 'git push origin "HEAD:$BRANCH"',
     "git push origin HEAD:${{ github.ref_name }}", 'git push origin "HEAD:$GITHUB_REF_NAME"',
     "git push origin HEAD:m$X", 'git push origin "HEAD:${BRANCH:-main}"', "git checkout main && git push",
     "git push https://x-access-token:$TOKEN@github.com/o/r HEAD:main", "git push origin 'refs/heads/*:refs/heads/*'",
     "bash -c 'git push origin main'", "to=main; git push origin HEAD:$to", "git push -o ci.skip origin main",
     "gh api -X PUT repos/o/r/contents/locks/x -f content=x", "gh api --method=PUT repos/o/r/contents/x -f branch=main",
     "curl -XPATCH https://api.github.com/repos/o/r/git/refs/heads/main -d @x", "gh api repos/o/r/merges -f base=main",
     "gh api graphql -f query='mutation { createCommitOnBranch(input: $x) { commit { oid } } }'",
     "gh pr merge --squash 1", "gh api graphql -f query='mutation { enablePullRequestAutoMerge(input: $x) { x } }'"],
)  # fmt: skip
def test_no_workflow_pushes_to_main(run: str) -> None:
    whole = edited(DEPLOY, STEP, f"{STEP}      - run: |\n          {run}\n")
    assert "main-is-pushed-to" in rules_against(whole)
    called = texts(**{"scripts/locks": f"#!/usr/bin/env bash\nset -euo pipefail\n{run}\n"})
    assert "main-is-pushed-to" in rules_against(called)


@pytest.mark.parametrize(
    "uses",
    [
        "stefanzweifel/git-auto-commit-action",
        "EndBug/add-and-commit",
        "ad-m/github-push-action",
        "planetscale/ghcommit-action",
    ],
)
def test_no_action_commits_by_itself(uses: str) -> None:
    step = f"      - uses: {uses}@{'0' * 40} # v5\n"
    assert "main-is-pushed-to" in rules_against(edited(DEPLOY, STEP, f"{STEP}{step}"))
    script = f"      - uses: actions/github-script@{'0' * 40} # v8\n        with:\n"
    script += "          script: github.rest.repos.createOrUpdateFileContents(x)\n"
    assert "main-is-pushed-to" in rules_against(edited(DEPLOY, STEP, f"{STEP}{script}"))


@pytest.mark.parametrize(
    "run",
    ["git push origin HEAD:refs/heads/newer-locks", "git push origin newer-locks",
     'git push origin "HEAD:locks-$GITHUB_RUN_ID"',
     "git push --tags", "git push origin tag v1", "git push origin refs/tags/v1", "git push origin v1.2.3",
     "git pull origin main", "git fetch origin main", "git -C x log main", "gh pr create --base main",
     "gh pr merge --auto 1",
     "gh api -X PUT repos/o/r/contents/x -f branch=newer-locks", "gh api repos/o/r/contents/x", "docker push x",
     "gh api repos/o/r/git/refs/heads/main", "to=newer; git push origin HEAD:$to", "echo git push origin main",
     "git push --dry-run origin main", 'git push origin "HEAD:locks-${GITHUB_RUN_ID:-1}"'],
)  # fmt: skip
def test_a_branch_of_its_own_may_be_pushed(run: str) -> None:
    whole = edited(DEPLOY, STEP, f"{STEP}      - run: |\n          {run}\n")
    assert "main-is-pushed-to" not in rules_against(whole)


def test_an_image_is_pushed_by_whoever_may() -> None:
    step = f"      - uses: docker/build-push-action@{'0' * 40} # v6\n"
    assert "main-is-pushed-to" not in rules_against(edited(DEPLOY, STEP, f"{STEP}{step}"))


@pytest.mark.parametrize(
    "new", [BUILD.replace("read", "write"), BUILD.replace(":\n      contents: read", ": write-all"),
            BUILD.replace(":\n      contents: read", ": {contents: write, issues: read}")]
)  # fmt: skip
def test_no_job_gets_the_right_to_write(new: str) -> None:
    assert "right-to-write-is-new" in rules_against(edited(DEPLOY, BUILD, new))
    other = texts()[DEPLOY].replace(BUILD, new)
    assert "right-to-write-is-new" in rules_against(texts(**{".github/workflows/other.yml": other}))


def test_no_workflow_gives_the_right_to_all_its_jobs() -> None:
    whole = edited(MAIN, "permissions: {}\n", "permissions:\n  contents: write\n")
    assert "right-to-write-is-new" not in rules_against(whole)
    whole[MAIN] = whole[MAIN].replace("    permissions:\n      contents: read\n", "")
    assert "right-to-write-is-new" in rules_against(whole)


def test_who_might_write_before_may_now() -> None:
    before = edited(DEPLOY, BUILD, BUILD.replace("read", "write"))
    assert "right-to-write-is-new" not in rules_against(before, before)
    assert "right-to-write-is-new" not in rules_against(
        edited(DEPLOY, BUILD, BUILD.replace("contents: read", "issues: write"))
    )
