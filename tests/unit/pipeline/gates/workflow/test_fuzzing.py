"""What the fuzzer is told, against what it was told in the base release."""

from dataclasses import replace

import pytest

from pipeline.gates.workflow.fuzzed import phases_of
from pipeline.gates.workflow.fuzzing import FILE
from pipeline.gates.workflow.rule import Look
from pipeline.gates.workflow.rules import fuzzer_asks_less
from tests.fuzz.run import CARRIERS, CUSTOMERS, PARTNERS
from tests.unit.pipeline.gates.workflow.world import ROOT, edited, findings, made, texts
from tests.unit.pipeline.gates.world import TODAY

STATELESS = "[phases.stateful]\n"
STANDING = 'include-operation-id = ["setStanding"'
ALL = "# The idempotency key"
OFF = "is off, and was not in the base release"
ACCEPTED = "checks → positive_data_acceptance → expected-statuses"


def told(old: str, new: str) -> list[str]:
    found = findings(edited(FILE, old, new), only="fuzzer-asks-less")
    assert all((one.severity, one.where.partition(":")[0]) == ("high", FILE) for one in found)
    return [one.what.removeprefix("fuzzer-asks-less ") for one in found]


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (ALL, f"[checks.ignored_auth]\nenabled = false\n{ALL}", f"checks → ignored_auth → enabled {OFF}"),
        (ALL, f"[phases.examples]\nenabled = false\n{ALL}", f"phases → examples → enabled {OFF}"),
        (STATELESS, f"{STATELESS}enabled = false\n", f"phases → stateful → enabled {OFF}"),
        ("max-steps = 4", "max-steps = 1", "phases → stateful → max-steps is 1, and 4 in the base release"),
        ("${FUZZ_EXAMPLES}", "1", "generation → max-examples is 1, and '${FUZZ_EXAMPLES}' in the base release"),
        ("no-shrink = true", 'no-shrink = true\nmode = "positive"', "generation → mode is 'positive'"),
        (STANDING, f'{STANDING}, "erase"', f"operations → erase → checks → object_level_authorization → enabled {OFF}"),
        ("409, 412, 422, 429]", "409, 412, 422, 429, 500]", f"{ACCEPTED} lets through, newly, 500"),
        ('peers = ["ann", "ben"]', 'peers = ["ann"]', "auth → wfc → peers has lost ben"),
        ('peers = ["ann", "ben"]', "", "auth → wfc → peers is gone"),
        (ALL, f"[[operations]]\nexclude-tag = 'x'\nenabled = false\n{ALL}",
         f"operations → exclude-tag x → enabled {OFF}"),
        (ALL, f"[[operations]]\nenabled = false\n{ALL}", f"operations → all of them → enabled {OFF}"),
        (ALL, f"[checks.use_after_free]\nexpected-statuses = [200]\n{ALL}",
         "checks → use_after_free → expected-statuses lets through, newly, 200"),
        (ALL, f"[[operations]]\ninclude-operation-id = 'x'\n{ACCEPTED.replace(' → ', '.')} = [418]\n{ALL}",
         f"operations → x → {ACCEPTED} lets through, newly, 418"),
        ("[cache]", "[cache", "it can't be read as TOML with variables in place of numbers"),
    ],
)  # fmt: skip
def test_a_fuzzer_that_asks_less_is_refused(old: str, new: str, what: str) -> None:
    assert told(old, new) == [what]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("max-steps = 4", "max-steps = 6"),
        ("409, 412, 422, 429]", "409, 412, 429]"),
        ('peers = ["ann", "ben"]', 'peers = ["ann", "ben", "cas"]'),
        ("checks.ignored_auth.enabled = false\n", ""),
        ("checks.ignored_auth.enabled = false\n", "checks.ignored_auth.enabled = true\n"),
        (ALL, f"[checks.ignored_auth]\nenabled = true\n{ALL}"),
        ("probability = 0.6 }\n\"path.id\"", "probability = 0.5 }\n\"path.id\""),
        ('[[operations]]\ninclude-operation-id = ["getProductImport"]',
         f'[[operations]]\ninclude-operation-id = ["x"]\n{ACCEPTED.replace(" → ", ".")} = [429]\n'
         '[[operations]]\ninclude-operation-id = ["getProductImport"]'),
        ("no-shrink = true", "no-shrink = false"),
        ("request-timeout = 20.0", "request-timeout = 10.0"),
        ("# A cursor", "# The cursor"),
    ],
)  # fmt: skip
def test_as_much_or_more_and_other_values_are_good(old: str, new: str) -> None:
    assert told(old, new) == []


