"""The seams are checked before anything is served."""

import pytest

from pipeline.rehearsal.world.emulator.inside.seams import Seam, SeamMissing, check


def test_a_seam_that_is_there_passes() -> None:
    check([Seam("json", "dumps"), Seam("textwrap", "dedent", ("text",))])


def test_every_missing_or_changed_seam_is_named_with_the_version() -> None:
    wrong = [
        Seam("json", "nothing"),
        Seam("no.such.module", "thing"),
        Seam("textwrap", "dedent", ("words",)),
        Seam("math", "pi", ()),
    ]
    with pytest.raises(SeamMissing) as missing:
        check(wrong)
    told = str(missing.value)
    for part in (
        "json.nothing is not there",
        "no.such.module.thing is not there",
        "takes (text), not (words)",
        "math.pi",
    ):
        assert part in told
    assert "ministack" in told
