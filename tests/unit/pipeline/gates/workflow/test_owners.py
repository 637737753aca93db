"""Whose yes a change needs, and what GitHub asks for before it merges."""

import pytest

from pipeline.gates.workflow.codeowners import owners_in
from tests.unit.pipeline.gates.workflow.world import DEPLOY, edited, findings, refusals, rules_against, texts

FILE = ".github/CODEOWNERS"
RULESET = ".github/rulesets/main.json"
BOTH = "@example/orders-team @example/delivery-team"
CONTRACTS = "/contracts/                         @example/orders-team"


def test_the_last_line_that_matches_decides() -> None:
    owners = owners_in({FILE: "* @a\n/docs/ @b # theirs\n/docs/*.md\n*.py @c\n/tools/* @d\n"})
    assert owners is not None
    asked = {
        path: owners.of(path)
        for path in ("x", "docs/a/b", "docs/x.md", "docs/x.py", "tools/x", "tools/a/x", "a/docs/x")
    }
    assert asked == {
        "x": ("@a",),
        "docs/a/b": ("@b",),
        "docs/x.md": (),
        "docs/x.py": ("@c",),
        "tools/x": ("@d",),
        "tools/a/x": ("@a",),
        "a/docs/x": ("@a",),
    }


def test_the_file_below_github_counts_before_the_others() -> None:
    owners = owners_in({"CODEOWNERS": "* @a\n", "docs/CODEOWNERS": "* @b\n"})
    assert owners is not None
    assert (owners.path, owners.of("x")) == ("CODEOWNERS", ("@a",))
    assert owners_in({}) is None


def test_without_owners_nothing_passes() -> None:
    whole = {path: text for path, text in texts().items() if path != FILE}
    assert rules_against(whole) == {"owners-are-missing"}


@pytest.mark.parametrize(
    "line",
    [
        "/.github/workflows/",
        "/pipeline/plan/delivery.py",
        "/pipeline/gates/waivers.toml",
        "/contracts/**",
        "*.toml",
        "/locks",
        "*",
    ],
)
def test_what_decides_over_changes_has_an_owner(line: str) -> None:
    assert rules_against(texts(**{FILE: f"{texts()[FILE]}{line}\n"})) >= {"owners-are-missing"}


def test_a_name_that_is_nobody_is_seen() -> None:
    assert "owners-are-missing" in rules_against(edited(FILE, CONTRACTS, "/contracts/ orders-team"))


@pytest.mark.parametrize("new", ["/contracts/ @someone", f"{CONTRACTS} @someone", "/contracts/ @example/other-team"])
def test_owners_of_what_is_promised_stay(new: str) -> None:
    assert rules_against(edited(FILE, CONTRACTS, new)) == {"owners-are-weakened"}


def test_a_team_that_comes_in_is_told() -> None:
    whole = edited(FILE, CONTRACTS, f"{CONTRACTS} @example/api-team")
    assert refusals(whole) == []
    assert any("@example/api-team may agree alone now" in one.what for one in findings(whole))


