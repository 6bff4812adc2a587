"""Pure functions over JSON trees."""

import struct
from collections.abc import Callable, Mapping
from typing import Any

VENDOR_KEY = "sVendorNote"
UNDECORATED = frozenset({"metrics", "dAvailableGPIOs", "dAvailableTTYs"})  # maps, not records
UNORDERED = frozenset({"lActiveWeekdays", "privacyMask", "lInferenceSet"})


def merged(base: object, change: object) -> object:
    """`change` laid over `base`: objects merge, an object over a list addresses its entries."""
    if isinstance(base, list) and isinstance(change, Mapping):
        return [merged(entry, change.get(str(at), {})) for at, entry in enumerate(base)]
    if not isinstance(base, Mapping) or not isinstance(change, Mapping):
        return change if not _empty(change) else base
    added = {key: value for key, value in change.items() if key not in base}
    return {
        key: merged(old, change[key]) if key in change else old for key, old in base.items()
    } | added


def completed(value: object, fresh: object) -> object:
    """The tree with whatever records of `fresh` have and its own lack."""
    if isinstance(value, Mapping) and isinstance(fresh, Mapping):
        both = {key: completed(value[key], fresh[key]) for key in fresh if key in value}
        return {**fresh, **value, **both}
    if isinstance(value, list) and isinstance(fresh, list) and len(value) == len(fresh):
        return [completed(*pair) for pair in zip(value, fresh, strict=True)]
    return value


def _empty(change: object) -> bool:
    return isinstance(change, Mapping) and not change


def decorated(value: Any, note: str) -> Any:  # noqa: ANN401
    """The document with a field that nobody documents in each of its records."""
    if isinstance(value, Mapping):
        inner = {
            key: entry if key in UNDECORATED else decorated(entry, note)
            for key, entry in value.items()
            if key not in UNORDERED
        }
        return {**value, **inner, VENDOR_KEY: note}
    if isinstance(value, list):
        return [decorated(entry, note) if isinstance(entry, Mapping) else entry for entry in value]
    return value


def copied(value: Any) -> Any:  # noqa: ANN401
    """A deep copy; trees have no cycles, so this is several times faster than `deepcopy`."""
    if isinstance(value, dict):
        return {key: copied(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [copied(entry) for entry in value]
    return value


def single_precision(value: object) -> object:
    """The tree with every fraction as a 32-bit float would hold it."""
    return _mapped(value, lambda leaf: _narrowed(leaf) if isinstance(leaf, float) else leaf)


def _narrowed(number: float) -> float:
    narrowed: float = struct.unpack("f", struct.pack("f", number))[0]
    return narrowed


def _mapped(value: object, change: Callable[[object], object]) -> object:
    if isinstance(value, Mapping):
        return {key: _mapped(entry, change) for key, entry in value.items()}
    if isinstance(value, list):
        return [_mapped(entry, change) for entry in value]
    return change(value)


def reordered(value: object) -> object:
    """The tree with the lists whose order means nothing turned round."""
    if isinstance(value, Mapping):
        return {
            key: list(reversed(entry)) if key in UNORDERED else reordered(entry)
            for key, entry in value.items()
        }
    if isinstance(value, list):
        return [reordered(entry) for entry in value]
    return value
