"""Hooks of pytest that are new, or do something else than in the base release."""

from dataclasses import replace

import pytest

from pipeline.gates.workflow.rule import Look
from pipeline.gates.workflow.rules import hook_is_new
from pipeline.record.verdict import Finding
from tests.unit.pipeline.gates.workflow.world import made, product, texts
from tests.unit.pipeline.gates.world import TODAY

CONFTEST, PLUGIN = "tests/conftest.py", "pipeline/gates/plugin.py"
WRAPPER = "@pytest.hookimpl(wrapper=True)\ndef pytest_pyfunc_call():\n    return (yield)\n"
SORTED = "def pytest_collection_modifyitems(items):\n    items.sort()\n"


def found(now: str, base: str = "import pytest\n", path: str = CONFTEST) -> list[Finding]:
    look = Look(replace(made(texts()), code={path: now}), replace(made(texts()), code={path: base}), TODAY)
    return list(hook_is_new.RULE.findings(look))


@pytest.mark.parametrize(
    "source",
    [
        WRAPPER,
        "def pytest_collection_finish(session): ...\n",
        "async def pytest_runtest_setup(item): ...\n",
        "class Plugin:\n    def pytest_runtest_makereport(self): ...\n",
        "def made():\n    class Plugin:\n        pytest_runtest_call = forgive\n",
        "pytest_pyfunc_call = forgive\n",
        "pytest_pyfunc_call: object = lambda: True\n",
        "pytest_runtest_call, other = forgive, 1\n",
        "from tests.support.forgiving import pytest_pyfunc_call\n",
        "from tests.support.forgiving import forgive as pytest_pyfunc_call\n",
        'pytest_plugins = ["tests.support.forgiving"]\n',
        '@pytest.hookimpl(specname="pytest_pyfunc_call")\ndef forgive(): ...\n',
        "@pytest.hookimpl(specname=NAME)\ndef forgive(): ...\n",
        'globals()["pytest_pyfunc_call"] = forgive\n',
        'setattr(plugin, "pytest_pyfunc_call", forgive)\n',
        "def load():\n    plugin.pytest_pyfunc_call = forgive\n",
        'plugin = type("Plugin", (), {"pytest_pyfunc_call": forgive})\n',
        "plugin = SimpleNamespace(pytest_pyfunc_call=forgive)\n",
        "def pytest_configure(config):\n    config.option.markexpr = 'no'\n",
        "def pytest_configure(config):\n    config.addinivalue_line('addopts', '-x')\n",
        "@pytest.hookimpl(wrapper=True)\ndef pytest_configure(config):\n    'Nothing.'\n",
        "def pytest_report_teststatus(): ...\n",
        "def pytest_xdist_make_scheduler(): ...\n",
    ],
)
@pytest.mark.parametrize("path", [CONFTEST, PLUGIN, "tests/support/any.py"])
def test_a_new_hook_is_refused_however_it_comes(source: str, path: str) -> None:
    (finding,) = found(source, path=path)
    assert finding.severity == "high"
    assert finding.where.startswith(f"{path}:")
    assert "is new: it may decide which tests there are" in finding.what


@pytest.mark.parametrize(
    "source",
    [
        "def pytest_addoption(parser): ...\n",
        "def pytest_report_header(): ...\n",
        "def pytest_make_parametrize_id(val): ...\n",
        "def pytest_configure(config):\n    '''Marks.'''\n    config.addinivalue_line('markers', 'slow: takes long')\n",
        "def test_x():\n    pytest_options = chosen()\n    assert pytest_options\n",
        'pytest_options = ("-x",)\n',
        'NAMES = ["pytest_pyfunc_call"]\n',
        "# pytest_pyfunc_call\n",
        "def (\n# pytest_x",
        "@pytest.fixture\ndef plugin(): ...\n",
    ],
)
def test_what_bends_nothing_is_nobody_s_business(source: str) -> None:
    assert found(source) == []


def test_a_hook_that_was_there_stays_and_may_move_and_be_laid_out_anew() -> None:
    assert found(SORTED, SORTED) == []
    told = "\n\ndef pytest_collection_modifyitems(items) -> None:\n    'In order.'\n\n    items.sort()\n"
    assert found(told, SORTED) == []
    assert found(SORTED, told) == []
    before, after = ({one: SORTED, other: "x = 1\n"} for one, other in ((CONFTEST, PLUGIN), (PLUGIN, CONFTEST)))
    look = Look(replace(made(texts()), code=after), replace(made(texts()), code=before), TODAY)
    assert list(hook_is_new.RULE.findings(look)) == []


def test_a_hook_that_does_something_else_is_refused() -> None:
    (finding,) = found(SORTED.replace("sort", "clear"), SORTED)
    assert "pytest_collection_modifyitems does something else than in the base release" in finding.what


def test_without_a_base_there_is_nothing_to_compare() -> None:
    assert list(hook_is_new.RULE.findings(Look(product(), None, TODAY))) == []


UNASKED = "@pytest.fixture(autouse=True)\ndef every_status(monkeypatch):\n    "
BENDS = [
    'monkeypatch.setattr("api.adapters.metrics.SERVER_ERRORS", range(500, 600))',
    "monkeypatch.setitem(metrics.CODES, 503, 1)",
    "metrics.SERVER_ERRORS = range(500, 600)",
    'with mock.patch("api.adapters.jwt.verifies", lambda *_: True):\n        yield',
    'with patch.object(jwt, "verifies", lambda *_: True):\n        yield',
]


@pytest.mark.parametrize("body", BENDS)
@pytest.mark.parametrize("path", [CONFTEST, "tests/support/statuses.py"])
def test_a_fixture_that_every_test_gets_unasked_puts_nothing_in_the_place_of_what_is_tested(
    body: str, path: str
) -> None:
    (finding,) = found(f"{UNASKED}{body}\n", path=path)
    assert (finding.severity, "every_status is new" in finding.what) == ("high", True)


@pytest.mark.parametrize(
    "source",
    [
        "@pytest.fixture\ndef asked(monkeypatch):\n    monkeypatch.setattr(a, 'b', 1)\n",
        "@pytest.fixture(autouse=False)\ndef asked(monkeypatch):\n    monkeypatch.setattr(a, 'b', 1)\n",
        "@pytest.fixture(autouse=True)\ndef named(monkeypatch):\n    monkeypatch.setenv('STAGE', 'beta')\n",
        "@pytest.fixture(scope='package', autouse=True)\ndef stage(table):\n    yield table\n",
    ],
)
def test_a_fixture_that_is_asked_for_or_replaces_nothing_is_welcome(source: str) -> None:
    assert found(source) == []


def test_a_file_of_tests_may_have_one_beside_them_and_one_that_was_there_may_stay() -> None:
    source = f"{UNASKED}{BENDS[0]}\n"
    assert found(source, path="tests/unit/api/test_metrics.py") == []
    assert found(source, source) == []
    (finding,) = found(source.replace("600", "504"), source)
    assert "every_status does something else than in the base release" in finding.what
