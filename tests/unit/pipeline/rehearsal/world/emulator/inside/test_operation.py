"""The order of a stack's resources."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.rehearsal.world.emulator.inside.operation import together


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[str], dict[str, set[str]], set[str]]:
    """Resources in an order that suits their needs, and some of them chosen that don't need each other."""
    names = [f"r{number}" for number in range(draw(st.integers(1, 12)))]
    needs = {name: draw(st.sets(st.sampled_from(names[:at]))) if at else set() for at, name in enumerate(names)}
    chosen: set[str] = set()
    for name in draw(st.sets(st.sampled_from(names))):
        if not any(reaches(name, other, needs) or reaches(other, name, needs) for other in chosen):
            chosen.add(name)
    return names, needs, chosen


def reaches(start: str, goal: str, needs: dict[str, set[str]]) -> bool:
    return start == goal or any(reaches(each, goal, needs) for each in needs[start])


@given(graphs())
def test_the_chosen_stand_side_by_side_and_everything_still_comes_after_what_it_needs(
    graph: tuple[list[str], dict[str, set[str]], set[str]],
) -> None:
    names, needs, chosen = graph
    ordered = together(names, chosen, needs)
    assert sorted(ordered) == sorted(names)
    place = {name: at for at, name in enumerate(ordered)}
    assert all(place[need] < place[name] for name in names for need in needs[name])
    places = sorted(place[name] for name in chosen)
    assert places == list(range(places[0], places[0] + len(places))) if places else True


def test_without_chosen_ones_the_order_stays() -> None:
    assert together(["b", "a"], set(), {"a": {"b"}, "b": set()}) == ["b", "a"]
