"""What `drift:` of fleet.yaml may say."""

from datetime import date
from typing import Annotated, Final, TypeAlias

from pydantic import AfterValidator, Field

from recamera_gitops.resources.base import Section
from recamera_gitops.resources.grave import Level
from recamera_gitops.resources.keyed import WordOrMapping

_DAY: Final = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
Today: TypeAlias = date

Address = Annotated[
    str,
    Field(
        min_length=1, examples=["image.scenes.night"], json_schema_extra={"definition": "Address"}
    ),
]
_AddressKey = Annotated[
    str, Field(pattern=r"^[a-z][!-<>-~]{0,199}$", examples=["osd.privacy_masks"])
]


def _day(text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError as error:
        raise ValueError("there is no such day in the calendar") from error
    return text


class IgnoredPath(Section):
    """Differences that are no drift, with the reason, for as long as it holds."""

    path: Address = Field(description="Path whose differences are no drift.")
    reason: str | None = Field(
        default=None,
        min_length=1,
        max_length=200,
        description="Why; it is told wherever the differences are counted.",
        examples=["the bracket comes in January"],
    )
    until: Annotated[str, Field(pattern=_DAY), AfterValidator(_day)] | None = Field(
        default=None,
        description="Last day, in UTC, on which they are no drift.",
        examples=["2026-12-31"],
    )

    def days_left(self, today: Today) -> int | None:
        """How many days are left after today, below 0 when it is over; None where it has no end."""
        return None if self.until is None else (date.fromisoformat(self.until) - today).days


class Drift(Section):
    """What the search for drift passes over, how grave the rest is, and what it may put right."""

    ignore: list[WordOrMapping[IgnoredPath, Address]] | None = Field(
        default=None, description="Paths whose differences are no drift."
    )
    severity: dict[_AddressKey, Annotated[Level, Field(strict=False)]] | None = Field(
        default=None,
        description="How grave differences below a path are; the nearest path counts.",
        examples=[{"osd.privacy_masks": "critical", "image": "low"}],
    )
    repair: list[Address] | None = Field(
        default=None, description="Paths that `drift --repair` may put right."
    )

    @property
    def entries(self) -> tuple[IgnoredPath, ...]:
        """All of `ignore`, those without a reason too."""
        return tuple(
            IgnoredPath(path=each) if isinstance(each, str) else each for each in self.ignore or ()
        )

    def ignored(self, today: Today) -> tuple[IgnoredPath, ...]:
        """Those of them that are not over."""
        return tuple(each for each in self.entries if (each.days_left(today) or 0) >= 0)
