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
        ('{ "context": "rehearse" }', ""),
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


def test_no_action_agrees_and_other_calls_are_good() -> None:
    step = "      - run: scripts/test\n"
    action = f"      - uses: hmarr/auto-approve-action@{'0' * 40} # v4\n"
    assert "approval-is-automatic" in rules_against(edited(DEPLOY, step, f"{step}{action}"))
    script = f"      - uses: actions/github-script@{'0' * 40} # v8\n        with:\n"
    script += "          script: github.rest.pulls.merge(x)\n"
    assert "approval-is-automatic" in rules_against(edited(DEPLOY, step, f"{step}{script}"))
    for run in ("gh pr merge --auto 1", "gh pr view 1", "gh api repos/o/r/pulls/1/reviews"):
        assert rules_against(edited(DEPLOY, step, f"{step}      - run: {run}\n")) == set()
