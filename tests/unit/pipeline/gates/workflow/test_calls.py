"""How a command calls an HTTP interface, and what its words come to."""

import pytest

from pipeline.gates.workflow.calls import commands_of, is_write, method_of, without_contexts
from tests.unit.pipeline.gates.workflow.world import DEPLOY, edited, made

STEP = "      - run: scripts/test\n"


@pytest.mark.parametrize(
    ("command", "method"),
    [
        ("gh api x", "GET"),
        ("gh api -X DELETE x", "DELETE"),
        ("gh api -XDELETE x", "DELETE"),
        ("gh api --method=put x", "PUT"),
        ("gh api x -f a=b", "POST"),
        ("gh api x -fa=b", "POST"),
        ("gh api x --input=-", "POST"),
        ("gh api -X GET x -f a=b", "GET"),
        ("gh pr view 1", ""),
        ("curl x", "GET"),
        ("curl -fsSL x", "GET"),
        ("curl -sXPATCH x", "PATCH"),
        ("curl -X $M x", "$M"),
        ("curl --request DELETE x", "DELETE"),
        ("curl --data-binary @x y", "POST"),
        ("curl -sd a=b x", "POST"),
        ("curl -G -d a=b x", "GET"),
        ("curl -I x", "GET"),
        ("/usr/bin/curl --json {} x", "POST"),
        ("wget x", "GET"),
        ("wget --post-data=a x", "POST"),
        ("wget --method DELETE x", "DELETE"),
        ("http x", "GET"),
        ("xh DELETE x", "DELETE"),
        ("git push", ""),
    ],
)
def test_the_method_of_a_call_is_what_its_options_say(command: str, method: str) -> None:
    assert method_of(tuple(command.split())) == method


def test_a_method_that_nobody_can_tell_may_write_and_no_call_does_not() -> None:
    asked = {
        command: is_write(tuple(command.split()))
        for command in ("gh api -X $M x", "curl -I x", "git push", "curl -XPUT x")
    }
    assert asked == {"gh api -X $M x": True, "curl -I x": False, "git push": False, "curl -XPUT x": True}


def test_what_an_expression_says_is_the_variable_that_says_it() -> None:
    text = "${{ github.run_id }} ${{ env.X }} ${{ github.event.number }} ${{ inputs.y }}"
    assert without_contexts(text) == "$GITHUB_RUN_ID $X $EXPRESSION $EXPRESSION"


def test_variables_have_their_values_where_those_stand_and_else_are_themselves() -> None:
    script = 'a=1; b=${a}2\n          last=$(date)\n          tell $a "$b" $last ${HERE:-x} $ABOVE'
    files = edited(DEPLOY, STEP, f"{STEP}      - run: |\n          {script}\n        env:\n          HERE: h\n")
    files[DEPLOY] = files[DEPLOY].replace(
        "permissions: {}\n", "permissions: {}\n\nenv:\n  ABOVE: ${{ env.HERE }}/up\n", 1
    )
    told = [one for one in commands_of(made(files)) if one.words[:1] == ("tell",)]
    assert [one.words for one in told] == [("tell", "1", "12", "$last", "h", "h/up")]
    assert told[0].told == "`tell 1 12 $last h h/up`"
    assert told[0].where.startswith(f"{DEPLOY}:")
