"""Reading a compiled release, and keeping account of what of it was taken and what was not."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from sepakat.record.errors import InvalidError

NOWHERE = "the draft has no place for it"
REPLACED = "what was given beside the file is drafted instead"
_ENVELOPE = ("ocid", "id", "date", "tag", "initiationType", "language")


class LeftOut(NamedTuple):
    place: str  # a path in the compiled release
    reason: str


class Account:
    """A release's values by their paths, such as `tender/lots/0/title`."""

    def __init__(self, release: Mapping[str, Any]) -> None:
        self._release = release
        self._taken: dict[str, None] = dict.fromkeys(_ENVELOPE)  # in their order
        self._replaced: set[str] = set()
        self._left: dict[str, str] = {}

    def get(self, place: str) -> Any:
        value = self.at(place)
        if value is not None:
            self.take(place)
        return value

    def at(self, place: str) -> Any:
        """The value there, not taken yet."""
        value: Any = self._release
        for step in place.split("/"):
            if isinstance(value, dict):
                value = value.get(step)
            elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
                value = value[int(step)]
            else:
                return None
        return value

    def first(self, *places: str) -> Any:
        return next((v for v in map(self.get, places) if v is not None), None)

    def read(self, reads: Callable[[Any, str], Any], *places: str) -> Any:
        """The first of these values, as ours; what does not fit is left out, with the reason."""
        for place in places:
            value = self.at(place)
            if value is None:
                continue
            try:
                found = reads(value, place)
            except (InvalidError, AttributeError) as error:
                reason = error.what if isinstance(error, InvalidError) else "it is no JSON object"
                self.leave(place, reason)
                continue
            self.take(place)
            return found
        return None

    def items(self, place: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        listed = self.at(place)
        for number, item in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(item, dict):
                yield f"{place}/{number}", item

    def chosen(self, given: Any, read: Callable[[], Any]) -> Any:
        """What is given, or else what is read; of another value that is read, its places are
        accounted for as replaced."""
        if given is None:
            return read()
        before = len(self._taken)
        found = read()
        if found != given:
            for place in list(self._taken)[before:]:
                if place not in self._left:
                    del self._taken[place]
                    self._replaced.add(place)
        return given

    def take(self, *places: str) -> None:
        self._taken.update(dict.fromkeys(places))

    def leave(self, place: str, reason: str) -> None:
        self.take(place)
        self._left[place] = reason

    def left_out(self) -> list[LeftOut]:
        """Whatever was left with a reason, and the highest places of which nothing was read."""
        above = _above(self._taken) | _above(self._replaced)
        left = [LeftOut(*one) for one in self._left.items()]
        return [*left, *self._untaken(self._release, "", above)]

    def _untaken(self, value: Any, place: str, above: set[str]) -> Iterator[LeftOut]:
        if place in self._taken:
            return
        if place in self._replaced:
            yield LeftOut(place, REPLACED)
        elif (place and place not in above) or not isinstance(value, dict | list):
            yield LeftOut(place, NOWHERE)
        else:
            for name, item in value.items() if isinstance(value, dict) else enumerate(value):
                step = _escaped(str(name))
                yield from self._untaken(item, f"{place}/{step}" if place else step, above)


def _above(places: Iterable[str]) -> set[str]:
    """All that one of these places lies in."""
    found: set[str] = set()
    for place in places:
        steps = place.split("/")
        found.update("/".join(steps[:length]) for length in range(1, len(steps)))
    return found


def _escaped(name: str) -> str:
    """A member's name as a step of a path, so that none can pass for another (RFC 6901, 3)."""
    return name.replace("~", "~0").replace("/", "~1") or "~"
