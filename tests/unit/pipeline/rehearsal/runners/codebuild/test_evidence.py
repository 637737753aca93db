"""What a gate leaves is read, kept and masked; what it did not leave is never made up."""

import json
from collections.abc import Mapping

import pytest

from pipeline.record.verdict import Outcome
from pipeline.rehearsal.errors import Unreadable
from pipeline.rehearsal.runners.codebuild import evidence
from tests.unit.pipeline.rehearsal.runners.codebuild.workbench import Bench, verdict


def gate(*commands: str, out: str = ".slipway/gate", parameters: Mapping[str, str] | None = None) -> str:
    variables = {"SLIPWAY_OUT": out}
    phases = {"build": {"commands": ['mkdir -p "$SLIPWAY_OUT"', *commands]}}
    return json.dumps(
        {"version": "0.2", "env": {"variables": variables, "parameter-store": parameters or {}}, "phases": phases}
    )


def writing(text: str) -> str:
    return f"cat > $SLIPWAY_OUT/verdict.json <<'END'\n{text}\nEND"


def test_a_gate_that_passes_is_believed_and_its_evidence_is_kept(bench: Bench) -> None:
    junit = "echo '<testsuites/>' > $SLIPWAY_OUT/junit.xml; mkdir $SLIPWAY_OUT/cov; echo 94 > $SLIPWAY_OUT/cov/lines"
    result = bench.run(gate(writing(verdict(Outcome.PASSED)), junit), gate="unit")
    assert (result.outcome, result.summary, result.reason) == (Outcome.PASSED, "318 passed", "")
    assert result.verdict is not None
    kept = sorted(str(path.relative_to(bench.kept)) for path in bench.kept.rglob("*") if path.is_file())
    assert kept == ["cov/lines", "junit.xml", "phases.json", "verdict.json"]


def test_a_gate_that_refuses_hands_its_summary_on(bench: Bench) -> None:
    text = verdict(Outcome.REFUSED, summary="1 of 318 failed")
    result = bench.run(gate(writing(text), "exit 1"), gate="unit")
    assert (result.outcome, result.reason) == (Outcome.REFUSED, "1 of 318 failed")


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("true", "no verdict: the build promised SLIPWAY_OUT/verdict.json and did not write it"),
        ("printf '{\"gate\": 1' > $SLIPWAY_OUT/verdict.json", "SLIPWAY_OUT/verdict.json: not a verdict: document: "),
        ("mkdir $SLIPWAY_OUT/verdict.json", "SLIPWAY_OUT/verdict.json can't be read: Is a directory"),
    ],
)
def test_a_promised_verdict_that_is_not_there_means_that_the_gate_broke(
    bench: Bench, command: str, reason: str
) -> None:
    result = bench.run(gate(command), gate="unit")
    assert result.outcome is Outcome.BROKE
    assert result.reason.startswith(reason)


def test_a_verdict_that_came_with_the_source_is_not_believed(bench: Bench) -> None:
    (bench.source / ".slipway" / "gate").mkdir(parents=True)
    (bench.source / ".slipway" / "gate" / "verdict.json").write_text(verdict(Outcome.PASSED))
    assert bench.run(gate("true"), gate="unit").outcome is Outcome.BROKE
    assert "a verdict.json came with the input" in bench.log


def test_secrets_are_masked_in_the_verdict_and_in_what_is_kept(bench: Bench) -> None:
    bench.parameters = {"/key": "hunter2"}
    commands = (
        writing(verdict(Outcome.REFUSED, summary="saw hunter2")),
        "echo hunter2 > $SLIPWAY_OUT/trace; printf 'hunter2\\377' > $SLIPWAY_OUT/binary; exit 1",
    )
    result = bench.run(gate(*commands, parameters={"KEY": "/key"}), gate="unit")
    assert result.verdict is not None
    assert (result.verdict.summary, result.reason) == ("saw ***", "saw ***")
    assert (bench.kept / "trace").read_text() == "***\n"
    assert (bench.kept / "binary").read_bytes() == b"***\xff"
    assert "hunter2" not in (bench.kept / "verdict.json").read_text()


def test_what_is_too_large_or_no_ordinary_file_is_named_instead_of_kept(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "KEPT_BYTES", 2_000)
    commands = ("head -c 3000 /dev/zero > $SLIPWAY_OUT/big; ln -s /etc/hostname $SLIPWAY_OUT/link",)
    bench.run(gate(writing(verdict(Outcome.PASSED)), *commands), gate="unit")
    assert "not kept: big: 3,000 bytes, more than there is room for" in bench.log
    assert "not kept: link: not an ordinary file" in bench.log
    assert not (bench.kept / "link").exists()


@pytest.mark.parametrize("out", ["/shared", "../elsewhere", "."])
def test_a_verdict_is_promised_below_the_build_s_own_folder(bench: Bench, out: str) -> None:
    with pytest.raises(Unreadable, match="not below the build's own folder"):
        bench.run(gate("true", out=out), gate="unit")


def test_a_gate_without_a_place_for_its_verdict_is_unreadable(bench: Bench) -> None:
    spec = json.dumps({"version": "0.2", "phases": {"build": {"commands": ["true"]}}})
    with pytest.raises(Unreadable, match="the gate unit is promised, but its build has no SLIPWAY_OUT"):
        bench.run(spec, gate="unit")
