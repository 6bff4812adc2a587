"""Pairs of exact functions between what YAML says and what the camera says.

A codec reads one or more wire values together and writes them back in the JSON type that the camera
showed: `"30"` stays text, `30` a number. What it does not know becomes `Unknown` and is never written.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from recamera_gitops.exchange import Json
from recamera_gitops.secret import Secret

Around = Mapping[str, Json]
FLOAT_NOISE: Final = 1e-4  # positions and confidences come back re-rounded [ref]
_INTEGER: Final = re.compile(r"[+-]?\d{1,18}")


class _Missing(Enum):
    """The camera does not show this key, which is not the same as null."""

    MISSING = "missing"


MISSING: Final = _Missing.MISSING


@dataclass(frozen=True, slots=True)
class Unknown:
    """Raw values outside what the codec knows: reported, preserved, never guessed at."""

    raw: tuple[Json, ...]


class Codec:
    """Text as it stands; the base of all others.

    `sensitive` values are `Secret`s in Python and never shown; `write_only` ones cannot be read back
    and are therefore never compared. `target` lays a declared value over the live one; only
    collections need more than the declared value itself. `literal` secrets may be written out in a
    file, because they need not be secret at all (a push URL without a key in it). `unseen` is said of
    a setting that only counts where it is shown, and is not.
    """

    sensitive = False
    write_only = False
    literal = False
    unseen = "this firmware does not have the setting; left alone"

    def decode(self, raw: tuple[Json, ...], around: Around) -> Any:
        """The YAML value, or `Unknown`; never called when every raw value is MISSING."""
        del around
        return raw[0] if isinstance(raw[0], str) else Unknown(raw)

    def encode(self, value: Any, raw: tuple[Json, ...], around: Around) -> tuple[Json, ...]:
        """The raw values that say this, in the types that `raw` shows."""
        del raw, around
        return (value,)

    def target(self, declared: Any, live: Any, around: Around) -> Any:
        """What the setting is to become: the declared value, completed from the live one."""
        del live, around
        return declared

    def before(self, live: Any, target: Any) -> Any:
        """The live value in the terms in which the target is written."""
        del target
        return live

    def equal(self, one: Any, other: Any) -> bool:
        """Whether two YAML values mean the same to the camera."""
        return same(one, other)

    def canonical(self, value: Any) -> Json:
        """One spelling for all values that mean the same, for digests."""
        return rounded(value)


def rounded(value: Any) -> Json:
    """The value with float noise taken off, whole numbers as such."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else round(value, 4)
    if isinstance(value, Mapping):
        return {str(key): rounded(item) for key, item in value.items()}
    return [rounded(item) for item in value] if _is_list(value) else value


def in_one_order(items: Any) -> Json:
    """The items rounded and sorted by their JSON, where their order means nothing."""
    return sorted(
        (rounded(item) for item in items), key=lambda each: json.dumps(each, sort_keys=True)
    )


def same(one: Any, other: Any) -> bool:
    """Equality by type and value, except that numbers may differ by float noise; True is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=0, abs_tol=FLOAT_NOISE)
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if _is_list(one) and _is_list(other):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and bool(one == other)


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def integer(raw: Json) -> int | None:
    """A whole number, also one carried as text or as a float without fraction; None otherwise."""
    if isinstance(raw, bool):
        return None
    if isinstance(raw, str) and _INTEGER.fullmatch(raw):
        return int(raw)
    if isinstance(raw, float) and raw.is_integer():
        return int(raw)
    return raw if isinstance(raw, int) else None


def like(number: float, raw: Json, *, text: bool = False) -> Json:
    """The number in the JSON type of `raw`; of text where `raw` is missing and the key carries text."""
    if isinstance(raw, str) or (raw is MISSING and text):
        return str(number)
    if isinstance(raw, float):
        return float(number)
    return number


@dataclass(frozen=True)
class Number(Codec):
    """A whole number; `text` keys carry it as a string by design (`sFrameRate`) [cgi]."""

    text: bool = False

    def decode(self, raw: tuple[Json, ...], around: Around) -> Any:
        """The number, however it is carried."""
        del around
        number = integer(raw[0])
        return Unknown(raw) if number is None else number

    def encode(self, value: Any, raw: tuple[Json, ...], around: Around) -> tuple[Json, ...]:
        """The number as the camera carries it."""
        del around
        return (like(value, raw[0], text=self.text),)


@dataclass(frozen=True)
class Switch(Codec):
    """On or off: 0/1, true/false or "true"/"false"; `number` says which one a new key takes."""

    number: bool = True

    def decode(self, raw: tuple[Json, ...], around: Around) -> Any:
        """True or False."""
        del around
        if isinstance(raw[0], bool):
            return raw[0]
        if isinstance(raw[0], str) and raw[0].lower() in ("true", "false"):
            return raw[0].lower() == "true"
        number = integer(raw[0])
        return bool(number) if number in (0, 1) else Unknown(raw)

    def encode(self, value: Any, raw: tuple[Json, ...], around: Around) -> tuple[Json, ...]:
        """The same in the camera's own type."""
        del around
        shown = raw[0]
        if isinstance(shown, bool) or (shown is MISSING and not self.number):
            return (value,)
        if isinstance(shown, str) and integer(shown) is None:
            return ("true" if value else "false",)
        return (like(int(value), shown),)


