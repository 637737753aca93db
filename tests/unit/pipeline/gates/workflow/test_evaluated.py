"""A text of strangers that comes by a variable stays a text."""

import pytest

from tests.unit.pipeline.gates.workflow.world import DEPLOY, edited, rules_against, texts

STEP = "      - run: scripts/test\n"
TITLE = "        env:\n          TITLE: ${{ github.event.pull_request.title }}\n"

EVALUATED = [
    'eval "echo $TITLE"',
    "eval echo $TITLE",
    'eval "$TITLE"',
    'bash -c "echo $TITLE"',
    'sh -ec "$TITLE"',
    "bash -c 'eval \"$TITLE\"'",
    'sudo -E env A=1 bash -c "$TITLE"',
    'docker run x sh -c "echo $TITLE"',
    'source <(echo "$TITLE")',
    '. /dev/stdin <<< "$TITLE"',
    'bash <<< "echo $TITLE"',
    "bash <<EOF\n          echo $TITLE\n          EOF",
    'echo "$TITLE" | bash',
    'echo "$TITLE" | tr a b | sh -s',
    'echo "$TITLE" | xargs -I{} sh -c "echo {}"',
    "bash < <(echo $TITLE)",
    '$TITLE "x"',
    '"$TITLE"',
    "exec $TITLE",
    '"./scripts/$TITLE"',
    "python -c \"print('$TITLE')\"",
    "python3 -c 'import os; exec(os.environ[\"TITLE\"])'",
    "node -e \"console.log('$TITLE')\"",
    'words=$TITLE\n          eval "$words"',
    'export words="echo $TITLE"\n          bash -c "$words"',
    'read -r words <<< "$TITLE"\n          eval "$words"',
    'for word in $TITLE; do eval "$word"; done',
    'echo "$TITLE" > x.sh\n          bash ./x.sh',
    'eval "$(jq -r .pull_request.title "$GITHUB_EVENT_PATH")"',
    'eval "git checkout $GITHUB_HEAD_REF"',
    'eval "$(gh pr view 1 --json title --jq .title)"',
    'trap "$TITLE" EXIT',
    'su -c "echo $TITLE" somebody',
    'say() { eval "$1"; }\n          say "$TITLE"',
    'say() { bash -c "$*"; }\n          say x $TITLE',
    'echo "$TITLE" | tee x.sh\n          sh x.sh',
    'words=($TITLE)\n          eval "${words[@]}"',
    'if ok; then eval "${TITLE:-x}"; fi',
]


@pytest.mark.parametrize("run", EVALUATED)
def test_no_text_of_strangers_is_evaluated(run: str) -> None:
    assert "text-is-evaluated" in rules_against(edited(DEPLOY, STEP, f"{STEP}      - run: |\n          {run}\n{TITLE}"))
    script = f"#!/usr/bin/env bash\nset -euo pipefail\n{run}\n".replace("\n          ", "\n")
    called = edited(DEPLOY, STEP, f"{STEP}      - run: scripts/tell\n{TITLE}")
    assert "text-is-evaluated" in rules_against({**called, "scripts/tell": script})


@pytest.mark.parametrize(
    "run",
    [
        'echo "$TITLE"',
        "echo $TITLE",
        'bash -c \'echo "$1"\' _ "$TITLE"',
        "bash -c 'echo \"$TITLE\"'",
        "eval 'echo \"$TITLE\"'",
        'eval "echo ${TITLE@Q}"',
        'eval "echo $(printf %q "$TITLE")"',
        'eval "$(ssh-agent -s)"',
        'bash -c "echo $PWD"',
        '[[ "$TITLE" == feat* ]] || exit 1',
        'echo "$TITLE" | grep -q x',
        'printf "%s" "$TITLE" | python scripts/title.py',
        "bash <<'EOF'\n          echo \"$TITLE\"\n          EOF",
        'source scripts/environment.sh "$PWD"',
        "jq --arg title \"$TITLE\" -n '{title: $title}'",
        "python -c 'import os; print(os.environ[\"TITLE\"])'",
        'echo "$TITLE" > title.txt\n          cat title.txt',
        '"$GITHUB_WORKSPACE/scripts/test"',
        'gh pr comment 1 --body "$TITLE"',
        "pytest -q",
        'say() { echo "$1"; }\n          say "$TITLE"',
        'say() { eval "$1"; }\n          say "echo"\n          echo "$TITLE" | tee x.md',
    ],
)
def test_a_text_that_stays_a_text_is_good(run: str) -> None:
    whole = edited(DEPLOY, STEP, f"{STEP}      - run: |\n          {run}\n{TITLE}")
    assert "text-is-evaluated" not in rules_against(whole)


@pytest.mark.parametrize(
    ("value", "refused"),
    [("${{ github.head_ref }}", True), ("x ${{ inputs.command }}", True), ("${{ steps.a.outputs.b }}", True),
     ("${{ github.sha }}", False), ("echo", False), ("${{ matrix.command }}", False), ("${{ secrets.KEY }}", False)],
)  # fmt: skip
def test_what_may_be_evaluated_is_what_nobody_else_wrote(value: str, *, refused: bool) -> None:
    step = f'      - run: eval "$COMMAND"\n        env:\n          COMMAND: {value}\n'
    assert ("text-is-evaluated" in rules_against(edited(DEPLOY, STEP, f"{STEP}{step}"))) is refused
    above = edited(DEPLOY, STEP, f'{STEP}      - run: eval "$COMMAND"\n')
    above[DEPLOY] = above[DEPLOY].replace("permissions: {}\n", f"permissions: {{}}\n\nenv:\n  COMMAND: {value}\n")
    assert ("text-is-evaluated" in rules_against(above)) is refused


def test_a_text_that_one_step_hands_to_the_next_is_one_there() -> None:
    hands = f'      - run: echo "NAME=$TITLE" >> "$GITHUB_ENV"\n{TITLE}'
    assert "text-is-evaluated" not in rules_against(edited(DEPLOY, STEP, f"{STEP}{hands}"))
    assert "text-is-evaluated" in rules_against(edited(DEPLOY, STEP, f'{STEP}{hands}      - run: eval "$NAME"\n'))


@pytest.mark.parametrize(
    ("script", "refused"),
    [("eval(process.env.TITLE)", True), ("execSync(`echo ${process.env.TITLE}`)", True),
     ("new Function(context.payload.pull_request.title)", True), ("core.info(process.env.TITLE)", False),
     ("/x/.exec(title)", False)],
)  # fmt: skip
def test_no_script_of_an_action_evaluates_it(script: str, *, refused: bool) -> None:
    step = f"      - uses: actions/github-script@{'0' * 40} # v8\n        with:\n          script: {script}\n{TITLE}"
    assert ("text-is-evaluated" in rules_against(edited(DEPLOY, STEP, f"{STEP}{step}"))) is refused
    action = 'name: t\ndescription: t\nruns:\n  using: composite\n  steps:\n    - run: eval "$X"\n      shell: bash\n'
    action += "      env:\n        X: ${{ inputs.x }}\n"
    assert "text-is-evaluated" in rules_against(texts(**{".github/actions/t/action.yml": action}))
