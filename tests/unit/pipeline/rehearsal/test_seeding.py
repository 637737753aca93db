"""The stages of the base release are filled by the release's own command, which leaves no token behind."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.record.events import (
    ActionFinished,
    ActionStarted,
    Commit,
    Event,
    FidelityNoted,
    StageFinished,
    StageStarted,
)
from pipeline.record.verdict import Outcome
from pipeline.rehearsal.cancel import Cancel
from pipeline.rehearsal.errors import Broke, Cancelled
from pipeline.rehearsal.ground import Ground, solid
from pipeline.rehearsal.release import Release
from pipeline.rehearsal.seeding import Filled, Seeding
from pipeline.rehearsal.settings import Settings

GOOD = 'echo "{\\"url\\": \\"$API\\", \\"stage\\": \\"$SLIPWAY_STAGE\\"}" > "$SLIPWAY_SEED_OUT"\necho 3 products\n'
TOKEN = 'echo "{\\"bearer\\": 1}" > "$SLIPWAY_SEED_OUT"\n'


class Seeded:
    """A seed command in a folder, and what was told of it."""

    def __init__(self, folder: Path, script: str, seed: str | None = "sh seed.sh", ground: Ground = solid) -> None:
        (folder / "seed.sh").write_text(script)
        self.logs = folder / "logs"
        self.logs.mkdir()
        self.events: list[Event] = []
        self.cancel = Cancel()
        told = Settings(app="true", seed=seed, outputs=(("API", "ApiUrl"), ("TABLE", "TableName")))
        made = Release(Commit("3f9c1a2", "sell", "Ada"), folder, told, folder)
        path = {"PATH": "/usr/bin:/bin"}
        self.seeding = Seeding(made, path, self.logs, self.cancel, self.events.append, lambda: 5.0, ground)

    def fill(self, *stages: str) -> dict[str, Mapping[str, object]]:
        filled = tuple(Filled(each, {"ApiUrl": f"http://{each}"}, {"AWS_REGION": "eu-west-1"}) for each in stages)
        return {stage: dict(left) for stage, left in self.seeding.fill(filled).items()}

    @property
    def left(self) -> list[str]:
        return sorted(path.name for path in self.logs.iterdir())


def test_each_stage_leaves_what_traffic_may_use(tmp_path: Path) -> None:
    seeded = Seeded(tmp_path, GOOD)
    assert seeded.fill("beta", "prod") == {
        "beta": {"url": "http://beta", "stage": "beta"},
        "prod": {"url": "http://prod", "stage": "prod"},
    }
    assert seeded.left == ["seed.beta.log", "seed.prod.log"]


def test_filling_is_told_as_a_stage_of_its_own(tmp_path: Path) -> None:
    seeded = Seeded(tmp_path, GOOD)
    seeded.fill("beta")
    assert seeded.events == [
        StageStarted("seed"),
        ActionStarted("seed", "beta", "logs/seed.beta.log"),
        ActionFinished("seed", "beta", Outcome.PASSED, 0.0, "3 products"),
        StageFinished("seed", Outcome.PASSED, 0.0),
    ]


def test_the_command_sees_what_leads_to_its_stage_and_nothing_else(tmp_path: Path) -> None:
    seeded = Seeded(tmp_path, f"env\n{TOKEN}")
    seeded.fill("beta")
    names = {line.partition("=")[0] for line in (seeded.logs / "seed.beta.log").read_text().splitlines()}
    assert names - {"PWD", "OLDPWD", "SHLVL", "_"} == {"PATH", "API", "AWS_REGION", "SLIPWAY_STAGE", "SLIPWAY_SEED_OUT"}


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (f"{TOKEN}echo no such user\nexit 3\n", "ended with 3; see LOG"),
        ("true\n", "wrote no JSON to $SLIPWAY_SEED_OUT: [Errno 2] No such file or directory: 'OUT'"),
        ('echo "{" > "$SLIPWAY_SEED_OUT"\n', "wrote no JSON to $SLIPWAY_SEED_OUT: Expecting property name"),
        ('echo "[1]" > "$SLIPWAY_SEED_OUT"\n', "wrote no JSON object to $SLIPWAY_SEED_OUT"),
    ],
)
def test_a_stage_that_cant_be_filled_is_our_failure_and_leaves_no_token(
    script: str, expected: str, tmp_path: Path
) -> None:
    seeded = Seeded(tmp_path, script)
    with pytest.raises(Broke) as broke:
        seeded.fill("beta")
    log, out = seeded.logs / "seed.beta.log", seeded.logs / "seed.beta.json"
    told = str(broke.value).replace(str(log), "LOG").replace(str(out), "OUT")
    assert told.startswith(f"the seed command of beta {expected}")
    assert seeded.left == ["seed.beta.log"]


def test_where_the_stage_speaks_tls_the_command_trusts_its_authority_alone(tmp_path: Path) -> None:
    seeded = Seeded(tmp_path, 'echo "$AWS_CA_BUNDLE $SSL_CERT_FILE $SSL_CERT_DIR"\n' + GOOD)
    seeding = replace(seeded.seeding, environment={"PATH": "/usr/bin:/bin", "SSL_CERT_FILE": "/the/machine.pem"})
    seeding.fill((Filled("beta", {"ApiUrl": "https://beta"}, {"AWS_CA_BUNDLE": "/tls/authority.pem"}),))
    seeding.fill((Filled("prod", {"ApiUrl": "http://prod"}, {}),))
    said = [(seeded.logs / f"seed.{stage}.log").read_text().splitlines()[0] for stage in ("beta", "prod")]
    assert said == ["/tls/authority.pem /tls/authority.pem /tls", " /the/machine.pem "]


def test_what_iam_denied_is_told_with_a_failure_and_with_nothing_else(tmp_path: Path) -> None:
    seeded = Seeded(tmp_path, "exit 3\n")
    seeding = replace(seeded.seeding, denied=lambda: ["role a may not do x on y"])
    with pytest.raises(Broke, match=r"ended with 3; see .*\ndenied: role a may not do x on y$"):
        seeding.fill((Filled("beta", {"ApiUrl": "http://beta"}, {}),))
    (tmp_path / "seed.sh").write_text(GOOD)
    assert "beta" in seeding.fill((Filled("beta", {"ApiUrl": "http://beta"}, {}),))


def test_a_failure_is_told_with_the_end_of_its_log(tmp_path: Path) -> None:
    seeded = Seeded(tmp_path, "echo no such user\nexit 3\n")
    with pytest.raises(Broke):
        seeded.fill("beta")
    why = f"the seed command of beta ended with 3; see {seeded.logs}/seed.beta.log"
    assert seeded.events[2:] == [
        ActionFinished("seed", "beta", Outcome.BROKE, 0.0, "", why, ("no such user",)),
        StageFinished("seed", Outcome.BROKE, 0.0),
    ]


def test_when_what_is_filled_is_gone_that_is_why_it_cant_be(tmp_path: Path) -> None:
    def gone() -> None:
        raise Broke("the local AWS ended by itself")

    seeded = Seeded(tmp_path, "echo connection refused\nexit 1\n", ground=gone)
    with pytest.raises(Broke, match=r"^the local AWS ended by itself$"):
        seeded.fill("beta")
    why = "the local AWS ended by itself"
    assert seeded.events[2] == ActionFinished("seed", "beta", Outcome.BROKE, 0.0, "", why, ("connection refused",))


def test_a_command_that_is_not_there_is_our_failure(tmp_path: Path) -> None:
    seeded = Seeded(tmp_path, "", seed="./nothing")
    with pytest.raises(Broke, match=r"^the seed command of beta did not end well: .*nothing"):
        seeded.fill("beta")


def test_a_command_that_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.rehearsal.seeding.SEED_SECONDS", 0.0)
    seeded = Seeded(tmp_path, f"{TOKEN}exec sleep 60\n")
    with pytest.raises(Broke, match="timed out"):
        seeded.fill("beta")
    assert seeded.left == ["seed.beta.log"]


def test_a_person_who_stops_it_leaves_no_open_end(tmp_path: Path) -> None:
    seeded = Seeded(tmp_path, GOOD)
    begun: list[Event] = []

    def interrupting(event: Event) -> None:
        begun.append(event)
        if isinstance(event, ActionStarted):
            seeded.cancel.cancel("interrupted by SIGINT")

    (tmp_path / "seed.sh").write_text("exec sleep 60\n")
    stopped = Seeding(seeded.seeding.release, {"PATH": "/usr/bin:/bin"}, seeded.logs, seeded.cancel, interrupting)
    with pytest.raises(Cancelled, match="SIGINT"):
        stopped.fill((Filled("beta", {}, {}),))
    ended = [event.outcome for event in begun if isinstance(event, ActionFinished | StageFinished)]
    assert ended == [Outcome.INTERRUPTED, Outcome.INTERRUPTED]


def test_when_one_stage_cant_be_filled_the_others_stop(tmp_path: Path) -> None:
    seeded = Seeded(tmp_path, 'test "$SLIPWAY_STAGE" = beta && exec sleep 60\nexit 3\n')
    with pytest.raises(Broke, match="the seed command of prod ended with 3"):
        seeded.fill("beta", "prod")
    ended = {event.action: event.outcome for event in seeded.events if isinstance(event, ActionFinished)}
    assert ended == {"beta": Outcome.INTERRUPTED, "prod": Outcome.BROKE}


@pytest.mark.parametrize(
    ("seed", "stages", "why"),
    [(None, ("beta",), "it brings no seed command"), ("sh seed.sh", (), "no stage puts out ApiUrl")],
)
def test_what_is_not_filled_is_told(seed: str | None, stages: tuple[str, ...], why: str, tmp_path: Path) -> None:
    seeded = Seeded(tmp_path, GOOD, seed)
    assert seeded.fill(*stages) == {}
    assert seeded.events == [FidelityNoted("data of the base release", "not exercised", why)]
