"""Part of an object in the camera's own spelling, and how it is laid over the whole."""

import re
from collections.abc import Mapping
from typing import Any, Final

from recamera_gitops.exchange import Json
from recamera_gitops.resources.codecs import Around, Codec
from recamera_gitops.resources.values import Unknown, same

_SECRETIVE: Final = re.compile(r"pass|token|secret|key|url", re.IGNORECASE)


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


def lacks(live: Json, declared: Json) -> bool:
    """Whether a part of an object has a key that the object has not."""
    if not isinstance(live, Mapping) or not isinstance(declared, Mapping):
        return False
    return any(key not in live or lacks(live[key], value) for key, value in declared.items())


def moves_a_secret(live: Json, declared: Json, key: str = "") -> bool:
    """Whether a part of an object differs below a key that may hold a secret."""
    if isinstance(live, Mapping) and isinstance(declared, Mapping):
        return any(
            moves_a_secret(live.get(each), value, f"{key}.{each}")
            for each, value in declared.items()
        )
    return bool(_SECRETIVE.search(key)) and not same(live, declared)