@dataclass(frozen=True)
class Words(Codec):
    """One of a closed set of words: YAML word → wire value.

    `also` lists other wire spellings that mean a YAML word; a camera that shows one gets back the
    spellings of that family (same position in `also`), see `encode`.
    """

    words: Mapping[Any, Json]
    also: tuple[Mapping[Any, Json], ...] = ()

    def decode(self, raw: tuple[Json, ...], around: Around) -> Any:
        """The YAML word."""
        del around
        for vocabulary in (self.words, *self.also):
            for word, wire in vocabulary.items():
                if _alike(wire, raw[0]):
                    return word
        return Unknown(raw)

    def encode(self, value: Any, raw: tuple[Json, ...], around: Around) -> tuple[Json, ...]:
        """The wire value from the vocabulary that the camera speaks, in its type."""
        del around
        speaks = (
            each for each in self.also if any(_same_spelling(w, raw[0]) for w in each.values())
        )
        vocabulary = self.words
        if not any(_same_spelling(wire, raw[0]) for wire in self.words.values()):
            vocabulary = next((each for each in speaks if value in each), self.words)
        wire = vocabulary[value]
        return (like(wire, raw[0]) if isinstance(wire, int) else wire,)


def _alike(wire: Json, raw: Json) -> bool:
    if isinstance(wire, str):
        return isinstance(raw, str) and wire.lower() == raw.lower()
    return bool(integer(raw) == wire)


def _same_spelling(wire: Json, raw: Json) -> bool:
    return bool(wire == raw) if isinstance(wire, str) else bool(integer(raw) == wire)


@dataclass(frozen=True)
class Resolution(Codec):
    """`3840x2160` in YAML, `3840*2160` on the wire."""

    def decode(self, raw: tuple[Json, ...], around: Around) -> Any:
        """Width and height with an x."""
        del around
        known = isinstance(raw[0], str) and re.fullmatch(r"\d+\*\d+", raw[0])
        return raw[0].replace("*", "x") if known else Unknown(raw)

    def encode(self, value: Any, raw: tuple[Json, ...], around: Around) -> tuple[Json, ...]:
        """Width and height with an asterisk."""
        del raw, around
        return (value.replace("x", "*"),)


@dataclass(frozen=True)
class TimeOfDay(Codec):
    """`06:30:00` in YAML, seconds since midnight on the wire; `24:00:00` is the end of the day."""

    def decode(self, raw: tuple[Json, ...], around: Around) -> Any:
        """The time with hours, minutes and seconds."""
        del around
        seconds = integer(raw[0])
        if seconds is None or not 0 <= seconds <= 86400:  # noqa: PLR2004 - a day
            return Unknown(raw)
        return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"

    def encode(self, value: Any, raw: tuple[Json, ...], around: Around) -> tuple[Json, ...]:
        """The seconds."""
        del around
        hours, minutes, seconds = (int(part) for part in value.split(":"))
        return (like(hours * 3600 + minutes * 60 + seconds, raw[0]),)


@dataclass(frozen=True)
class Lower(Codec):
    """Text whose case means nothing (`fff799`)."""

    def equal(self, one: Any, other: Any) -> bool:
        """Equal but for case."""
        known = isinstance(one, str) and isinstance(other, str)
        return one.lower() == other.lower() if known else same(one, other)

    def canonical(self, value: Any) -> Json:
        """The text in lower case."""
        return value.lower() if isinstance(value, str) else value