def test_a_file_that_is_nobody_s_any_more_is_seen_wherever_it_lies() -> None:
    assert rules_against(texts(**{FILE: f"{texts()[FILE]}\n/api/\n"})) == {"owners-are-weakened"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"target": "branch"', '"target": "tag"'),
        ('"target": "branch"', '"target": "push"'),
        ('"active"', '"disabled"'),
        ('"active"', '"evaluate"'),
        (
            '"bypass_actors": []',
            '"bypass_actors": [{"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}]',
        ),
        ('"exclude": []', '"exclude": ["refs/heads/main"]'),
        ('["~DEFAULT_BRANCH"]', '["refs/heads/release"]'),
        ('{ "context": "rehearse" }, ', ""),
        ('{ "context": "rehearse" }', '{ "context": "rehearsal" }'),
        ('"required_approving_review_count": 1', '"required_approving_review_count": 0'),
        ('"require_code_owner_review": true', '"require_code_owner_review": false'),
        ('"require_last_push_approval": true', '"require_last_push_approval": false'),
        ('"strict_required_status_checks_policy": true', '"strict_required_status_checks_policy": false'),
        ('    { "type": "non_fast_forward" },\n', ""),
        ('    { "type": "required_linear_history" },\n', ""),
        ('"type": "merge_queue"', '"type": "creation"'),
        ('"do_not_enforce_on_create": false', '"do_not_enforce_on_create": true'),
        ('"ALLGREEN"', '"HEADGREEN"'),
        ('"rules": [', '"rule": ['),
        ('"name": "main",', '"name": "main"'),
    ],
)
def test_the_rules_of_the_branch_stay_as_strong_as_they_were(old: str, new: str) -> None:
    assert "branch-rules-are-weak" in rules_against(edited(RULESET, old, new))


def test_a_ruleset_that_is_gone_is_missed() -> None:
    whole = {path: text for path, text in texts().items() if path != RULESET}
    assert rules_against(whole) == {"branch-rules-are-weak"}


def test_rules_for_tags_stand_beside_those_of_the_branch_and_not_in_their_place() -> None:
    of_tags = (
        '{"target": "tag", "enforcement": "active", "conditions": {"ref_name": {"include": ["~ALL"]}}, "rules": []}'
    )
    assert rules_against(texts(**{".github/rulesets/tags.json": of_tags})) == set()
    second = {".github/rulesets/second.json": texts()[RULESET]}
    for_tags = {**edited(RULESET, '"target": "branch"', '"target": "tag"'), **second}
    assert rules_against(for_tags) == {"branch-rules-are-weak"}


def test_a_ruleset_that_does_not_say_what_it_is_for_is_for_branches() -> None:
    assert rules_against(edited(RULESET, '  "target": "branch",\n', "")) == set()


def test_stronger_rules_pass() -> None:
    count = '"required_approving_review_count"'
    assert refusals(edited(RULESET, f"{count}: 1", f"{count}: 2")) == []


@pytest.mark.parametrize(
    "run",
    ["gh pr review --approve 1", "gh pr merge --admin 1", "gh api -X PUT repos/o/r/rulesets/1 --input x",
     "curl -X POST https://x/statuses/abc",
     "gh api repos/o/r/pulls/1/reviews -f event=APPROVE", "gh api repos/o/r/statuses/abc -f state=success"],
)  # fmt: skip
def test_no_step_agrees_in_a_person_s_place(run: str) -> None:
    step = "      - run: scripts/test\n"
    assert rules_against(edited(DEPLOY, step, f"{step}      - run: {run}\n")) == {"approval-is-automatic"}


PROTECTION = "repos/o/r/branches/main/protection"


@pytest.mark.parametrize(
    "run",
    [f"gh api -X DELETE {PROTECTION}", f"gh api --method=DELETE {PROTECTION}", f"gh api -XDELETE {PROTECTION}",
     f"gh api {PROTECTION}/enforce_admins --method DELETE", f"gh api --method PUT {PROTECTION} --input rules",
     "gh api -XPUT 'repos/${{ github.repository }}/rulesets/1' --input=rules", "gh api repos/o/r/rulesets -fname=x",
     f"curl --request DELETE https://api.github.com/{PROTECTION}", f"curl -sSfXDELETE https://api.github.com/{PROTECTION}",
     f"curl --request=PATCH -d @rules https://api.github.com/{PROTECTION}", f"curl -sS --json @x https://x/{PROTECTION}",
     f"wget --method=DELETE https://api.github.com/{PROTECTION}", f"http DELETE https://api.github.com/{PROTECTION}",
     f"timeout 5 gh api {PROTECTION} -X $METHOD", f"bash -c 'gh api -X DELETE {PROTECTION}'",
     "gh api graphql -f query='mutation { deleteBranchProtectionRule(input: $x) { clientMutationId } }'",
     "gh api -X PUT repos/o/r/environments/prod -F wait_timer=0", "gh repo edit --default-branch=next",
     "gh api repos/o/r/actions/runs/1/pending_deployments -f state=approved",
     "gh api -X PATCH repos/o/r -f default_branch=next", f"python -c 'requests.delete(\"https://x/{PROTECTION}\")'"],
)  # fmt: skip
def test_no_step_takes_away_what_protects_a_branch(run: str) -> None:
    step = "      - run: scripts/test\n"
    whole = edited(DEPLOY, step, f"{step}      - run: |\n          {run}\n")
    assert "approval-is-automatic" in rules_against(whole)
    by_script = texts(**{"scripts/hotfix": f"#!/usr/bin/env bash\nset -euo pipefail\n{run}\n"})
    assert "approval-is-automatic" in rules_against(by_script)


