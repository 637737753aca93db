"""Walking parsed JSON and YAML documents: typed access, JSON pointers, references."""

from collections.abc import Iterator
from dataclasses import dataclass

type Json = bool | int | float | str | list[Json] | dict[str, Json] | None
type Mapped = dict[str, Json]


class UnreadableContract(Exception):
    """A contract that can't be compared: says where and why."""


def mapped(value: Json) -> Mapped:
    """`value` if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def listed(value: Json) -> list[Json]:
    """`value` if it is an array, else an empty one."""
    return value if isinstance(value, list) else []


def texts(value: Json) -> list[str]:
    """The strings in `value`."""
    return [item for item in listed(value) if isinstance(item, str)]


def join(pointer: str, *names: str | int) -> str:
    """`pointer` with `names` appended, escaped as RFC 6901 asks."""
    return pointer + "".join("/" + str(name).replace("~", "~0").replace("/", "~1") for name in names)


def split(pointer: str) -> list[str]:
    """The names in `pointer`, unescaped."""
    return [name.replace("~1", "/").replace("~0", "~") for name in pointer.split("/")[1:]]


@dataclass(frozen=True)
class Document:
    """A parsed contract, whose references point into itself."""

    root: Json

    def at(self, pointer: str) -> Json:
        """The value at `pointer`; UnreadableContract if there is none."""
        value = self.root
        for name in split(pointer):
            if isinstance(value, dict) and name in value:
                value = value[name]
            elif isinstance(value, list) and name.isdigit() and int(name) < len(value):
                value = value[int(name)]
            else:
                raise UnreadableContract(f"nothing at #{pointer}: mend the reference")
        return value

    def resolve(self, value: Json, pointer: str) -> tuple[Mapped, str]:
        """`value` with its references followed, and the pointer to where it really stands."""
        seen: set[str] = set()
        while isinstance(value, dict) and isinstance(reference := value.get("$ref"), str):
            if not reference.startswith("#") or reference in seen:
                raise UnreadableContract(f"{reference} (at #{pointer}) does not lead to a place in this document")
            seen.add(reference)
            pointer = reference[1:]
            value = self.at(pointer)
        return mapped(value), pointer


@dataclass(frozen=True)
class Side:
    """A value of one of two documents, and where it stands there."""

    value: Mapped
    at: str


def pairs(base: Mapped, new: Mapped) -> Iterator[tuple[str, Json, Json]]:
    """Names in either object with both values (None where a side has none), base's order first."""
    for name in (*base, *(name for name in new if name not in base)):
        yield name, base.get(name), new.get(name)