@dataclass(frozen=True)
class Position(Codec):
    """`[x, y]` over two keys, in parts of the frame."""

    def decode(self, raw: tuple[Json, ...], around: Around) -> Any:
        """Both coordinates."""
        del around
        numbers = [real(each) for each in raw]
        return Unknown(raw) if None in numbers else numbers

    def encode(self, value: Any, raw: tuple[Json, ...], around: Around) -> tuple[Json, ...]:
        """Each coordinate in the type that the camera shows."""
        del around
        return tuple(like_real(number, shown) for number, shown in zip(value, raw, strict=True))


@dataclass(frozen=True)
class Sequenced(Codec):
    """A short list over as many keys; keys beyond the list are emptied."""

    def decode(self, raw: tuple[Json, ...], around: Around) -> Any:
        """The values up to the first empty key."""
        del around
        shown = [each for each in raw if each is not MISSING]
        if not all(isinstance(each, str) for each in shown):
            return Unknown(raw)
        return [each for each in shown if each]

    def encode(self, value: Any, raw: tuple[Json, ...], around: Around) -> tuple[Json, ...]:
        """One value for each key that the camera shows or the list needs."""
        del around
        padded = [*value, *[""] * (len(raw) - len(value))]
        return tuple(
            MISSING if shown is MISSING and not each else each
            for each, shown in zip(padded, raw, strict=True)
        )


@dataclass(frozen=True)
class Real(Codec):
    """A number with a fraction."""

    def decode(self, raw: tuple[Json, ...], around: Around) -> Any:
        """The number, also one carried as text."""
        del around
        number = real(raw[0])
        return Unknown(raw) if number is None else number

    def encode(self, value: Any, raw: tuple[Json, ...], around: Around) -> tuple[Json, ...]:
        """The number as the camera carries it."""
        del around
        return (like_real(value, raw[0]),)


def real(raw: Json) -> float | None:
    """A number, also one carried as text; None otherwise."""
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        return None
    try:
        number = float(raw)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def like_real(number: float, raw: Json) -> Json:
    """The number as text where `raw` is text; a whole number stays one where `raw` is one."""
    if isinstance(raw, str):
        return str(number)
    if isinstance(raw, int) and not isinstance(raw, bool) and float(number).is_integer():
        return int(number)
    return float(number)


@dataclass(frozen=True)
class SecretText(Codec):
    """Text that must never be shown; readable from the camera unless the reference says otherwise."""

    sensitive = True

    def decode(self, raw: tuple[Json, ...], around: Around) -> Any:
        """A `Secret`."""
        del around
        return Secret(raw[0]) if isinstance(raw[0], str) else Unknown(raw)

    def encode(self, value: Any, raw: tuple[Json, ...], around: Around) -> tuple[Json, ...]:
        """The text itself."""
        del raw, around
        return (value.reveal(),)


@dataclass(frozen=True)
class WriteOnlySecret(SecretText):
    """A secret that the camera takes and never shows (the Wi-Fi password)."""

    write_only = True


@dataclass(frozen=True)
class PushUrl(SecretText):
    """A URL that may carry a key: never shown, but it may be written out in a file."""

    literal = True


@dataclass(frozen=True)
class OneOpen(Codec):
    """One YAML word over several `open`/`close` keys of which at most one may be open [seed].

    The words name the keys in order; `off` is all closed, so every write closes one and opens the
    other in the same body.
    """

    words: tuple[str, ...]

    def decode(self, raw: tuple[Json, ...], around: Around) -> Any:
        """The word of the open key."""
        del around
        if any(each not in ("open", "close", MISSING) for each in raw):
            return Unknown(raw)
        opened = [word for word, each in zip(self.words, raw, strict=True) if each == "open"]
        if len(opened) > 1:
            return Unknown(raw)
        return opened[0] if opened else "off"

    def encode(self, value: Any, raw: tuple[Json, ...], around: Around) -> tuple[Json, ...]:
        """Every key, exactly one of them open unless the word is `off`."""
        del raw, around
        return tuple("open" if word == value else "close" for word in self.words)


SAME: Final = Codec()
SECRET: Final = SecretText()
COUNT: Final = Number()
COUNT_AS_TEXT: Final = Number(text=True)
ON_OFF: Final = Switch()
TRUE_FALSE: Final = Switch(number=False)
REAL: Final = Real()
POSITION: Final = Position()
