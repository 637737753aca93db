"""Only access tokens, only members of a group where one is asked for, and only partners who were let in."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain.carriers import SCAN
from api.domain.instants import written
from api.domain.partners import READ, WRITE
from api.handlers.callers import Caller, caller, machine, partner, require_group
from api.handlers.problems import Problem
from tests.support.tokens import ANN, OPS, CarrierUser


@pytest.mark.parametrize(
    ("claim", "groups"),
    [
        ("[ops staff]", {"ops", "staff"}),
        ("ops,staff", {"ops", "staff"}),
        ("ops, staff", {"ops", "staff"}),
        ("ops", {"ops"}),
        (["ops", "staff"], {"ops", "staff"}),
        ("[]", set()),
        ("", set()),
        (None, set()),
        ("devops", {"devops"}),
        ("[ops-readers]", {"ops-readers"}),
        (7, set()),
    ],
)
def test_groups_arrive_in_several_forms(claim: Any, groups: set[str]) -> None:
    found = caller({**ANN.claims(), "cognito:groups": claim})
    assert found == Caller(ANN.subject, frozenset(groups), f"{ANN.subject}@example.com")


@pytest.mark.parametrize(
    "claims",
    [
        None,
        "sub=ann",
        {},
        ANN.claims(token_use="id"),
        ANN.claims(token_use="Access"),
        ANN.claims(token_use=""),
        ANN.claims(sub=""),
        ANN.claims(sub="ann#META"),
        ANN.claims(sub="a" * 129),
        {**ANN.claims(), "sub": None},
        {name: value for name, value in OPS.claims().items() if name != "token_use"},
    ],
)
def test_what_is_no_access_token_is_refused(claims: Any) -> None:
    with pytest.raises(Problem) as refused:
        caller(claims)
    assert (refused.value.status, refused.value.slug) == (401, "unauthorized")


def nearly(name: str) -> list[str]:
    """Names that look like `name` and are none of it: with more before or behind it, with less of it, in capitals."""
    more = [f"{name}-europe", f"{name}s", f"{name}/x", f"{name}*", f"x{name}", f"dev-{name}", name + name]
    return [*more, name[:-1], name[1:], name.upper(), name.title(), "*"]


@pytest.mark.parametrize("group", nearly("ops"))
def test_a_group_is_its_name_and_no_other(group: str) -> None:
    require_group(Caller("ann", frozenset({group, "ops"})), "ops")
    with pytest.raises(Problem) as refused:
        require_group(Caller("ann", frozenset({group, "staff"})), "ops")
    assert (refused.value.status, refused.value.slug) == (403, "forbidden")


def test_who_is_in_no_group_is_in_none() -> None:
    with pytest.raises(Problem):
        require_group(Caller("ann", frozenset()), "ops")


@pytest.mark.parametrize("scope", nearly(READ))
def test_a_scope_is_its_name_and_no_other(scope: str) -> None:
    now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    admission = {"partner_id": "acme", "until": written(now + timedelta(hours=1)), "scopes": f"{scope} {WRITE}"}
    assert partner({**admission, "scopes": f"{scope} {READ}"}, READ, now).subject == "acme"
    with pytest.raises(Problem) as refused:
        partner(admission, READ, now)
    assert refused.value.slug == "forbidden"
    assert machine(MACHINE.claims(scope=f"{scope} {READ}"), READ).subject == MACHINE.client
    with pytest.raises(Problem):
        machine(MACHINE.claims(scope=f"{scope} {WRITE}"), READ)


MACHINE = CarrierUser("a-client")


def test_a_machine_is_known_by_the_client_of_its_token() -> None:
    assert machine(MACHINE.claims(), SCAN) == Caller("a-client", frozenset())
    assert machine(MACHINE.claims(scope=f"partner/orders.read {SCAN}"), SCAN).subject == MACHINE.client


@pytest.mark.parametrize(
    ("slug", "claims"),
    [
        ("unauthorized", None),
        ("unauthorized", {}),
        ("unauthorized", {**MACHINE.claims(), "token_use": "id"}),
        ("unauthorized", MACHINE.claims(client_id="")),
        ("unauthorized", MACHINE.claims(client_id="a#META")),
        ("forbidden", MACHINE.claims(scope="")),
        ("forbidden", MACHINE.claims(scope=f"{SCAN}s")),
        ("forbidden", ANN.claims()),
        ("forbidden", OPS.claims()),
    ],
)
def test_what_is_no_machine_s_token_of_that_scope_is_refused(slug: str, claims: Any) -> None:
    with pytest.raises(Problem) as refused:
        machine(claims, SCAN)
    assert refused.value.slug == slug


@given(
    st.none()
    | st.text(max_size=5)
    | st.dictionaries(
        st.sampled_from(["partner_id", "until", "scopes", "tier"]),
        st.none()
        | st.integers()
        | st.text(max_size=30)
        | st.sampled_from(["acme", "9999-12-31", "partner/orders.read"]),
    )
)
def test_no_admission_of_another_form_lets_anybody_in(admission: Any) -> None:
    with pytest.raises(Problem) as refused:
        partner(admission, "partner/orders.write", datetime(2026, 11, 23, tzinfo=UTC))
    assert refused.value.status in (401, 403)


@pytest.mark.parametrize(("seconds", "comes_in"), [(-1, False), (0, False), (1, True), (3_600, True)])
def test_a_partner_comes_in_until_its_token_or_key_ends_and_not_at_that_moment(seconds: int, comes_in: bool) -> None:
    """The gateway keeps the authorizer's answer for longer than either may have left."""
    now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    ends = written(now + timedelta(seconds=seconds))
    admission = {"partner_id": "acme", "until": ends, "scopes": "partner/orders.read partner/orders.write"}
    if comes_in:
        assert partner(admission, "partner/orders.write", now) == Caller("acme", frozenset())
        return
    with pytest.raises(Problem) as refused:
        partner(admission, "partner/orders.write", now)
    assert (refused.value.status, refused.value.slug) == (401, "unauthorized")
