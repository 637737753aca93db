"""YAML as GitHub reads it, and what of it makes a workflow."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.gates.workflow import model
from pipeline.gates.workflow.filters import matches, reaches_main
from pipeline.gates.workflow.model import ALL, Concurrency
from pipeline.gates.workflow.yaml_text import Node, NotYaml, read, scalar, words_of_two_minds
from tests.unit.pipeline.gates.workflow.world import MAIN, PULL_REQUEST, edited, rules_against, texts


@pytest.mark.parametrize(
    ("word", "value"),
    [("on", "on"), ("yes", "yes"), ("true", True), ("FALSE", False), ("~", None), ("", None), ("12", 12),
     ("1.5", 1.5), ("0x1", "0x1"),
     ("1e3", "1e3"), ("2026-01-01", "2026-01-01"), ("tRue", "tRue")],
)  # fmt: skip
def test_words_mean_what_yaml_1_2_says(word: str, value: object) -> None:
    assert scalar(word) == value


def test_a_quoted_word_is_text_and_on_is_a_key() -> None:
    top = read("on: push\na: 'true'\nb: |\n  x\n")
    assert set(top.fields()) == {"on", "a", "b"}
    assert [one.value for one in top.fields().values()] == ["push", "true", "x\n"]


@pytest.mark.parametrize(
    ("text", "line"),
    [("a: 1\nb: 2\na: 3\n", 3), ("a: [1\n", 2), ("a: &x [*x]\n", 1), ("x: &a {b: 1}\ny:\n  <<: *a\n", 3), ("", 1),
     ("? [a]\n: 1\n", 1),
     ("a: 1\n---\nb: 2\n", 2), ("\x07", 1), ("a:\n\t- b\n", 2)],
)  # fmt: skip
def test_what_github_refuses_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(NotYaml) as caught:
        read(text)
    assert caught.value.line == line
    assert caught.value.why


def test_anchors_are_followed_but_not_without_end() -> None:
    top = read("a: &x [1, 2]\nb: *x\n")
    assert top.at("b") is not None
    assert top.fields()["b"].texts() == ("1", "2")
    doubled = "\n".join(f"a{n}: &a{n} [{f'*a{n - 1}, ' * 9}1]" if n else "a0: &a0 [1]" for n in range(9))
    with pytest.raises(NotYaml, match=r"more than 20,000 values"):
        read(doubled)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(NotYaml):
        read(text)


def test_words_of_two_minds_are_found_where_they_are_values() -> None:
    top = read("on: push\na: no\nb: 'off'\nc: [YES, maybe]\n")
    assert [(one.value, one.line) for one in words_of_two_minds(top)] == [("no", 2), ("YES", 4)]


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("cancel-in-progress: true", "cancel-in-progress: off", "word-is-of-two-minds"),
        ("permissions: {}", "permissions: {}\npermissions: write-all", "document-is-unreadable"),
        ("jobs:\n", "jobs:\n\t", "document-is-unreadable"),
        ("jobs:\n", "x: &x {a: 1}\njobs:\n  <<: *x\n", "document-is-unreadable"),
    ],
)
def test_a_workflow_that_readers_differ_about_is_refused(old: str, new: str, rule: str) -> None:
    assert rule in rules_against(edited(PULL_REQUEST, old, new))


def test_a_workflow_is_read_into_its_shapes() -> None:
    text = """\
on: [push, workflow_dispatch]
permissions: read-all
concurrency: all
defaults: {run: {shell: sh}}
jobs:
  a:
    name: A
    runs-on: {group: big, labels: [x, y]}
    environment: {name: prod, url: z}
    continue-on-error: false
    steps:
      - uses: "actions/checkout@abc" # v1
      - run: |
          first
        shell: bash
      - run: single
  b:
    needs: a
    permissions:
    uses: ./.github/workflows/x.yml
    secrets: inherit
"""
    one = model.workflow("w.yml", read(text), text)
    a, b = one.jobs
    assert (set(one.triggers), one.permissions, one.name) == ({"push", "workflow_dispatch"}, {ALL: "read"}, "w.yml")
    assert one.concurrency == Concurrency("all", "false", 3)
    assert (a.check, a.environment, a.runs_on, a.continues) == ("A", "prod", ("group:big", "x", "y"), "false")
    assert [(step.action, step.comment, step.run, step.run_line) for step in a.steps] == [
        ("actions/checkout", "v1", "", 12),
        ("", "", "first\n", 14),
        ("", "", "single", 16),
    ]
    assert [one.shell_of(a, step) for step in a.steps] == ["sh", "bash", "sh"]
    assert (b.needs, b.permissions, b.uses, b.secrets, one.before(b)) == (
        ("a",),
        {},
        "./.github/workflows/x.yml",
        "inherit",
        (a,),
    )


@pytest.mark.parametrize(
    ("patterns", "held"),
    [(("main",), True), (("m*",), True), (("**",), True), (("release/**",), False), (("main", "!m*"), False),
     (("!x", "main"), True),
     (("ma[i]n",), True), (("mai?n",), True), (("*/main",), False), (("**/main",), True), (("ma[",), False),
     ((), False)],
)  # fmt: skip
def test_branches_are_matched_as_github_does(patterns: tuple[str, ...], *, held: bool) -> None:
    assert matches(patterns, "main") is held


def test_a_push_of_tags_alone_reaches_no_branch() -> None:
    assert reaches_main(Node(None, 1))
    assert not reaches_main(read("tags: ['v*']"))
    assert reaches_main(read("branches: [main]\ntags: ['v*']"))


def test_a_file_that_is_no_text_is_unreadable_and_others_of_github_s_are_read() -> None:
    whole = texts()
    whole[".github/dependabot.yml"] = "version: 2\nversion: 3\n"
    assert rules_against(whole) == {"document-is-unreadable"}
    assert MAIN in whole
