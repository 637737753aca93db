"""Groups and scopes of a token, by how its owner signed in."""

from hypothesis import given
from hypothesis import strategies as st

from api.domain.identity import Entitlement, asks_for_second_factor, entitled

groups = st.lists(st.sampled_from(["ops", "testers", "devops", "staff"]), unique=True)


def test_an_operator_operates_with_a_second_factor_only() -> None:
    assert entitled(["ops", "staff"], second_factor=True) == Entitlement(("ops", "staff"), ("orders/operate",))
    assert entitled(["ops", "staff"], second_factor=False) == Entitlement(("staff",), ())


@given(groups)
def test_other_groups_are_kept_as_they_are(members: list[str]) -> None:
    others = tuple(sorted(set(members) - {"ops"}))
    assert entitled(members, second_factor=False) == Entitlement(others, ())
    assert entitled(members, second_factor=True).groups == tuple(sorted(members))
    assert asks_for_second_factor(members) == ("ops" in members)
