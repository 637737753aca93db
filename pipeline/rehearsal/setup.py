"""The stage that all the others stand on, told as `setup`: releases are synthesized and the world is started."""

from collections.abc import Callable

from pipeline.record.counting import plural
from pipeline.rehearsal.aside import Aside
from pipeline.rehearsal.release import Release
from pipeline.rehearsal.world.base import World

SETUP = "setup"


def synthesized(make: Callable[[], Release]) -> tuple[Release, str]:
    """What `make` makes, with a line about how its assembly came about."""
    release = make()
    templates = plural(sum(1 for _ in release.assembly.rglob("*.template.json")), "template")
    return release, f"{templates}, kept from an earlier run" if release.kept else f"synthesized: {templates}"


def start(world: World, aside: Aside) -> None:
    """Start the world, as an action of `aside`."""

    def work() -> tuple[None, str]:
        world.start()
        return None, "the local AWS answers"

    aside.do("world", work)