def test_the_address_of_a_call_may_stand_in_a_variable() -> None:
    step = "      - run: scripts/test\n"
    environ = f"        env:\n          AT: {PROTECTION}\n"
    for run in (
        'gh api -X DELETE "$AT"',
        "gh api -X DELETE ${{ env.AT }}",
        'where=$AT\n          gh api -X DELETE "${where}"',
    ):
        whole = edited(DEPLOY, step, f"{step}      - run: |\n          {run}\n{environ}")
        assert "approval-is-automatic" in rules_against(whole)


@pytest.mark.parametrize(
    "given",
    ["script: await github.rest.repos.deleteBranchProtection({branch: 'main'})",
     "script: github.rest.repos.updateRepoRuleset({enforcement: 'disabled'})",
     "script: github.request('DELETE /repos/{owner}/{repo}/branches/main/protection')",
     "route: DELETE /repos/{owner}/{repo}/rulesets/1"],
)  # fmt: skip
def test_no_action_takes_away_what_protects_a_branch(given: str) -> None:
    step = "      - run: scripts/test\n"
    action = f"      - uses: actions/github-script@{'0' * 40} # v8\n        with:\n          {given!r}\n"
    action = action.replace(repr(given), given.replace(": ", ": |\n            ", 1))
    assert "approval-is-automatic" in rules_against(edited(DEPLOY, step, f"{step}{action}"))


@pytest.mark.parametrize(
    "run",
    [f"gh api {PROTECTION}", "gh api repos/o/r/rulesets --jq .", f"curl -fsSL https://api.github.com/{PROTECTION}",
     f"gh api --method GET {PROTECTION}", f"curl -G -d page=1 https://api.github.com/{PROTECTION}",
     "gh api -X POST repos/o/r/issues/1/comments -f body=hello", "curl -X POST -d x https://example.com/hook",
     "gh api -X DELETE repos/o/r/actions/caches/1", "gh repo edit --description x"],
)  # fmt: skip
def test_who_only_looks_at_the_protection_is_left_in_peace(run: str) -> None:
    step = "      - run: scripts/test\n"
    assert rules_against(edited(DEPLOY, step, f"{step}      - run: {run}\n")) == set()


def test_no_action_agrees_and_other_calls_are_good() -> None:
    step = "      - run: scripts/test\n"
    action = f"      - uses: hmarr/auto-approve-action@{'0' * 40} # v4\n"
    assert "approval-is-automatic" in rules_against(edited(DEPLOY, step, f"{step}{action}"))
    script = f"      - uses: actions/github-script@{'0' * 40} # v8\n        with:\n"
    script += "          script: github.rest.pulls.merge(x)\n"
    assert "approval-is-automatic" in rules_against(edited(DEPLOY, step, f"{step}{script}"))
    for run in ("gh pr merge --auto 1", "gh pr view 1", "gh api repos/o/r/pulls/1/reviews"):
        assert rules_against(edited(DEPLOY, step, f"{step}      - run: {run}\n")) == set()
