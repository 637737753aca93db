"""`slipway up` and `down`: a stage stands until it is told to go, leads others to it, and leaves nothing."""

import json
import os
import shlex
import signal
import stat
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline import up as module
from pipeline.rehearsal.cancel import Cancel
from pipeline.rehearsal.errors import Broke
from pipeline.rehearsal.world.fake import Ending, FakeWorld
from pipeline.up import ENVIRONMENT, FOLDER, LOCK, STATE, Request, down, stand, up
from tests.unit.pipeline.rehearsal.travelling import PROD, SEED, SETTINGS, URL, environ, product, release

PEOPLE = '{"people": [{"name": "ann", "password": "p", "token": "t"}]}'
SEEDS = f"echo filled\necho '{PEOPLE}' > \"$SLIPWAY_SEED_OUT\"\n"
CHILD = """
import fcntl, json, signal, sys, time
folder = sys.argv[1]
lock = open(folder + "/lock", "a+")
fcntl.flock(lock, fcntl.LOCK_EX)
lock.truncate(0); lock.write(str(__import__("os").getpid())); lock.flush()
print("putting it up", flush=True)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
people = [{"name": "ann", "password": "p", "token": "t"}]
state = {"stage": "beta", "commit": "3f9c1a2", "address": "http://127.0.0.1:9/", "strict": False,
         "people": people}
open(folder + "/.part", "w").write(json.dumps(state))
__import__("os").rename(folder + "/.part", folder + "/state.json")
while True:
    time.sleep(0.05)
"""


class Standing(FakeWorld):
    """A world in which the stage is put up well; as soon as it stands, `then` happens."""

    def __init__(self, folder: Path, seen: dict[str, str]) -> None:
        super().__init__({(PROD, "orders"): [Ending("CREATE_COMPLETE", outputs={"ApiUrl": URL})]})
        self._folder, self._seen = folder, seen

    def check_alive(self) -> None:
        super().check_alive()
        if (self._folder / STATE).exists():
            self._seen.update({path.name: path.read_text() for path in self._folder.iterdir() if path.is_file()})
            self._seen["mode"] = oct(stat.S_IMODE((self._folder / STATE).stat().st_mode))
            self.then()

    def then(self) -> None:
        signal.raise_signal(signal.SIGTERM)


class Dying(Standing):
    """It ends by itself instead."""

    def then(self) -> None:
        raise Broke("the local AWS ended by itself")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = product(tmp_path / "orders")
    release(made, "sell", pyproject_dot_toml=SETTINGS + SEED, seed_dot_sh=SEEDS)
    return made


def machine(root: Path) -> dict[str, str]:
    programs = {"SLIPWAY_WORLD_PYTHON": sys.executable, "SLIPWAY_RUNTIME_PYTHON": sys.executable}
    return {**environ(root.parent), **programs, "PATH": os.environ["PATH"], "HOME": "/home/a"}


def request(root: Path, stage: str | None = None, ref: str | None = "HEAD") -> Request:
    return Request(root, ref, stage, 7)


def stood(
    root: Path, monkeypatch: pytest.MonkeyPatch, kind: type[Standing] = Standing
) -> tuple[int, list[str], dict[str, str]]:
    """The exit code of a stage that stood, what it said, and the files that were there meanwhile."""
    seen: dict[str, str] = {}
    said: list[str] = []
    monkeypatch.setattr(module, "EmulatorWorld", lambda *_, **__: kind(root / FOLDER, seen))
    return stand(request(root), machine(root), said.append), said, seen


# --- the stage itself ------------------------------------------------------------------------------------------------


