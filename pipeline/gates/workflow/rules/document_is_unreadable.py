"""Every file that GitHub reads can be read, the way that GitHub reads it."""

from collections.abc import Iterator

from pipeline.gates.workflow.rule import Found, Look, Rule


def _check(look: Look) -> Iterator[Found]:
    for one in look.now.unreadable:
        yield Found(f"{one.path}:{one.line}", f"GitHub would not read it: {one.why}")


RULE = Rule(
    id="document-is-unreadable",
    what="a file below .github that is no YAML, holds a key twice, a merge key, or an anchor that holds itself",
    why="GitHub leaves out what it can't read, and its checks never report; who forgives sees another workflow",
    fix="mend the file",
    models="YAML 1.1 and 1.2; a workflow that scanners drop in silence",
    check=_check,
)
