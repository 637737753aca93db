"""The version that a rollout leaves is kept, to go back to."""

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import Template, edited, first, found, look, release

RULE = "old_version_stays"


@pytest.mark.parametrize("policy", ["DeletionPolicy", "UpdateReplacePolicy"])
@pytest.mark.parametrize("value", ["Delete", "Snapshot", None])
def test_a_version_that_goes_with_its_template_is_told(real: Assembly, policy: str, value: str | None) -> None:
    def change(document: Template) -> None:
        first(document, "Lambda::Version", "OrdersFunction")[policy] = value

    (told,) = found(RULE, release(edited(real, "prod/orders", change), real))
    assert told.where.startswith("prod/orders:OrdersFunctionCurrentVersion")
    assert "was Retain" in told.what


def test_the_release_as_it_is_keeps_them(real: Assembly) -> None:
    assert found(RULE, release(real, real)) == ()
    assert look(RULE, release(real)).checked >= 45
