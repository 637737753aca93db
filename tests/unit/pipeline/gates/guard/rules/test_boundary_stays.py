"""Every role of a stage is bounded, and the boundary does not give way."""

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import Change, Template, edited, first, found, look, release

RULE = "boundary_stays"


def allowed(document: Template) -> Template:
    return first(document, "IAM::ManagedPolicy", "Boundary")["Properties"]["PolicyDocument"]["Statement"][0]


def unbounded(document: Template) -> None:
    del first(document, "IAM::Role", "OrdersRole")["Properties"]["PermissionsBoundary"]


def bounded_by_all(document: Template) -> None:
    everything = "arn:aws:iam::aws:policy/AdministratorAccess"
    first(document, "IAM::Role", "OrdersRole")["Properties"]["PermissionsBoundary"] = everything


def with_iam(document: Template) -> None:
    allowed(document)["Action"].append("iam:*")


def with_everything(document: Template) -> None:
    allowed(document)["Action"] = "*"


def with_everything_but(document: Template) -> None:
    allowed(document)["NotAction"] = allowed(document).pop("Action")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (unbounded, "nothing bounds"),
        (bounded_by_all, "no policy of this stack"),
        (with_iam, "leaves open iam:*"),
        (with_everything, "leaves open *"),
        (with_everything_but, "everything but what it names"),
    ],
)
@pytest.mark.parametrize("stage", ["beta", "prod"])
def test_a_role_that_nothing_bounds_is_told(real: Assembly, stage: str, change: Change, words: str) -> None:
    (told,) = found(RULE, release(edited(real, f"{stage}/orders", change)))
    assert words in told.what
    assert told.where.startswith(f"{stage}/orders:")


def test_one_service_more_is_a_note(real: Assembly) -> None:
    good = release(edited(real, "prod/orders", lambda document: allowed(document)["Action"].append("textract:*")), real)
    part = look(RULE, good)
    assert part.findings == ()
    assert ["it leaves open textract:* now" in note.what for note in part.warnings] == [True]


def test_a_role_of_the_pipeline_that_was_bounded_stays_so(real: Assembly) -> None:
    def bounded(document: Template) -> None:
        first(document, "IAM::Role", "DeliveryRole")["Properties"]["PermissionsBoundary"] = "arn:aws:iam::1:policy/b"

    (told,) = found(RULE, release(real, edited(real, "pipeline", bounded)))
    assert told.where.startswith("pipeline:DeliveryRole")


def test_the_release_as_it_is_is_bounded(real: Assembly) -> None:
    part = look(RULE, release(real, real))
    assert (part.checked > 110, part.findings, part.warnings) == (True, (), ())
