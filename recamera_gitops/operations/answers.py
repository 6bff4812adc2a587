"""Fields of what a camera answered: of the type that the reference names, or not understood."""

import contextlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from recamera_gitops.errors import NotUnderstood
from recamera_gitops.exchange import Json
from recamera_gitops.secret import foreign

_MILLISECONDS_FROM: Final = 10**11  # as seconds that would be the year 5138
_LATEST: Final = 253_402_300_799  # the end of the year 9999


@dataclass(frozen=True, slots=True)
class Answer:
    """An object that came back for a request; `at` is where it stands in the answer.

    A key may be missing, or null, only for what is asked with `maybe`. Text is made safe to show.
    """

    body: Json
    request: str
    at: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.body, dict):
            raise NotUnderstood(f"{self.at or 'the answer'} is no object", request=self.request)

    def text(self, key: str) -> str:
        """A string."""
        value = self.body.get(key)
        if not isinstance(value, str):
            raise self._odd(key, "text")
        return foreign(value)

    def maybe_text(self, key: str) -> str | None:
        """A string, or nothing."""
        return None if self.body.get(key) is None else self.text(key)

    def whole(self, key: str) -> int:
        """An integer, as a number or as a string of one."""
        value = self.body.get(key)
        if isinstance(value, str) and value.lstrip("-").isdecimal():
            return int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self._odd(key, "a whole number")
        return value

    def maybe_whole(self, key: str) -> int | None:
        """An integer, or nothing."""
        return None if self.body.get(key) is None else self.whole(key)

    def real(self, key: str) -> float:
        """A number, also one that came as a string [sdk-local]."""
        value = self.body.get(key)
        with contextlib.suppress(TypeError, ValueError):
            if not isinstance(value, bool) and math.isfinite(number := float(value)):
                return number
        raise self._odd(key, "a number")

    def maybe_real(self, key: str) -> float | None:
        """A number, or nothing."""
        return None if self.body.get(key) is None else self.real(key)

    def truth(self, key: str) -> bool:
        """Yes or no; some firmware says it in a string [ref]."""
        value = self.body.get(key)
        if value in ("true", "false"):
            return bool(value == "true")
        if not isinstance(value, bool):
            raise self._odd(key, "true or false")
        return value

    def maybe_truth(self, key: str) -> bool | None:
        """Yes or no, or nothing."""
        return None if self.body.get(key) is None else self.truth(key)

    def switch(self, key: str) -> bool:
        """On or off, which some objects say in 1 and 0 and others in true and false."""
        value = self.body.get(key)
        return value in (1, "1") if value in (0, 1, "0", "1") else self.truth(key)

    def moment(self, key: str) -> str | None:
        """A Unix time in UTC as RFC 3339, None for 0; milliseconds are told by their size [sdk]."""
        stamp = self.whole(key)
        found = moment(stamp)
        if found is None and stamp:
            raise self._odd(key, "a time")
        return found

    def part(self, key: str) -> "Answer | None":
        """An object in it, or nothing."""
        value = self.body.get(key)
        return None if value is None else Answer(value, self.request, key)

    def parts(self, key: str) -> Iterator[tuple[str, "Answer"]]:
        """The objects of an object, by name; none where it is missing."""
        part = self.part(key)
        for name, value in ({} if part is None else part.body).items():
            yield foreign(name), Answer(value, self.request, f"{key}.{foreign(name)}")

    def _odd(self, key: str, wanted: str) -> NotUnderstood:
        where = f"{self.at}.{key}" if self.at else key
        return NotUnderstood(f"{where} is not {wanted}", request=self.request)


def said(seconds: int) -> str:
    """A Unix time in UTC as RFC 3339."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(stamp: float) -> str | None:
    """A Unix time, in seconds or, as its size tells, milliseconds, as RFC 3339; None where it is none."""
    seconds = int(stamp // 1000 if stamp >= _MILLISECONDS_FROM else stamp)
    return said(seconds) if 0 < seconds <= _LATEST else None
