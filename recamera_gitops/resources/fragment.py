"""Part of an object in the camera's own spelling, and how it is laid over the whole."""

from collections.abc import Mapping
from typing import Any

from recamera_gitops.exchange import Json
from recamera_gitops.resources.codecs import Around, Codec
from recamera_gitops.resources.values import Unknown, same


class LaidOver(Codec):
    """A part of an object, laid over it key by key; only what the part states is compared."""

    def decode(self, raw: tuple[Json, ...], around: Around) -> Any:
        """The object as it is."""
        del around
        return raw[0] if isinstance(raw[0], dict) else Unknown(raw)

    def encode(self, value: Any, raw: tuple[Json, ...], around: Around) -> tuple[Json, ...]:
        """The object with the part laid over it."""
        del around
        return (_laid_over(raw[0], value),)

    def before(self, live: Any, target: Any) -> Any:
        """Of the live object what the part speaks about."""
        return _part_of(live, target)

    def restated(self, live: Any, declared: Any) -> Any:
        """The same, every number as the camera spells it."""
        return self.before(live, declared)

    def equal(self, one: Any, other: Any) -> bool:
        """Whether the object `other` says everything that the part `one` says."""
        return same(one, _part_of(other, one))


def _laid_over(base: Json, over: Json) -> Json:
    if not isinstance(base, Mapping) or not isinstance(over, Mapping):
        return over
    both = {key: _laid_over(base[key], item) if key in base else item for key, item in over.items()}
    return {**base, **both}


def _part_of(whole: Json, part: Json) -> Json:
    if not isinstance(whole, Mapping) or not isinstance(part, Mapping):
        return whole
    return {key: _part_of(whole[key], item) for key, item in part.items() if key in whole}