def test_a_stage_stands_filled_until_a_signal_comes(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, said, seen = stood(root, monkeypatch)
    assert code == 0
    state = json.loads(seen[STATE])
    assert (state["stage"], state["address"], state["people"]) == ("prod", URL, json.loads(PEOPLE)["people"])
    assert f"export SLIPWAY_API_URL={URL}\n" in seen[ENVIRONMENT]
    assert "export SLIPWAY_TOKEN_" in seen[ENVIRONMENT]
    assert f"export AWS_ACCESS_KEY_ID={PROD}\n" in seen[ENVIRONMENT]
    assert seen["mode"] == "0o600"
    assert seen[LOCK] == str(os.getpid())
    assert any(line.startswith("  prod.Deploy ") and "CREATE_COMPLETE" in line for line in said)


def test_a_stand_in_serves_while_the_stage_stands_and_ends_with_it(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = '[tool.slipway.rehearsal.stand_ins]\n"https://bank.example" = "sh bank.sh"\n'
    served = root.parent / "served"
    serves = f'echo $$ > {served} && echo http://127.0.0.1:4711 > "$SLIPWAY_STAND_IN_OUT" && exec cat\n'
    release(root, "pay", pyproject_dot_toml=SETTINGS + SEED + told, seed_dot_sh=SEEDS, bank_dot_sh=serves)
    meanwhile: list[tuple[dict[str, str], bool]] = []

    def is_running() -> bool:
        return Path(f"/proc/{served.read_text().strip()}").exists()

    class Serving(Standing):
        def then(self) -> None:
            meanwhile.append((dict(self.stood_in), is_running()))
            super().then()

    code, _, _ = stood(root, monkeypatch, Serving)
    assert (code, meanwhile[-1]) == (0, ({"https://bank.example": "http://127.0.0.1:4711"}, True))
    assert not is_running()


def test_nothing_but_its_logs_stays_when_it_goes(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stood(root, monkeypatch)
    assert sorted(path.name for path in (root / FOLDER).iterdir()) == [LOCK, "logs"]
    assert (root / FOLDER / LOCK).read_text() == ""


def test_what_is_denied_is_said_once(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Denying(Standing):
        looks = 0

        def then(self) -> None:
            self.denials = ["role a may not do x on y"]
            self.looks += 1
            if self.looks == 3:
                super().then()

    monkeypatch.setattr(Cancel, "wait", lambda self, _: self.is_set())
    _, said, _ = stood(root, monkeypatch, Denying)
    assert said.count("denied: role a may not do x on y") == 1


def test_a_world_that_ends_by_itself_is_our_failure(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, _ = stood(root, monkeypatch, Dying)
    assert code == 3
    assert capsys.readouterr().err == "slipway: the local AWS ended by itself\n"
    assert not (root / FOLDER / STATE).exists()


def test_a_stage_that_is_not_there_is_the_askers_mistake(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(module, "EmulatorWorld", lambda *_, **__: FakeWorld())
    assert stand(request(root, "delta"), machine(root)) == 2
    assert "the pipeline has no stage 'delta'; name one of prod" in capsys.readouterr().err


def test_a_stage_that_cant_be_deployed_is_told_with_its_reason(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failed = Ending("ROLLBACK_COMPLETE", failures={"Topic": "there is one of this name"})
    monkeypatch.setattr(module, "EmulatorWorld", lambda *_, **__: FakeWorld({(PROD, "orders"): [failed]}))
    assert stand(request(root), machine(root)) == 3
    assert "prod can't be put up: prod.Deploy: " in capsys.readouterr().err


def test_two_do_not_stand_in_one_checkout(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Second(Standing):
        def then(self) -> None:
            assert stand(request(root), machine(root)) == 2
            super().then()

    assert stood(root, monkeypatch, Second)[0] == 0
    assert "a stage is up already; end it with scripts/slipway down" in capsys.readouterr().err


# --- in front of it --------------------------------------------------------------------------------------------------


@pytest.fixture
def behind(root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A process in the place of the one that would hold the stage."""
    folder = root / FOLDER
    monkeypatch.setattr(module, "_command", lambda _: [sys.executable, "-c", CHILD, str(folder)])
    yield folder
    down(root, {}, lambda _: None)


def test_up_follows_what_is_said_and_tells_how_to_use_the_stage(
    root: Path, behind: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    said: list[str] = []
    assert up(request(root), machine(root), said.append) == 0
    assert said == [
        "putting it up",
        "",
        "beta of 3f9c1a2 stands at http://127.0.0.1:9/",
        "  ann, password p",
        "    token t",
        "  its variables, for gates and tools: . .slipway/up/environment.sh",
        "  to end it: scripts/slipway down",
    ]
    assert (behind / LOCK).read_text() != ""


def test_where_grants_are_enforced_up_tells_whom_to_trust(
    root: Path, behind: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    up(request(root), machine(root), lambda _: None)
    state = json.loads((behind / STATE).read_text())
    (behind / STATE).write_text(json.dumps({**state, "strict": True}))
    said: list[str] = []
    assert up(request(root, ref=None), machine(root), said.append) == 0
    assert "beta of 3f9c1a2, with grants enforced, over TLS, stands at http://127.0.0.1:9/" in said
    assert any("$AWS_CA_BUNDLE" in line for line in said)


def test_up_again_tells_of_the_stage_that_stands(root: Path, behind: Path) -> None:  # noqa: ARG001
    up(request(root), machine(root), lambda _: None)
    said: list[str] = []
    assert up(request(root, ref=None), machine(root), said.append) == 0
    assert said[0] == "a stage is up already; scripts/slipway down ends it"
    assert "beta of 3f9c1a2 stands at http://127.0.0.1:9/" in said


@pytest.mark.parametrize(
    ("other", "lacks"),
    [({"stage": "gamma"}, "--stage gamma"), ({"strict": True}, "--strict"), ({"ref": "HEAD"}, "--ref HEAD")],
)
def test_something_else_than_what_stands_is_not_taken_for_it(
    root: Path,
    behind: Path,  # noqa: ARG001
    capsys: pytest.CaptureFixture[str],
    other: dict[str, Any],
    lacks: str,
) -> None:
    up(request(root), machine(root), lambda _: None)
    assert up(replace(request(root, ref=None), **other), machine(root), lambda _: None) == 2
    assert f"what stands was put up without {lacks}: end it first" in capsys.readouterr().err


def test_down_ends_it_and_says_when_there_is_none(root: Path, behind: Path) -> None:
    up(request(root), machine(root), lambda _: None)
    said: list[str] = []
    assert (down(root, {}, said.append), down(root, {}, said.append)) == (0, 0)
    assert said == ["down", "no stage is up"]
    assert behind.is_dir()


SOURCED = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_REGION": "eu-west-1", "SLIPWAY_TOKEN_ANN": "a b=c"}


def ended(root: Path, behind: Path, environ: dict[str, str]) -> list[str]:
    """What `down` says in a shell with `environ`, of a stage with the variables `SOURCED`."""
    up(request(root), machine(root), lambda _: None)
    lines = (f"export {name}={shlex.quote(value)}\n" for name, value in SOURCED.items())
    (behind / ENVIRONMENT).write_text("".join(lines))
    said: list[str] = []
    assert down(root, environ, said.append) == 0
    return said


def test_a_shell_with_the_stage_s_variables_is_told_how_to_be_rid_of_them(root: Path, behind: Path) -> None:
    said = ended(root, behind, {**SOURCED, "HOME": "/home/a", "SLIPWAY_TOKEN_ANN": "of another day"})
    assert (said[0], said[-1]) == ("down", "  unset AWS_ENDPOINT_URL AWS_REGION")
    assert ended(root, behind, SOURCED)[-1] == "  unset AWS_ENDPOINT_URL AWS_REGION SLIPWAY_TOKEN_ANN"


@pytest.mark.parametrize("environ", [{}, {"AWS_REGION": "eu-west-1"}, {**SOURCED, "AWS_ENDPOINT_URL": "http://other"}])
def test_a_shell_without_them_is_told_nothing(root: Path, behind: Path, environ: dict[str, str]) -> None:
    assert ended(root, behind, environ) == ["down"]


def test_what_ends_before_it_stands_is_told_with_its_exit_code(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_command", lambda _: [sys.executable, "-c", "print('no room'); raise SystemExit(3)"])
    said: list[str] = []
    assert up(request(root), machine(root), said.append) == 3
    assert said == ["no room"]
