"""Stand-ins run beside a rehearsal, say where they are, and end with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline.record.events import Commit, Event, FidelityNoted
from pipeline.rehearsal.cancel import Cancel
from pipeline.rehearsal.errors import Broke, Cancelled
from pipeline.rehearsal.release import Release
from pipeline.rehearsal.settings import Settings
from pipeline.rehearsal.stand_ins import standing_in
from pipeline.rehearsal.world.emulator import stand_ins

PATH = {"PATH": "/usr/bin:/bin"}
SERVES = """echo serving $$ && echo $$ > pid && echo http://127.0.0.1:4711 > "$SLIPWAY_STAND_IN_OUT" && exec cat\n"""


class Product:
    """A release with one stand-in for https://bank.example, and what was told of it."""

    def __init__(self, folder: Path, script: str, command: str = "sh bank.sh") -> None:
        (folder / "bank.sh").write_text(script)
        self.folder = folder
        self.logs = folder / "logs"
        self.logs.mkdir()
        self.cancel = Cancel()
        self.events: list[Event] = []
        told = Settings(app="true", stand_ins=(("https://bank.example", command),))
        self.release = Release(Commit("3f9c1a2", "pay", "Ada"), folder, told, folder)

    @contextmanager
    def standing_in(self) -> Iterator[dict[str, str]]:
        with standing_in(self.release, PATH, self.logs, self.cancel, self.events.append) as found:
            yield dict(found)

    def is_running(self) -> bool:
        return Path(f"/proc/{(self.folder / 'pid').read_text().strip()}").exists()


def test_a_stand_in_serves_as_long_as_the_rehearsal_lasts(tmp_path: Path) -> None:
    product = Product(tmp_path, SERVES)
    with product.standing_in() as found:
        assert found == {"https://bank.example": "http://127.0.0.1:4711"}
        assert product.is_running()
    assert not product.is_running()
    assert (product.logs / "stand-in.1.log").read_text().startswith("serving")


def test_it_is_told_that_the_other_side_is_none_of_aws_and_is_stood_in_for(tmp_path: Path) -> None:
    product = Product(tmp_path, SERVES)
    with product.standing_in():
        pass
    why = "by a stand-in that the product brings: sh bank.sh"
    assert product.events == [FidelityNoted("https://bank.example", "emulated", why)]


def test_a_product_without_stand_ins_has_none(tmp_path: Path) -> None:
    release = Release(Commit("3f9c1a2", "pay", "Ada"), tmp_path, Settings(app="true"), tmp_path)
    with standing_in(release, PATH, tmp_path, Cancel(), lambda _: None) as found:
        assert found == {}


@pytest.mark.parametrize(
    ("script", "command", "said"),
    [
        ("echo no such bank >&2; exit 4\n", "sh bank.sh", "no such bank"),
        ('echo https://elsewhere.example > "$SLIPWAY_STAND_IN_OUT"; exec cat\n', "sh bank.sh", "elsewhere.example"),
        ("", "no-such-program-at-all", "can't be started"),
    ],
)
def test_one_that_does_not_serve_on_this_machine_is_our_failure(
    tmp_path: Path, script: str, command: str, said: str
) -> None:
    with pytest.raises(Broke, match=said), Product(tmp_path, script, command).standing_in():
        pass


def test_a_rehearsal_that_is_stopped_waits_for_none(tmp_path: Path) -> None:
    product = Product(tmp_path, "exec cat\n")
    product.cancel.cancel("interrupted")
    with pytest.raises(Cancelled), product.standing_in():
        pass


def test_an_environment_is_told_the_local_address_and_what_is_under_it(tmp_path: Path) -> None:
    assert stand_ins.read(tmp_path) == {}
    stand_ins.write(tmp_path, {"https://bank.example": "http://127.0.0.1:1"})
    environment = {
        "BANK": "https://bank.example",
        "ACCOUNTS": "https://bank.example/v1",
        "OTHER": "https://bank.example.org",
        "STAGE": "beta",
    }
    assert stand_ins.replaced(environment, stand_ins.read(tmp_path)) == {
        "BANK": "http://127.0.0.1:1",
        "ACCOUNTS": "http://127.0.0.1:1/v1",
    }
    assert [path.name for path in tmp_path.iterdir()] == ["stand-ins.json"]
