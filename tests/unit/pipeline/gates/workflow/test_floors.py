"""What a plan demands of its gates, and that no change demands less."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.gates.context import GateBroke
from pipeline.gates.workflow.promised import Demand, Promised, read_promised
from pipeline.gates.workflow.rule import Look
from pipeline.gates.workflow.rules import suppression_is_new, tests_are_left_out
from pipeline.gates.workflow.rules.floor_is_lowered import RULE
from pipeline.gates.workflow.tree import ADVISORIES
from pipeline.plan.delivery import DELIVERY
from tests.unit.pipeline.gates.workflow.world import ROOT, edited, findings, made, refusals, rules_against, texts
from tests.unit.pipeline.gates.world import TODAY, put

UNIT = Demand(2_850, {"failed": (None, 0), "lines": (95, None)})
WIDER = "unit in Build has a wider limit for {} than in the base release"
HARMLESS = '[[tool.mypy.overrides]]\nmodule = "api.*"\nignore_missing_imports = true\n'
IGNORED = '[[tool.mypy.overrides]]\nmodule = "api.*"\nignore_errors = true\n'
TWICE = f"{IGNORED}{HARMLESS}"
HIDDEN = "[tool.coverage.report]\nexclude_also = ['def ']\n"
UNTYPED = "warn_unreachable = true\ndisallow_any_generics = false"
MYPY = "warn_unreachable = true\n"
PURE = 'id = "pure"\n'
EXTERNAL = "include_external_packages = true\n"
ALERTING, TYPING = "unmatched_ignore_imports_alerting", "exclude_type_checking_imports"
UNFORMATTED = "[tool.ruff.format]\nexclude = ['api/**']\n"
FOREIGN = 'ignore_imports = ["a -> b", '
BASE = Promised({"unit in Build": UNIT, "smoke in prod": Demand(4, {})})


def against(now: Promised | None, base: Promised | None = BASE) -> list[str]:
    look = Look(made(texts(), now), made(texts(), base), TODAY)
    return [one.what.removeprefix("floor-is-lowered ") for one in RULE.findings(look)]


def with_unit(**changed: object) -> Promised:
    return Promised({**BASE.gates, "unit in Build": replace(UNIT, **changed)})  # type: ignore[arg-type]


def test_the_plan_of_a_tree_is_read_from_that_tree() -> None:
    told = read_promised(ROOT)
    assert told.gates["unit in Build"].checked_at_least == DELIVERY.gate("unit").checked_at_least
    assert told.gates["unit in Build"].limits["lines"][0] == 95
    assert set(told.gates) >= {
        "integration in beta",
        "integration in gamma",
        "smoke in prod",
        "selftest in scripts/test",
    }


def test_another_tree_s_plan_is_another(tmp_path: Path) -> None:
    source = "class DELIVERY:\n    own_gates = ()\n    gates = staticmethod(lambda: [])\n"
    put(
        tmp_path,
        pipeline____init___dot_py="",
        pipeline__plan____init___dot_py="",
        pipeline__plan__delivery_dot_py=source,
    )
    assert read_promised(tmp_path) == Promised({})


@pytest.mark.parametrize("source", ["raise SystemExit(3)", "DELIVERY = 1", "print('no JSON')\nraise SystemExit(0)"])
def test_a_plan_that_can_t_be_read_is_our_failure(tmp_path: Path, source: str) -> None:
    put(tmp_path, pipeline__plan__delivery_dot_py=source)
    with pytest.raises(GateBroke, match=r"delivery\.py"):
        read_promised(tmp_path)


def test_the_same_or_more_is_good() -> None:
    assert against(BASE) == []
    assert (
        against(with_unit(checked_at_least=2_900, limits={"failed": (None, 0), "lines": (97, None), "new": (1, 2)}))
        == []
    )


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (None, "the plan is gone, and with it all that it demands"),
        (Promised({"unit in Build": UNIT}), "nobody asks smoke in prod any more"),
        (with_unit(checked_at_least=2_849), "unit in Build must check at least 2,849, and 2,850 in the base release"),
        (with_unit(limits={"failed": (None, 1), "lines": (95, None)}), WIDER.format("failed")),
        (with_unit(limits={"failed": (None, 0), "lines": (94.5, None)}), WIDER.format("lines")),
        (with_unit(limits={"failed": (None, None), "lines": (95, 99)}), WIDER.format("failed")),
        (with_unit(limits={"lines": (95, None)}), "unit in Build has no limit for failed any more"),
    ],
)  # fmt: skip
def test_less_is_refused(now: Promised | None, told: str) -> None:
    assert against(now) == [told]


def test_a_floor_may_follow_the_code_that_went_but_no_limit() -> None:
    few = {"api/domain/few.py": "def one(): ...\ndef two(): ...\n"}
    lowered = with_unit(checked_at_least=2_830, limits={"failed": (None, 1), "lines": (95, None)})
    look = Look(made(texts(), lowered), replace(made(texts(), BASE), code=few), TODAY)
    assert [one.severity for one in RULE.findings(look)] == ["low", "high"]
    much = replace(look, now=made(texts(), with_unit(checked_at_least=2_700)))
    assert [one.severity for one in RULE.findings(much)] == ["high"]


def test_without_a_base_there_is_nothing_to_compare() -> None:
    assert against(with_unit(checked_at_least=1), None) == []


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("pipeline/gates/waivers.toml", "[[waiver]]", '[[waiver]]\ntool = "checkov"\nrule = "CKV_1"\n\n[[waiver]]'),
        ("pipeline/gates/dependencies/licences.toml", "[allowed]", '[allowed]\n"GPL-3.0-only" = "asks for all of it"'),
    ],
)  # fmt: skip
def test_what_is_newly_let_be_is_told_to_the_approver(path: str, old: str, new: str) -> None:
    whole = edited(path, old, new)
    assert refusals(whole) == []
    assert [one.severity for one in findings(whole, only="suppression-is-new")] == ["low"]


def test_comments_that_let_findings_be_are_told() -> None:
    bare, silenced = {"api/x.py": "x = 1\n"}, {"api/x.py": "x = 1  # noqa: S1\n", "api/y.py": "y = 1  # type: ignore\n"}
    look = Look(replace(made(texts()), code=silenced), replace(made(texts()), code=bare), TODAY)
    assert [one.where for one in suppression_is_new.RULE.findings(look)] == ["api/x.py:1", "api/y.py:1"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('CVE-2024-52304 = "<3.10.11"\n', ""),
        ('CVE-2024-52304 = "<3.10.11"', 'CVE-2024-52304 = "<3.1"'),
        ('">=5.26.0,<5.29.5", ', ""),
        ("[aiohttp]", "[aio]"),
        ("[aiohttp]", "aiohttp = ["),
    ],
)  # fmt: skip
def test_what_was_known_to_be_vulnerable_stays_known(old: str, new: str) -> None:
    assert "advisory-is-forgotten" in rules_against(edited(ADVISORIES, old, new))


def test_more_may_become_known() -> None:
    more = edited(ADVISORIES, 'CVE-2024-52304 = "<3.10.11"', 'CVE-2024-52304 = ["<3.10.11", "==3.11.0"]')
    assert rules_against(more) == set()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"DTZ", "S",', '"DTZ",'),
        ("strict = true\n", "strict = false\n"),
        ("warn_unreachable = true\n", ""),
        ('packages = ["pipeline", "api", "tests"]', 'packages = ["api"]'),
        ('source = ["api", "pipeline"]', 'source = ["api"]'),
        ("xfail_strict = true\n", ""),
        ("--strict-markers ", ""),
        ('id = "pure"', 'id = "other"'),
        ('"time", "random", ', '"random", '),
        ("exhaustive = true", "exhaustive = false"),
        ('"api.handlers", "api.adapters", "api.domain"]', '"api.adapters", "api.handlers", "api.domain"]'),
        ('id = "rules-stand-alone"\n', 'id = "rules-stand-alone"\ntype = "acyclic_siblings"\n#'),
        ('source_modules = ["pipeline.rehearsal"]', 'source_modules = ["pipeline.rehearsal.spec"]'),
        ("[tool.ruff.lint]", "[tool.ruff.lints]"),
    ],
)  # fmt: skip
def test_linters_and_tests_stay_as_strict_as_they_were(old: str, new: str) -> None:
    assert "settings-are-weaker" in rules_against(edited("pyproject.toml", old, new))


@pytest.mark.parametrize(
    ("old", "new", "place", "let_be"),
    [
        ('"^tests/rehearsal/scenarios/"', '"^tests/rehearsal/scenarios/", "^api/"', "[tool.mypy] exclude", "^api/"),
        ('"D104",', '"D104", "S608",', "[tool.ruff.lint] ignore", "S608"),
        ('"tests/bench/**" =', '"api/**" = ["S"]\n"tests/bench/**" =', "[tool.ruff.lint.per-file-ignores] api/**", "S"),
        ("omit = [", 'omit = [\n    "api/handlers/*",', "[tool.coverage.run] omit", "api/handlers/*"),
        ("[tool.mypy]", f"{HIDDEN}\n[tool.mypy]", "[tool.coverage.report] exclude_also", "def "),
        ("warn_unreachable = true", UNTYPED, "[tool.mypy]", "disallow_any_generics"),
        ("[tool.pytest.ini_options]", f"{IGNORED}[tool.pytest.ini_options]", "mypy, of api.*:", "ignore_errors = True"),
        ("[tool.pytest.ini_options]", f"{TWICE}[tool.pytest.ini_options]", "mypy, of api.*:", "ignore_errors = True"),
        (MYPY, f"{MYPY}exclude_gitignore = true\n", "[tool.mypy]", "exclude_gitignore"),
        (MYPY, f'{MYPY}follow_imports = "skip"\n', "[tool.mypy] follow_imports", "skip"),
        ("ignore_imports = [", FOREIGN, "the contract 'rules-are-pure': ignore_imports", "a -> b"),
        (PURE, f"{PURE}allow_indirect_imports = true\n", "the contract 'pure': allow_indirect_imports", "True"),
        (PURE, f'{PURE}allow_indirect_imports = "True"\n', "the contract 'pure': allow_indirect_imports", "True"),
        (PURE, f"{PURE}as_packages = false\n", "the contract 'pure': as_packages", "False"),
        (PURE, f'{PURE}ignore_imports = ["api.* -> boto3"]\n', "the contract 'pure': ignore_imports", "api.* -> boto3"),
        (PURE, f"{PURE}{ALERTING} = 'none'\n", f"the contract 'pure': {ALERTING}", "none"),
        (PURE, f"{PURE}whatever_comes = 1\n", "the contract 'pure': whatever_comes", "1"),
        ('ignores = ["hooks", ', 'ignores = ["new", "hooks", ', "the contract 'layers': exhaustive_ignores", "new"),
        (EXTERNAL, f"{EXTERNAL}{TYPING} = true\n", f"[tool.importlinter] {TYPING}", "True"),
        ("[tool.ruff.lint]", f"{UNFORMATTED}[tool.ruff.lint]", "[tool.ruff.format] exclude", "api/**"),
    ],
)  # fmt: skip
def test_linters_and_tests_look_at_as_much_as_they_did(old: str, new: str, place: str, let_be: str) -> None:
    found = findings(edited("pyproject.toml", old, new), only="exclusion-is-new")
    assert [(one.what, one.severity) for one in found] == [
        (f"exclusion-is-new {place} lets be, newly, {let_be}", "high")
    ]
    assert "pyproject.toml:1" not in [one.where for one in found]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"D104",', ""),
        ("warn_unreachable = true", "warn_unreachable = true\nwarn_return_any = true"),
        (PURE, f"{PURE}allow_indirect_imports = false\nas_packages = true\n{ALERTING} = 'error'\n"),
        ('module = ["ministack.*"', 'module = ["boltons.*", "ministack.*"'),
    ],
)
def test_what_asks_for_more_and_a_library_without_types_is_nobody_s_business(old: str, new: str) -> None:
    assert refusals(edited("pyproject.toml", old, new)) == []


@pytest.mark.parametrize(
    ("word", "refused"),
    [
        ("--soft-fail", True),
        ("--deselect=x", True),
        ("--hypothesis-profile=few", True),
        ("-k", True),
        ("-m", False),
        ("--format", False),
    ],
)
def test_a_gate_hands_nothing_to_its_tool_that_leaves_out(word: str, *, refused: bool) -> None:
    before, after = ({"pipeline/gates/x.py": f'argv = ["tool"{more}]\n'} for more in ("", f', "{word}"'))
    look = Look(replace(made(texts()), code=after), replace(made(texts()), code=before), TODAY)
    assert bool(list(tests_are_left_out.RULE.findings(look))) is refused
