"""Changes that find their place in a tree, and those that don't any more."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.mutation.apply import NotApplied, apply, files_of
from pipeline.mutation.catalogue import CONTROL, Change, Edit, Write

PATCH = """\
diff --git a/money.py b/money.py
--- a/money.py
+++ b/money.py
@@ -1 +1 @@
-PRICE = 1
+PRICE = 2
"""
PROGRAM = 'CHANGES = {"money.py": lambda text: text.replace("1", "2")}'


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "money.py").write_text("PRICE = 1\n")
    return tmp_path


@pytest.mark.parametrize(
    "change",
    [
        replace(CONTROL, edits=(Edit("money.py", "1", "2"),)),
        replace(CONTROL, patch=PATCH),
        replace(CONTROL, program=PROGRAM),
    ],
    ids=["edit", "patch", "program"],
)
def test_a_change_is_made_in_the_tree_and_names_its_files(change: Change, tree: Path) -> None:
    assert files_of(change) == ("money.py",)
    assert apply(change, tree) == ("money.py",)
    assert (tree / "money.py").read_text() == "PRICE = 2\n"


def test_files_come_and_go(tree: Path) -> None:
    change = replace(CONTROL, removes=("money.py",), writes=(Write("more/new.py", "NEW = 1\n"),))
    assert apply(change, tree) == ("money.py", "more/new.py")
    assert not (tree / "money.py").exists()
    assert (tree / "more/new.py").read_text() == "NEW = 1\n"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (replace(CONTROL, edits=(Edit("money.py", "COST", "2"),)), "'COST' … stands there 0 times, 1 expected"),
        (replace(CONTROL, edits=(Edit("money.py", "R", "2", times=2),)), "'R' … stands there 1 times, 2 expected"),
        (replace(CONTROL, edits=(Edit("gone.py", "1", "2"),)), "gone.py can't be read"),
        (replace(CONTROL, removes=("gone.py",)), "gone.py can't be read"),
        (replace(CONTROL, patch=PATCH.replace("-PRICE = 1", "-PRICE = 7")), "change.patch: error: patch failed"),
        (replace(CONTROL, program='CHANGES = {"money.py": str}'), "it leaves money.py as it was"),
        (replace(CONTROL, program='CHANGES = {"money.py": lambda text: text[99]}'), "IndexError"),
    ],
)
def test_what_does_not_fit_any_more_is_said(change: Change, why: str, tree: Path) -> None:
    with pytest.raises(NotApplied, match=why):
        apply(change, tree)


@pytest.mark.parametrize(
    "change",
    [
        replace(CONTROL, edits=(Edit("../outside.py", "1", "2"),)),
        replace(CONTROL, edits=(Edit("link/outside.py", "1", "2"),)),
        replace(CONTROL, writes=(Write("../outside.py", ""),)),
        replace(CONTROL, writes=(Write("link/new.py", ""),)),
        replace(CONTROL, removes=("../outside.py",)),
        replace(CONTROL, program=PROGRAM.replace("money.py", "../outside.py")),
        replace(CONTROL, patch=PATCH.replace("money.py", "../outside.py")),
        replace(CONTROL, patch=PATCH.replace("money.py", "link/outside.py")),
    ],
    ids=["edit", "edit by a link", "write", "write by a link", "remove", "program", "patch", "patch by a link"],
)
def test_nothing_outside_the_tree_is_touched(change: Change, tmp_path: Path) -> None:
    """A row is the catalogue's, and may be a pull request's: it changes a copy, and never the machine that asks."""
    (outside := tmp_path / "outside.py").write_text("PRICE = 1\n")
    (tree := tmp_path / "tree").mkdir()
    (tree / "link").symlink_to(tmp_path)
    with pytest.raises(NotApplied, match=r"outside the tree|invalid path|beyond a symbolic link"):
        apply(change, tree)
    assert outside.read_text() == "PRICE = 1\n"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["outside.py", "tree"]
