"""Changes that come after a release which is not HEAD: what they are compared with, and what git tells of them."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.mutation.catalogue import Change, Edit, Kind, Write
from pipeline.plan.delivery import DELIVERY
from pipeline.record.verdict import Outcome
from tests.unit.pipeline.mutation.world import SLIPWAY, Heard, change, repository, results, says, sweep
from tests.unit.pipeline.rehearsal.test_commits import git

ONLY = frozenset({"lint"})
SEES = """\
{ echo "base: $(cat "$SLIPWAY_BASE"/api/*)"; echo "base has cdk.out: $([ -d "$SLIPWAY_BASE/cdk.out" ] && echo yes)"
  echo "here: $(cat api/*)"; echo "change: $(git log --format=%s origin/BRANCH..HEAD)"
  echo "released: $(git log --format=%s origin/BRANCH)"; echo "not committed: $(git status --porcelain)"
} >>ROOT/seen
"""
RELEASED = replace(
    change("released", Kind.GOOD),
    edits=(Edit("api/orders.py", "True", "False"),),
    writes=(Write("api/parcels.py", "SENT = True\n"),),
)
TAKEN_BACK = replace(RELEASED, id="taken-back", title="taken back", edits=(), writes=(), before=RELEASED)
CONTRACTED = replace(TAKEN_BACK, id="contracted", title="contracted", edits=(Edit("api/orders.py", "OWNED", "HAD"),))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The small repository, whose gates tell what they see, but without a change that is none."""
    root = repository(tmp_path)
    sees = SEES.replace("ROOT", str(root)).replace("BRANCH", DELIVERY.source.branch)
    asked = f'if git log --format=%s -1 | grep -q -v "no change"; then\n{sees}fi\n'
    (root / "scripts/slipway").write_text(SLIPWAY.replace('echo "$2 was asked"\n', asked))
    (root / ".gitignore").write_text(".slipway/\nseen\n")
    git(root, "commit", "-q", "--all", "-m", "one that sees")
    return root


def seen(root: Path, asked: Change) -> str:
    """What the gate saw of a change, which passed."""
    judged = sweep(root, DELIVERY, Heard(), only=ONLY).run([asked])
    assert results(judged)[asked.id] == "passed"
    return (root / "seen").read_text()


def test_a_release_is_taken_back_by_a_commit_on_top_of_it_and_compared_with_it(root: Path) -> None:
    assert seen(root, TAKEN_BACK) == (
        "base: OWNED = False\nSENT = True\nbase has cdk.out: yes\nhere: OWNED = True\n"
        "change: taken back\nreleased: released\none that sees\none\nnot committed: \n"
    )


def test_the_next_step_is_laid_over_what_was_released(root: Path) -> None:
    assert seen(root, CONTRACTED) == (
        "base: OWNED = False\nSENT = True\nbase has cdk.out: yes\nhere: HAD = False\nSENT = True\n"
        "change: contracted\nreleased: released\none that sees\none\nnot committed: \n"
    )


def test_a_release_is_laid_out_once_and_not_mixed_up_with_another(root: Path) -> None:
    sweep(root, DELIVERY, Heard(), only=ONLY).run([TAKEN_BACK, CONTRACTED])
    (made,) = (root / ".slipway/kept").glob("base-released-*")
    (made / "api/parcels.py").write_text("SENT = None\n")
    (root / "seen").unlink()
    assert "SENT = None" in seen(root, TAKEN_BACK)
    other = replace(RELEASED, writes=(Write("api/parcels.py", "SENT = 1\n"),))
    (root / "seen").unlink()
    assert "SENT = 1" in seen(root, replace(TAKEN_BACK, before=other))


def test_a_release_that_does_not_fit_the_tree_any_more_is_an_error_of_ours(root: Path) -> None:
    gone = replace(RELEASED, edits=(Edit("api/orders.py", "SOLD", ""),))
    judged = sweep(root, DELIVERY, Heard(), only=ONLY).run([replace(TAKEN_BACK, before=gone)])
    assert results(judged)["taken-back"] == "not applied"
    assert judged[1].finding.startswith("what was released before it: api/orders.py: 'SOLD' … stands there 0 times")


def test_a_release_that_does_not_synthesize_broke_and_says_so(root: Path) -> None:
    unmade = replace(RELEASED, writes=(Write("says/synth", "2\n"),))
    judged = sweep(root, DELIVERY, Heard(), only=ONLY).run([replace(TAKEN_BACK, before=unmade)])
    assert results(judged)["taken-back"] == "broke"
    assert judged[1].finding.startswith("HEAD with released does not synthesize: slipway: so says synth")


def test_the_step_after_a_release_is_asked_like_any_other_change(root: Path) -> None:
    refused = replace(RELEASED, writes=(Write("says/lint", says(Outcome.REFUSED, "gone")),))
    judged = sweep(root, DELIVERY, Heard(), only=ONLY).run([replace(CONTRACTED, before=refused)])
    assert results(judged)["contracted"] == "false alarm"