def test_settings_that_are_gone_are_refused() -> None:
    without = {path: text for path, text in texts().items() if path != FILE}
    (finding,) = findings(without, only="fuzzer-asks-less")
    assert finding.what == "fuzzer-asks-less it is gone, and with it all that the fuzzer is told"


def test_without_a_base_there_is_nothing_to_compare() -> None:
    without = {path: text for path, text in texts().items() if path != FILE}
    for base in (None, made(without), made({**without, FILE: "= 1"})):
        assert list(fuzzer_asks_less.RULE.findings(Look(made(texts()), base, TODAY))) == []


RUN = "tests/fuzz/run.py"
STARTS = (ROOT / RUN).read_text()
OF_CARRIERS = '"--include-tag", CARRIERS, "--phases", "examples,coverage,fuzzing"'
STEPS = '        Run("steps", configs[CUSTOMERS], (*of_customers, "--phases", "stateful")),'
NOT_ASKED = "what {} may call is not asked in {} any more"


def told_of(old: str, new: str, base: str = STARTS) -> list[tuple[str, str]]:
    assert old in base
    code = {RUN: base.replace(old, new)}
    look = Look(replace(made(texts()), code=code), replace(made(texts()), code={RUN: base}), TODAY)
    found = list(fuzzer_asks_less.RULE.findings(look))
    return [(one.severity, one.what.removeprefix("fuzzer-asks-less ")) for one in found]


def test_the_phases_of_each_caller_are_read_as_they_are_written() -> None:
    every = frozenset({"examples", "coverage", "fuzzing", "stateful"})
    assert phases_of({RUN: STARTS}) == {CUSTOMERS: every, PARTNERS: every, CARRIERS: every - {"stateful"}}


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('"--include-tag", PARTNERS', '"--include-tag", PARTNERS, "--phases", "examples"',
         NOT_ASKED.format("partners", "coverage, fuzzing, stateful")),
        ('"--include-tag", PARTNERS', '"--include-tag", PARTNERS, "--phases=examples,coverage,stateful"',
         NOT_ASKED.format("partners", "fuzzing")),
        ('"--include-tag", PARTNERS', '"--include-tag", PARTNERS, "--phases", few()',
         NOT_ASKED.format("partners", "coverage, examples, fuzzing, stateful")),
        (OF_CARRIERS, OF_CARRIERS.replace("examples,", ""), NOT_ASKED.format("carriers", "examples")),
        ('"--phases", "examples,fuzzing"', '"--phases", "examples"', NOT_ASKED.format("customers", "fuzzing")),
        (f"        Run(CARRIERS, configs[CARRIERS], ({OF_CARRIERS})),\n", "",
         NOT_ASKED.format("carriers", "coverage, examples, fuzzing")),
        ('"--no-color"', '"--no-color", "--exclude-checks", "ignored_auth"',
         "--exclude-checks is told to it, newly, and has it ask less"),
        ('"--no-color"', '"--no-color", "--max-failures=1"',
         "--max-failures=1 is told to it, newly, and has it ask less"),
    ],
)  # fmt: skip
def test_runs_that_ask_less_are_refused(old: str, new: str, what: str) -> None:
    assert told_of(old, new) == [("high", what)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (OF_CARRIERS, '"--include-tag", CARRIERS'),
        ('"--phases", "coverage,stateful")),\n', f'"--phases", "coverage")),\n{STEPS}\n'),
        ("Run(name, configs[name]", "Run(each, configs[each]"),
        ("configs[PARTNERS]", "told[PARTNERS]"),
        ("PARTNERS", "SYSTEMS"),
        ('("--include-tag", PARTNERS)', '["--include-tag"] + [PARTNERS]'),
        ('"--no-color"', '"--no-color", "--workers", "2", "--report-junit-path", "x"'),
    ],
)  # fmt: skip
def test_runs_that_ask_as_much_in_another_way_are_good(old: str, new: str) -> None:
    assert told_of(old, new) == []


def test_runs_that_nobody_can_read_any_more_are_told() -> None:
    assert told_of("        Run(", "        made(") == [
        ("low", "nobody can read any more who is asked in which phases")
    ]
    assert told_of("", "", "def (") == []
