"""The shell reader: what hides a failure is found wherever it stands, and what does not is left in peace."""

import subprocess

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.gates.workflow.shell import commands_in, hidden_in

CHECK = "scripts/test"

HIDING = [
    "X || true", "X || :", "X||true", "X || echo failed", "X || exit 0", "set +e\nX", "X; true", "X | tee log",
    "X 2>&1 | tee log",
    "X |& cat", "X\nexit 0", "exit 0\nX", "! X", "if X; then echo ok; fi", "if ! X; then echo bad; fi", "X &",
    "X & wait",
    "X && echo ok\necho done", "echo $(X)", "export V=$(X)", "V=1 X || true", "trap 'exit 0' EXIT\nX",
    "bash -c 'X; true'",
    'bash -c "X || true"', "eval 'X || true'", "( X ) || true", "{ X; echo x; } || exit 1", "X || { echo x; exit $?; }",
    "X || exit 256", "while X; do break; done", "X && true || true", "set +o errexit\nX", "X || (exit 0)",
    "f() { X || true; }\nf",
    "cat <(X)", "X || ! true", "X \\\n  || true", "time X || true", '[ -n "$(X)" ]', "case x in x) X || true;; esac",
    "for i in 1 2; do X || continue; done", "X || break", "X ||\n true # ok", "X\nexit $((0))", "X || printf x >> out",
    "set -e +e\nX", "X || scripts/report", "if X; then echo ok; else echo bad; fi", "until ! X; do sleep 1; done",
    "if true; then X || true; fi", "X || { true; }", "(X; true) || exit 1", "scripts/other() { :; }\nX",
    "timeout 5 X || [ $? -eq 124 ]",
    "X | cat | cat", "if [ -f x ]; then X | tee log; fi", "sudo env A=1 X || true", "X || return 0", "X || kill $$",
    "set +euo pipefail\nX",
    "cat <<E | X | cat\nE", "X; :", "X || false || true", "if echo; X && true; then echo; fi", "if ((",
    "X || $(true)", "trap 'exit' EXIT\nX",
]  # fmt: skip

SEEN = [
    "X", "scripts/setup\nX", "X || exit 1", "X || { echo x; exit 1; }", "set -euo pipefail\nX | tee log",
    "if ! X; then echo bad; exit 1; fi",
    "command -v uv || pip install uv", '[ -z "$V" ] || X', '[ -n "$V" ] && echo x', "echo a | tee b",
    'X >> "$GITHUB_STEP_SUMMARY"',
    "V=$(X)\necho $V", "until curl -sf localhost; do sleep 1; done", "fail() { echo $1; exit 1; }\nX || fail x",
    "for f in a b; do X $f; done",
    "code=0\nX || code=$?\nexit $code", "echo 'a || true'", "# X || true\nX", "cat <<'E'\nX || true\nE",
    "cd api && X", 'echo "$(date)"',
    "X > log 2>&1", "X &\npid=$!\nwait $pid", "X || { code=$?; echo x; exit $code; }", "git diff --exit-code",
    'a="$(git rev-parse HEAD)"',
    "if X; then echo ok; else exit 1; fi", "if [ -f x ]; then X; fi", 'echo "🎉 naïve"; X', "X || false",
    "X || (exit 3)", "X && X",
    "case $V in a) X;; *) exit 2;; esac", "while ! X; do sleep 1; done", "{ X; }", "(X)", "X -k 'a | b && c'",
    "X || exit", "time X", "",
    "if [ -f a ]; then :; elif [ -f b ]; then X; else X; fi", "while read -r line; do X; done < file", "bash -c 'X'",
    "bash -ec 'X; X'",
    "X || { echo x >&2 && exit 1; }", "[[ $V = 1 ]] && exit 1\nX", "printf '%s' \"$V\" > file", "f() { X; }\nf",
]  # fmt: skip


def hides(script: str, *, errexit: bool = True, pipefail: bool = False) -> bool:
    return bool(hidden_in(script.replace("X", CHECK), errexit=errexit, pipefail=pipefail))


@pytest.mark.parametrize("script", HIDING)
def test_what_hides_a_failure_is_found(script: str) -> None:
    assert hides(script)


@pytest.mark.parametrize("script", SEEN)
def test_what_hides_none_is_left_in_peace(script: str) -> None:
    assert hidden_in(script.replace("X", CHECK), errexit=True, pipefail=False) == ()


def test_without_errexit_only_the_last_command_counts() -> None:
    assert hides("X\nX", errexit=False)
    assert not hides("X", errexit=False)
    assert not hides("set -e\nX\nX", errexit=False)
    assert not hides("X | tee log", pipefail=True)


def test_a_finding_says_its_line_and_what_hides_it() -> None:
    (one,) = hidden_in("scripts/setup\nif true; then\n  scripts/test | tee log\nfi\n", errexit=True, pipefail=False)
    assert (one.line, one.what) == (3, "`scripts/test` may fail unseen: it is piped without `pipefail`")


def test_every_command_is_told_with_its_words() -> None:
    script = "A=1 pytest -k 'x y' || bash -c \"ruff check\"\n$(git log) && [ -f x ]"
    assert [words for _, words in commands_in(script)] == [
        ("pytest", "-k", "x y"),
        ("bash", "-c", "ruff check"),
        ("ruff", "check"),
        ("$(git log)",),
        ("git", "log"),
        ("[",),
    ]


WRAPS = st.sampled_from(
    ["{}", "( {}\n)", "{{ {}\n}}", "if true; then\n{}\nfi", "for i in 1; do\n{}\ndone", "case 1 in *)\n{}\n;; esac",
     "true\n{}", "true && {{ {}\n}}",
     "f() {{ {}\n}}\nf", "V=1\n{}", "{} > /dev/null"]
)  # fmt: skip
ENDS = st.sampled_from(
    [
        "X",
        "X || true",
        "X | cat",
        "! X",
        "X || exit 1",
        "X || echo no",
        "X && :",
        "if X; then :; fi",
        "X || { :; false; }",
    ]
)


def _failing(script: str) -> int:
    """How bash itself ends, as GitHub calls it, where the check fails."""
    given = script.replace("X", "(exit 7)")
    return subprocess.run(["bash", "-e", "-c", given], capture_output=True, timeout=20).returncode


@given(end=ENDS, wraps=st.lists(WRAPS, max_size=3))
@example(end="X && :", wraps=["true\n{}", "{}"])
def test_a_script_that_hides_nothing_fails_in_bash_if_its_check_fails(end: str, wraps: list[str]) -> None:
    script = end
    for wrap in wraps:
        script = wrap.format(script) if "\n" in wrap or "\n" not in script else script
    if not hides(script):
        assert _failing(script) != 0, script


@given(end=ENDS, wraps=st.lists(WRAPS, max_size=2), after=st.sampled_from(["", "\necho done"]))
def test_a_script_that_passes_in_bash_though_its_check_fails_is_found(end: str, wraps: list[str], after: str) -> None:
    script = end
    for wrap in wraps:
        script = wrap.format(script) if "\n" in wrap or "\n" not in script else script
    script += after
    if _failing(script) == 0:
        assert hides(script), script


@given(st.text(max_size=40))
@example(";-&={\U000fa545\U000aa551??&;/\U0008cc98\ua382\ua492\ud309\u01a5)\\{/>")
def test_no_text_makes_the_reader_fall_over(text: str) -> None:
    hidden_in(text, errexit=True, pipefail=False)
    commands_in(text)
