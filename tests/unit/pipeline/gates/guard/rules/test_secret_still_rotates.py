"""A secret that is changed from time to time goes on being changed, as often and by the same function."""

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import Change, Template, first, look, new_in, release

RULE = "secret_still_rotates"
SCHEDULE = "SecretsManager::RotationSchedule"


def schedule(document: Template) -> Template:
    return first(document, SCHEDULE)["Properties"]


def gone(document: Template) -> None:
    del document["Resources"][next(name for name in document["Resources"] if name.startswith("KeyRenewalSchedule"))]


def rarer(document: Template) -> None:
    schedule(document)["RotationRules"]["AutomaticallyAfterDays"] = 365


def never(document: Template) -> None:
    del schedule(document)["RotationRules"]


def by_another(document: Template) -> None:
    other = next(name for name in document["Resources"] if name.startswith("OrdersLive"))
    schedule(document)["RotationLambdaARN"] = {"Ref": other}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (gone, "nothing rotates the secret any more"),
        (rarer, "days was 30, is 365"),
        (never, "days was 30, is nothing"),
        (by_another, "RotationLambdaARN was"),
    ],
)
def test_a_secret_that_is_changed_more_rarely_is_told(real: Assembly, change: Change, words: str) -> None:
    (told,) = new_in(RULE, real, change)
    assert words in told.what


def test_a_secret_that_is_changed_more_often_passes_under_another_id_too(real: Assembly) -> None:
    def oftener(document: Template) -> None:
        schedule(document)["RotationRules"]["AutomaticallyAfterDays"] = 7
        name = next(each for each in document["Resources"] if each.startswith("KeyRenewalSchedule"))
        document["Resources"]["Renamed"] = document["Resources"].pop(name)

    assert new_in(RULE, real, oftener) == ()


def test_the_release_as_it_is_rotates_on(real: Assembly) -> None:
    part = look(RULE, release(real, real))
    assert (part.checked, part.findings) == (3, ())
