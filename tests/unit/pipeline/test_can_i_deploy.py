"""Whether every version that is live would get what it relies on: of the list in git, or of a broker."""

from pathlib import Path

import pytest

from pipeline.can_i_deploy import can_i_deploy
from pipeline.gates.pacts.verification import VERIFIED
from tests.unit.pipeline.gates.pacts.playing import KEPT, playing
from tests.unit.pipeline.gates.pacts.releases import ORDER, STOCK, put_list, put_pact

HERE = {"SLIPWAY_FIRST_RELEASE": "1"}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A source whose one pact is verified as far as a test says."""
    pact = put_pact(tmp_path, ORDER, STOCK)
    put_list(tmp_path, {"stages": ["prod"]})
    (tmp_path / "tests/contract").mkdir(parents=True)
    test = f"def test_it(record_property):\n    record_property({VERIFIED!r}, '{pact.digest} 2')\n"
    (tmp_path / "tests/contract/test_provider_x.py").write_text(test)
    return tmp_path


def asked(root: Path, stage: str | None, environ: dict[str, str]) -> tuple[int, list[str]]:
    said: list[str] = []
    return can_i_deploy(stage, root, environ, said.append), said


def test_yes_where_all_that_is_live_gets_what_it_relies_on(source: Path) -> None:
    code, said = asked(source, "prod", HERE)
    assert (code, said[-1]) == (0, "✓ to prod: 1 of 1 pacts of what is live there are kept")
    assert "2 of 2 ✓" in said[0]


def test_no_where_something_is_not_kept_with_what_it_is(source: Path) -> None:
    put_pact(source, ORDER)
    code, said = asked(source, None, HERE)
    assert (code, said[-1]) == (1, "✗ not to every stage: 0 of 1 pacts of what is live there are kept")
    assert any("pact-not-kept: shop 1" in line for line in said)


def test_no_where_nobody_is_listed_as_live(source: Path) -> None:
    code, said = asked(source, "gamma", HERE)
    assert (code, said[-1].partition(": ")[0]) == (1, "✗ not to gamma")


def test_a_stage_that_is_none_is_usage(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert asked(source, "staging", HERE)[0] == 2
    assert capsys.readouterr().err == "slipway: there is no stage staging; there are beta, gamma, prod\n"


def test_nobody_knows_in_a_pipeline_that_does_not_say_what_is_deployed(
    source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked(source, None, {"CODEBUILD_BUILD_ID": "x:1"})[0] == 3
    assert "nobody says what is deployed" in capsys.readouterr().err


def test_a_broker_that_is_configured_is_asked_of_every_stage(source: Path) -> None:
    with playing(matrix=KEPT) as played:
        environ = {"PACT_BROKER_BASE_URL": played.url, "CODEBUILD_RESOLVED_SOURCE_VERSION": "6f5db5b"}
        code, said = asked(source, None, environ)
        assert (code, said[-1]) == (0, "✓ to prod: All required verification results are there.")
        assert [dict(query)["environment"] for _, _, query, _ in played.asked] == ["beta", "gamma", "prod"]
        played.answers = {"matrix": {"summary": {"deployable": None, "reason": "No verification yet."}}}
        assert asked(source, "beta", environ) == (1, ["✗ not to beta: No verification yet."])


def test_a_broker_that_does_not_answer_is_no_answer(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with playing() as played:
        played.status = 503
        environ = {"PACT_BROKER_BASE_URL": played.url, "CODEBUILD_RESOLVED_SOURCE_VERSION": "6f5db5b"}
        assert asked(source, "beta", environ)[0] == 3
    assert "answered 503" in capsys.readouterr().err


def test_a_list_that_does_not_say_who_we_are_is_no_answer(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put_list(source, us=None)
    assert asked(source, "beta", {"PACT_BROKER_BASE_URL": "http://127.0.0.1:1"})[0] == 3
    assert "does not say what the broker calls us" in capsys.readouterr().err
