"""Pairs of exact functions between what YAML says and what the camera says.

A codec reads one or more wire values together and writes them back in the JSON type that the camera
showed: `"30"` stays text, `30` a number. What it does not know becomes `Unknown` and is never written.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from recamera_gitops.exchange import Json
from recamera_gitops.resources.values import (
    MISSING,
    Unknown,
    integer,
    like,
    like_real,
    real,
    rounded,
    same,
)
from recamera_gitops.secret import Secret

Around = Mapping[str, Json]


class Codec:
    """Text as it stands; the base of all others.

    `sensitive` values are `Secret`s in Python and never shown; `write_only` ones cannot be read back
    and are therefore never compared. `target` lays a declared value over the live one; only
    collections need more than the declared value itself. `literal` secrets may be written out in a
    file (a push URL without a key in it). A value `from_file` names a file, and is an `Artifact` later.
    `unseen` is said of a setting that only counts where it is shown, and is not; unless it depends
    `on_firmware`, another firmware does not bring it.
    """

    sensitive = False
    write_only = False
    literal = False
    from_file = False
    unseen = "this firmware does not have the setting; left alone"
    on_firmware = True

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

    def stated(self, live: Any) -> Any:
        """The live value as a file would state it; MISSING where no file can, or nothing is set."""
        return rounded(live)

    def restated(self, live: Any, declared: Any) -> Any:
        """The live value in the terms in which a file has declared another one."""
        return rounded(self.before(live, declared))

    def equal(self, one: Any, other: Any) -> bool:
        """Whether two YAML values mean the same to the camera."""
        return same(one, other)

    def canonical(self, value: Any) -> Json:
        """One spelling for all values that mean the same, for digests."""
        return rounded(value)


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
        known = isinstance(raw[0], str) and re.fullmatch(r"[0-9]+\*[0-9]+", raw[0])
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
