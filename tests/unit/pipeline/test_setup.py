"""What the scripts' set-up keeps in its home, and what it forgets."""

import os
import re
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
DAY = 86_400


def environment(home: Path, name: str, used_days_ago: int) -> Path:
    folder = home / "envs" / name
    folder.mkdir(parents=True)
    ready = folder / ".ready"
    ready.touch()
    then = time.time() - used_days_ago * DAY
    os.utime(ready, (then, then))
    return folder


def forget_old(home: Path, name: str) -> None:
    """Call the function alone: the whole file would make environments."""
    whole = (ROOT / "scripts/environment.sh").read_text()
    function = whole[whole.index("forget_old()") :].partition("\n}\n")[0] + "\n}\n"
    subprocess.run(
        ["bash", "-euc", f"{function}forget_old {name}"], env={**os.environ, "SLIPWAY_HOME": str(home)}, check=True
    )


def test_an_environment_that_nobody_has_used_for_a_month_is_forgotten(tmp_path: Path) -> None:
    old, new = environment(tmp_path, "world-aaa", 40), environment(tmp_path, "world-bbb", 20)
    other = environment(tmp_path, "development-ccc", 40)

    forget_old(tmp_path, "world")

    assert not old.exists()
    assert new.is_dir()
    assert other.is_dir(), "each is cleared when one of its own kind is made"


def test_a_lock_that_says_where_packages_come_from_is_refused_before_any_is_fetched(tmp_path: Path) -> None:
    whole = (ROOT / "scripts/environment.sh").read_text()
    tools = whole[whole.index("say()") : whole.index("find_uv()")]
    tools += whole[whole.index("command_line_tools()") :].partition("\n}\n")[0] + "\n}\n"
    lock = tmp_path / "package-lock.json"
    lock.write_text(
        (ROOT / lock.name)
        .read_text()
        .replace('"integrity"', '"resolved": "https://other.example/a.tgz",\n"integrity"', 1)
    )
    told = {**os.environ, "SLIPWAY_HOME": str(tmp_path / "home"), "root": str(tmp_path), "JSII_NODE": "/nowhere/node"}
    command = ["bash", "-euc", f"{tools}command_line_tools"]
    done = subprocess.run(command, env=told, check=False, capture_output=True, text=True)
    assert (done.returncode, (tmp_path / "home").exists()) == (2, False)
    assert "package-lock.json names addresses" in done.stderr


ADDRESSES = (
    "six @ https://wheels.example/six.whl \\",
    "git+https://code.example/six",
    "-e ./six",
    "--index-url https://x.example",
)


@pytest.mark.parametrize("line", ["", *ADDRESSES])
def test_so_is_one_of_python_packages(tmp_path: Path, line: str) -> None:
    whole = (ROOT / "scripts/environment.sh").read_text()
    functions = whole[whole.index("say()") : whole.index("find_uv()")]
    functions += whole[whole.index("forget_old()") : whole.index("command_line_tools()")]
    lock = tmp_path / "locks/world.txt"
    lock.parent.mkdir()
    lock.write_text(f"{(ROOT / 'locks/world.txt').read_text()}{line}\n")
    uv = tmp_path / "uv"
    uv.write_text('#!/bin/sh\necho asked >> "$0.log"\nmkdir -p "$SLIPWAY_HOME"\nexit 7\n')
    uv.chmod(0o755)
    told = {
        **os.environ,
        "SLIPWAY_HOME": str(tmp_path / "home"),
        "root": str(tmp_path),
        "UV": str(uv),
        "PYTHON": "python",
    }
    command = ["bash", "-euc", f'{functions}made=$(environment world); echo "$made"']
    done = subprocess.run(command, env=told, check=False, capture_output=True, text=True)
    assert Path(f"{uv}.log").exists() is (line == "")
    assert ("locks/world.txt names addresses" in done.stderr) is (line != "")
    assert done.returncode == (2 if line else 3)


@pytest.mark.parametrize(("version", "taken"), [("the one of the lock", True), ("0.0.1", False)])
def test_a_uv_on_the_path_is_taken_only_in_the_version_of_the_lock(tmp_path: Path, version: str, taken: bool) -> None:
    """Another is whatever somebody has: the lock's is installed instead, by a python that is told so here."""
    whole = (ROOT / "scripts/environment.sh").read_text()
    functions = whole[whole.index("say()") : whole.index("find_python()")]
    locked = re.findall(r"^uv==([\d.]+)", (ROOT / "locks/uv.txt").read_text(), re.MULTILINE)[0]
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, text in (("uv", f"echo uv {locked if taken else version}"), ("python3", "exit 1")):
        (programs / name).write_text(f"#!/bin/sh\n{text}\n")
        (programs / name).chmod(0o755)
    told = {"PATH": f"{programs}:{os.environ['PATH']}", "SLIPWAY_HOME": str(tmp_path / "home"), "root": str(ROOT)}
    command = ["bash", "-euc", f'{functions}find_uv; echo "takes $UV"']
    done = subprocess.run(command, env=told, check=False, capture_output=True, text=True)
    assert (done.returncode, f"takes {programs}/uv" in done.stdout) == ((0, True) if taken else (3, False))
