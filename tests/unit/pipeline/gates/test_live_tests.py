"""Gates that are a folder of tests, run for real on small folders."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.gates import contract
from pipeline.gates.judge import Asked, judge
from pipeline.gates.live_tests import gather_tests
from pipeline.plan.delivery import CONTRACT
from pipeline.plan.model import Gate, Limit
from pipeline.record.verdict import Outcome
from tests.unit.pipeline.gates.pacts.releases import ORDER, STOCK, put_pact
from tests.unit.pipeline.gates.world import context, put

SMOKE = Gate("smoke", (Limit("failed", at_most=0),), checked_at_least=2)
ONE_OF_TWO = "def test_a(): ...\n\ndef test_b():\n    assert 1 == 2\n"
VERIFIES = """
def test_a(record_property):
    record_property("written pact", "{digest}")
    record_property("verified pact", "{digest} 2")
"""


def test_a_folder_of_tests_is_judged_by_its_counts(tmp_path: Path) -> None:
    seen = gather_tests(context(put(tmp_path, tests__smoke__test_a_dot_py=ONE_OF_TWO), SMOKE), "tests/smoke")
    verdict = judge(SMOKE, seen, Asked("again"))
    assert (verdict.outcome, verdict.summary) == (Outcome.REFUSED, "1 passed, 1 failed")
    assert verdict.findings[0].where == "tests/smoke/test_a.py:4"


@pytest.mark.parametrize("left", [{}, {"tests__smoke__a_dot_py": ""}, {"tests__smoke__test_a_dot_py": ""}])
def test_a_folder_without_tests_is_the_change_s_failure(tmp_path: Path, left: dict[str, str]) -> None:
    seen = gather_tests(context(put(tmp_path, **left), SMOKE), "tests/smoke")
    verdict = judge(SMOKE, seen, Asked("again"))
    assert verdict.outcome is Outcome.REFUSED
    assert verdict.summary == "0 passed; checked too few: 0 tests, at least 2 expected"


def test_the_contract_gate_counts_what_its_provider_tests_verified(tmp_path: Path) -> None:
    gate = replace(CONTRACT, checked_at_least=2)
    pact = put_pact(tmp_path, ORDER, STOCK)
    source = put(
        tmp_path,
        tests__contract__test_a_dot_py=VERIFIES.format(digest=pact.digest),
        api__handlers__x_dot_py="Route('getX', 'GET', '/x')",
        contracts__openapi_dot_yaml="paths: {/x: {get: {}}}",
    )
    seen = contract.gather(context(source, gate))
    verdict = judge(gate, seen, Asked("again"))
    assert (verdict.outcome, verdict.checked) == (Outcome.PASSED, 2)
