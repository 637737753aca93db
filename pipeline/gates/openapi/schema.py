"""Compares two versions of a schema in one direction.

Clients are taken to ignore fields they don't know: a new field in an answer breaks nobody. A field that is gone breaks
somebody in both directions: readers miss it, and what writers still send is no longer heard.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from pipeline.gates.openapi.change import Change, Direction, Shift, breaks
from pipeline.gates.openapi.keywords import moved_keywords
from pipeline.gates.openapi.node import Document, Json, Mapped, join, listed, mapped, pairs, texts
from pipeline.gates.openapi.sunset import marked, removed

EXTENSIBLE = "x-extensible-enum"
"""Set to true on a schema whose readers were told from its first day that values may be added to its enum."""
_NOTHING: Mapped = {"not": {}}
"""What the schema `false` says at length."""
_UNSEEN = {Direction.REQUEST: "readOnly", Direction.RESPONSE: "writeOnly"}
"""The mark of a field that is not there in one direction (OpenAPI 3.0.3, "Schema Object")."""


@dataclass(frozen=True)
class Schemas:
    """The comparison of schemas of two documents. Remembers the pairs it has seen: schemas may hold themselves."""

    base: Document
    new: Document
    direction: Direction
    today: date
    seen: set[tuple[str, str]] = field(default_factory=set)

    def compare(self, base: Json, new: Json, base_at: str, new_at: str) -> Iterator[Change]:
        """Every difference between the schemas `base` and `new`, which stand at those pointers."""
        before, base_at = self.base.resolve(_NOTHING if base is False else base, base_at)
        after, new_at = self.new.resolve(_NOTHING if new is False else new, new_at)
        if (base_at, new_at) in self.seen:
            return
        self.seen.add((base_at, new_at))
        before, after = flattened(before, self.base, base_at), flattened(after, self.new, new_at)
        yield from self._keywords(before, after, new_at)
        yield from self._default(before, after, new_at)
        yield from self._fields(before, after, base_at, new_at)
        yield from self._extra_fields(before, after, base_at, new_at)
        yield from self._items(before, after, base_at, new_at)
        for keyword in ("oneOf", "anyOf"):
            yield from self._alternatives(keyword, before, after, base_at, new_at)

    def _change(self, pointer: str, kind: str, shift: Shift, what: str) -> Change:
        return Change(pointer, f"{self.direction}-{kind}", what, breaks(self.direction, shift))

    def _keywords(self, before: Mapped, after: Mapped, at: str) -> Iterator[Change]:
        for keyword, shift, what in moved_keywords(before, after):
            tolerated = keyword == "enum" and shift is Shift.WIDER and before.get(EXTENSIBLE) is True
            change = self._change(at, f"{keyword}-{shift.value}", shift, what)
            yield Change(change.pointer, change.kind, what, breaking=False) if tolerated else change

    def _default(self, before: Mapped, after: Mapped, at: str) -> Iterator[Change]:
        """What is taken for a field that is left out. One that is new may only write down what was always so."""
        was, now = before.get("default"), after.get("default")
        if was != now:
            what = f"default {was!r} became {now!r}"
            breaking = "default" in before and self.direction is Direction.REQUEST
            yield Change(at, f"{self.direction}-default-changed", what, breaking=breaking)

    def _items(self, before: Mapped, after: Mapped, base_at: str, new_at: str) -> Iterator[Change]:
        was, now = before.get("items", {}), after.get("items", {})
        base_at, new_at = join(base_at, "items"), join(new_at, "items")
        if not isinstance(was, list) and not isinstance(now, list):
            if "items" in before or "items" in after:
                yield from self.compare(was, now, base_at, new_at)
        elif was != now:
            yield self._change(new_at, "items-other", Shift.OTHER, "a list of items changed, each with its own schema")

    def _fields(self, before: Mapped, after: Mapped, base_at: str, new_at: str) -> Iterator[Change]:
        (old, unread), (young, unsent) = self._seen_of(self.base, before), self._seen_of(self.new, after)
        needed_before = set(texts(before.get("required"))) - unread
        needed_after = set(texts(after.get("required"))) - unsent
        for name, was, now in pairs(old, young):
            at, gone = join(new_at, "properties", name), join(base_at, "properties", name)
            if name not in young:
                what, value = f"field {name} is gone", self.base.resolve(was, gone)[0]
                yield removed(f"{self.direction}-field-removed", what, value, gone, self.today)
            elif name not in old:
                yield self._added(name, at, required=name in needed_after)
                yield from self._formerly_extra(before, now, base_at, at)
            else:
                mark = self.base.resolve(was, gone)[0], self.new.resolve(now, at)[0]
                yield from marked(f"{self.direction}-field", f"field {name}", *mark, at, self.today)
                yield from self.compare(was, now, gone, at)
        for name in sorted(needed_before ^ needed_after):
            if (name in old) == (name in young):  # else the field itself came or went, which says it all
                yield self._required(name, join(new_at, "required"), required=name in needed_after)

    def _formerly_extra(self, before: Mapped, now: Json, base_at: str, at: str) -> Iterator[Change]:
        """A field may get a name of its own where what all of them may hold was said before: it must still allow that.

        Where nothing was said of fields without a name (`true`, or no word), nobody could count on being heard.
        """
        if isinstance(extra := _open(before.get("additionalProperties", True)), dict):
            yield from self.compare(extra, now, join(base_at, "additionalProperties"), at)

    def _seen_of(self, document: Document, schema: Mapped) -> tuple[Mapped, set[str]]:
        """The fields that are there in this direction, and the names of those that are not."""
        fields = mapped(schema.get("properties"))
        mark = _UNSEEN[self.direction]
        unseen = {name for name, field in fields.items() if document.resolve(field, "")[0].get(mark) is True}
        return {name: field for name, field in fields.items() if name not in unseen}, unseen

    def _required(self, name: str, at: str, *, required: bool) -> Change:
        shift = Shift.NARROWER if required else Shift.WIDER
        what = f"field {name} became {'required' if required else 'optional'}"
        return self._change(at, f"required-{shift.value}", shift, what)

    def _added(self, name: str, at: str, *, required: bool) -> Change:
        breaking = required and self.direction is Direction.REQUEST
        kind = f"{self.direction}-{'required-' if required else ''}field-added"
        return Change(at, kind, f"{'required ' if required else ''}field {name} is new", breaking)

    def _extra_fields(self, before: Mapped, after: Mapped, base_at: str, new_at: str) -> Iterator[Change]:
        """`additionalProperties`: false forbids, true or absent allows anything, a schema allows what it describes."""
        was, now = _open(before.get("additionalProperties", True)), _open(after.get("additionalProperties", True))
        if isinstance(was, dict) and isinstance(now, dict):
            name = "additionalProperties"
            yield from self.compare(was, now, join(base_at, name), join(new_at, name))
        elif was != now:
            shift = Shift.NARROWER if now is False or was is True else Shift.WIDER
            told = f"fields without a name of their own: {shift.value} than before"
            change = self._change(new_at, f"additional-fields-{shift.value}", shift, told)
            # New fields in an answer are no surprise to readers who ignore what they don't know.
            ignored = self.direction is Direction.RESPONSE and was is False
            yield Change(change.pointer, change.kind, told, breaking=change.breaking and not ignored)

    def _alternatives(self, keyword: str, before: Mapped, after: Mapped, base_at: str, new_at: str) -> Iterator[Change]:
        """Each alternative that a side writes must be one that the other side still reads."""
        was, now = listed(before.get(keyword)), listed(after.get(keyword))
        if not was and not now:
            return
        if not was or not now:
            shift = Shift.WIDER if was else Shift.NARROWER
            yield self._change(new_at, f"{keyword}-{shift.value}", shift, f"alternatives ({keyword}) came or went")
            return
        old = [(one, join(base_at, keyword, index)) for index, one in enumerate(was)]
        young = [(one, join(new_at, keyword, index)) for index, one in enumerate(now)]
        for one, at in old:
            if not any(self._fits(one, other, at, other_at) for other, other_at in young):
                yield self._change(at, f"{keyword}-narrower", Shift.NARROWER, "an alternative is gone")
        for other, other_at in young:
            if not any(self._fits(one, other, at, other_at) for one, at in old):
                yield self._change(other_at, f"{keyword}-wider", Shift.WIDER, "an alternative is new")

    def _fits(self, base: Json, new: Json, base_at: str, new_at: str) -> bool:
        """Whether `new` is a version of `base` that breaks nobody."""
        trial = Schemas(self.base, self.new, self.direction, self.today, set(self.seen))
        return not any(change.breaking for change in trial.compare(base, new, base_at, new_at))


def _open(value: Json) -> Json:
    """`{}` and `true` both allow anything."""
    return True if value == {} else value


def flattened(schema: Mapped, document: Document, at: str) -> Mapped:
    """`schema` with its `allOf` folded in; parts that contradict each other stay as they are, under `allOf`."""
    parts = listed(schema.get("allOf"))
    if not parts:
        return schema
    merged: Mapped = {key: value for key, value in schema.items() if key != "allOf"}
    left: list[Json] = []
    for index, part in enumerate(parts):
        inner, where = document.resolve(part, join(at, "allOf", index))
        left += _fold(merged, flattened(inner, document, where))
    return {**merged, "unmerged allOf": left} if left else merged


def _fold(merged: Mapped, part: Mapped) -> list[Json]:
    """Put `part` into `merged`; what contradicts it is given back."""
    left: list[Json] = []
    for key, value in part.items():
        if key == "properties":
            known, more = mapped(merged.get(key)), mapped(value)
            left += [{key: {name: more[name]}} for name in more if name in known and more[name] != known[name]]
            merged[key] = {**more, **known}
        elif key == "required":
            merged[key] = [*sorted({*texts(merged.get(key)), *texts(value)})]
        elif key not in merged or merged[key] == value:
            merged[key] = value
        elif key not in ("description", "title", "example"):
            left.append({key: value})
    return left
