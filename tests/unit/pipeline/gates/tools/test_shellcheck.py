"""ShellCheck is not asked twice of the same scripts, and is asked of all others."""

from pathlib import Path

import pytest

from pipeline.gates.context import GateBroke
from pipeline.gates.part import Part
from pipeline.gates.tool import run_tool
from pipeline.gates.tools import shellcheck
from tests.unit.pipeline.gates.world import context, put

GOOD = '#!/usr/bin/env bash\n. "$(dirname "$0")/environment.sh"\necho "$1"\n'
BAD = "#!/usr/bin/env bash\necho $1\n"


class Tool:
    """ShellCheck itself, and how often it was asked."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root, self.asked = root, 0
        monkeypatch.setattr(shellcheck, "run_tool", self.run)

    def run(self, *arguments: object, **named: object) -> object:
        self.asked += 1
        return run_tool(*arguments, **named)  # type: ignore[arg-type]

    def check(self, **files: str) -> tuple[Part, int]:
        """What it says after these files are written, and how often it was asked for that."""
        before = self.asked
        part = shellcheck.check(context(put(self.root, **files)))
        return part, self.asked - before


@pytest.fixture
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tool:
    return Tool(put(tmp_path, scripts__environment_dot_sh="# shellcheck shell=bash\nset -e\n"), monkeypatch)


def test_the_same_scripts_are_looked_at_once_and_it_is_told(tool: Tool) -> None:
    first, asked = tool.check(scripts__x=GOOD)
    assert (first.checked, first.findings, first.warnings, asked) == (2, (), (), 1)
    again, asked = tool.check(api__x_dot_py="")
    assert (again.checked, again.findings, asked) == (2, (), 0)
    assert [note.what for note in again.warnings] == ["these scripts were looked at before"]


def test_what_it_found_is_found_again(tool: Tool) -> None:
    first, _ = tool.check(scripts__x=BAD)
    again, asked = tool.check()
    assert [one.where for one in first.findings] == ["scripts/x:2"]
    assert (again.findings, asked) == (first.findings, 0)


@pytest.mark.parametrize(
    "changed",
    [
        {"scripts__x": BAD},
        {"scripts__y": GOOD},
        {"scripts__environment_dot_sh": "# shellcheck shell=bash\nset -eu\n"},
        {"scripts__beside": "no script, but one might read it\n"},
        {"_dot_ci__run": GOOD},
        {"api__sourced_dot_sh": "export ONE=1\n"},
        {"_dot_shellcheckrc": "disable=SC2034\n"},
    ],
)
def test_others_and_other_settings_are_looked_at(tool: Tool, changed: dict[str, str]) -> None:
    tool.check(scripts__x=GOOD)
    assert tool.check(**changed)[1] == 1


def test_what_can_not_be_read_is_not_remembered(tool: Tool, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreadable(_text: str) -> tuple[()]:
        raise GateBroke("its output can't be read")

    with monkeypatch.context() as patch:
        patch.setattr(shellcheck, "findings_in", unreadable)
        with pytest.raises(GateBroke):
            tool.check(scripts__x=GOOD)
    assert tool.check()[1] == 1
