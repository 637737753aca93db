"""`scripts/bench` that is asked for what it does not measure."""

import pytest

from tests.bench.__main__ import main


def test_what_is_not_measured_is_refused_with_what_is(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["nope"])
    assert ended.value.code == 2
    there = "there are setup, synth, refusal, fresh, rehearse, and handlers by itself"
    assert capsys.readouterr().err.splitlines()[-1] == f"scripts/bench: error: there is no nope: {there}"


def test_handlers_beside_another_are_told_to_be_asked_by_themselves(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["handlers", "synth"])
    assert capsys.readouterr().err.endswith("error: handlers is measured by itself: scripts/bench handlers\n")
