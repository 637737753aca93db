"""The catalogue as data: what a row must say, and how it is told when it does not."""

import re
from pathlib import Path

import pytest

from pipeline.mutation import catalogue
from pipeline.mutation.catalogue import Class, Edit, Expected, Kind, Needs, NotBuilt, Unreadable

ROW = """\
title = "Anybody may read anybody's order"
class = "authorization"
row = "Z03"
needs = "stage"
[[expected]]
gate = "integration"
finding = "two_customers"
[[edit]]
file = "api/orders.py"
find = "owner"
put = "nobody"
"""
GOOD = 'title = "Nothing"\nclass = "good"\n[[write]]\nfile = "a"\ntext = "b"\n'


def row(root: Path, text: str, kind: str = "bad", name: str = "z03-owner") -> Path:
    folder = root / "tests/mutation" / kind / name
    folder.mkdir(parents=True)
    (folder / "change.toml").write_text(text)
    return root


def test_a_row_is_read_with_all_that_it_says(tmp_path: Path) -> None:
    (change,) = catalogue.read(row(tmp_path, ROW))
    assert (change.id, change.kind, change.class_, change.needs) == (
        "z03-owner",
        Kind.BAD,
        Class.AUTHORIZATION,
        Needs.STAGE,
    )
    assert change.expected == (Expected("integration", "two_customers"),)
    assert change.edits == (Edit("api/orders.py", "owner", "nobody"),)
    assert change.named == "integration"


def test_bad_ones_come_before_good_ones(tmp_path: Path) -> None:
    row(row(tmp_path, ROW), GOOD, "good", "a-good-one")
    assert [change.kind for change in catalogue.read(tmp_path)] == [Kind.BAD, Kind.GOOD]


def test_a_digest_is_of_what_is_done_and_not_of_what_is_expected(tmp_path: Path) -> None:
    (first,) = catalogue.read(row(tmp_path / "one", ROW))
    (other,) = catalogue.read(row(tmp_path / "two", ROW.replace("two_customers", "another").replace("Anybody", "All")))
    (edited,) = catalogue.read(row(tmp_path / "three", ROW.replace("nobody", "somebody")))
    assert first.digest == other.digest != edited.digest


@pytest.mark.parametrize(
    ("text", "kind", "why"),
    [
        (ROW.replace("authorization", "authorisation"), "bad", "class: Input should be"),
        (ROW.replace("title", "headline"), "bad", "title: Field required"),
        ("title =", "bad", "change.toml: Invalid value"),
        (ROW.replace("[[expected]]", "[[allowed]]"), "bad", "nobody is expected to refuse it"),
        (ROW.replace("two_customers", "(two"), "bad", "no regular expression"),
        (re.sub(r'gate = "\w+"', 'gate = "wurkflow"', ROW), "bad", "there is no gate 'wurkflow': it is one of synth, "),
        (re.sub(r'file = ".*"', 'file = "../../etc/passwd"', ROW), "bad", "../../etc/passwd lies outside the tree"),
        (re.sub(r'file = ".*"', 'file = "/etc/passwd"', ROW), "bad", "/etc/passwd lies outside the tree"),
        ('remove = ["a/../../b"]\n' + ROW, "bad", "a/../../b lies outside the tree"),
        (ROW.partition("[[edit]]")[0], "bad", "it changes nothing"),
        (GOOD, "bad", "the class of a bad change is not good"),
        (ROW, "good", "a good change must pass"),
    ],
)
def test_a_row_that_is_wrong_is_named_with_what_is_wrong(text: str, kind: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=why) as told:
        catalogue.read(row(tmp_path, text, kind))
    assert str(told.value).startswith(f"tests/mutation/{kind}/z03-owner: ")


AFTER = 'title = "Taken back"\nclass = "good"\nbefore = "z03-owner"\n'


def test_a_change_knows_what_was_released_before_it_and_takes_that_back_if_it_does_nothing(tmp_path: Path) -> None:
    row(row(tmp_path, GOOD, "good"), AFTER, "good", "back")
    back, released = catalogue.read(tmp_path)
    assert (back.before, back.does_something, released.before, released.does_something) == (released, False, None, True)
    (tmp_path / "tests/mutation/good/z03-owner/change.toml").write_text(GOOD.replace('text = "b"', 'text = "c"'))
    assert catalogue.read(tmp_path)[0].digest != back.digest


@pytest.mark.parametrize(
    ("released", "after", "kind", "why"),
    [
        (GOOD, AFTER.replace("z03-owner", "z04"), "good", "before: there is no good change z04"),
        (AFTER, AFTER, "good", "before: z03-owner is not laid over HEAD itself"),
        (GOOD.replace("good", "nice"), AFTER, "good", "class: Input should be"),
        (GOOD, ROW.replace("needs", 'before = "z03-owner"\nneeds'), "bad", "a bad change is laid over HEAD"),
    ],
)
def test_a_release_before_a_change_is_a_good_change_over_head(
    released: str, after: str, kind: str, why: str, tmp_path: Path
) -> None:
    row(row(tmp_path, released, "good"), after, kind, "back")
    with pytest.raises(Unreadable, match=rf"tests/mutation/{kind}/back: .*{why}"):
        catalogue.read(tmp_path)


def test_a_catalogue_without_any_change_can_not_be_read(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="there is no change at all"):
        catalogue.read(tmp_path)


def test_what_is_not_built_is_listed_with_the_reason(tmp_path: Path) -> None:
    assert catalogue.not_built(tmp_path) == ()
    told = tmp_path / "tests/mutation/not_built.toml"
    told.parent.mkdir(parents=True)
    told.write_text('[[row]]\nrow = "P12"\ntitle = "the disk is filled"\nreason = "no soak yet"\n')
    assert catalogue.not_built(tmp_path) == (NotBuilt("P12", "the disk is filled", "no soak yet"),)
    told.write_text('[[row]]\nrow = "P12"\n')
    with pytest.raises(Unreadable, match="Field required"):
        catalogue.not_built(tmp_path)
