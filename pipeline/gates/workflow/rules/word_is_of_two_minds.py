"""No bare `yes`, `no`, `on` or `off` as a value: readers differ in what it means."""

from collections.abc import Iterator

from pipeline.gates.workflow.rule import Found, Look, Rule
from pipeline.gates.workflow.tree import is_action, is_workflow
from pipeline.gates.workflow.yaml_text import words_of_two_minds


def _check(look: Look) -> Iterator[Found]:
    for path, top in look.now.documents.items():
        if is_workflow(path) or is_action(path):
            for one in words_of_two_minds(top):
                yield Found(
                    f"{path}:{one.line}", f"`{one.value}` without quotes: a boolean to some readers, text to GitHub"
                )


RULE = Rule(
    id="word-is-of-two-minds",
    what="a value that YAML 1.1 takes for a boolean and YAML 1.2, as GitHub, for text",
    why="`cancel-in-progress: off` is a text, and a text that is not empty counts as true",
    fix="write true or false, or quote the word",
    models="YAML 1.1 booleans",
    check=_check,
)
