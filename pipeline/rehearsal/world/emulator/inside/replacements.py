"""Which properties replace a resource, for change sets: ministack knows some types and says "maybe" for the rest."""

from collections.abc import Callable

from pipeline.rehearsal.world.emulator.inside.seams import Seam
from pipeline.rehearsal.world.replacing import recreation

RECREATION = Seam("ministack.services.cloudformation.stacks", "_property_recreation", ("resource_type", "name"))
SEAMS = (RECREATION,)


def install() -> None:
    """Answer from the table, and from ministack's own where the type isn't in it."""

    def wrap(original: Callable[[str, str], str]) -> Callable[[str, str], str]:
        return lambda resource_type, name: recreation(resource_type, name) or original(resource_type, name)

    RECREATION.wrap(wrap)
