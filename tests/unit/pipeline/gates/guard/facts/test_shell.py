"""What hides how a command ended."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.gates.guard.facts.shell import hidden

OF_THE_CDK = (
    '[ ! -d "cdk.out" ] || { echo \'additionalInputs: "cdk.out" must not exist yet. If you want to merge multiple'
    ' artifacts, use a "cp" command.\'; exit 1; } && ln -s -- "$CODEBUILD_SRC_DIR_assemble_Output" "cdk.out"'
)


@pytest.mark.parametrize(
    "command",
    [
        "a || true",
        "a||true",
        "a || :",
        "a || exit 0",
        "a || echo failed",
        "a || (echo no)",
        "a || b",
        "(a || true)",
        "a && b || true",
        "timeout 5 a || true",
        "test -f manifest.json || true",
        "a; true",
        "a ; exit 0",
        "a;b",
        "a\nb",
        "{ a; true; }",
        "for x in 1 2; do a; done",
        "a | tee x",
        "a |& tee log",
        "a & b",
        "a &",
        "a &\nwait",
        "! a",
        "if a; then echo; fi",
        "while ! a; do sleep 1; done",
        "set +e",
        "set +o pipefail",
        'trap "exit 0" EXIT',
        'sh -c "a || true"',
        "a --soft-fail",
        "pytest --deselect x",
        "pytest --ignore=tests/slow",
        'a "unclosed',
    ],
)
def test_a_command_that_hides_a_status_is_seen(command: str) -> None:
    assert list(hidden(command))


@pytest.mark.parametrize(
    "command",
    [
        OF_THE_CDK,
        "scripts/setup",
        "cdk -a . deploy pipeline --require-approval=never --verbose",
        "npm install -g aws-cdk@2.1148.1",
        "a && b",
        "cd x && make",
        "(cd x && a)",
        "set -euo pipefail\na | tee log\nb",
        "set -e; a; b",
        'bash -ec "a; b"',
        "a || exit 1",
        "a || exit",
        "a || false",
        "a || (echo no; exit 1)",
        'a || { echo "bad" >&2; exit 3; }',
        "if [ -d x ]; then a; fi",
        "if [ -f x ]; then\n  a\nelse\n  b\nfi",
        "[ -d x ] || mkdir x",
        "[ -f x ] && a",
        "command -v x || npm install -g x@1.2.3",
        "export A=b; a",
        "a > log 2>&1",
        "echo x | a",
        "# a comment\na",
        "a \\\n  --flag",
        'echo "a || true"',
        "",
    ],
)
def test_a_command_whose_status_stands_is_left_alone(command: str) -> None:
    assert list(hidden(command)) == []


@given(st.text(max_size=60))
def test_any_text_is_judged(text: str) -> None:
    assert all(isinstance(reason, str) for reason in hidden(text))


@given(st.from_regex(r"[a-z]{1,8}( -{1,2}[a-z]{1,5}){0,2}", fullmatch=True))
def test_any_command_that_may_not_fail_hides_its_status(command: str) -> None:
    assert list(hidden(f"{command} || true"))
