"""What cameras showed before and after they were written, a line each. Pure."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from recamera_gitops.exchange import Json
from recamera_gitops.report.paint import Paint, plain
from recamera_gitops.report.values import bounded
from recamera_gitops.secret import printable

_WIDEST_NAME: Final = 40
_WIDEST_REASON: Final = 400
BOTH: Final = ("before", "after")
_ALARMS: Final = {"before": "the picture was {} before", "after": "the picture is {}"}

# Of one camera: before and after, each with what was measured, or with `trouble`.
Pictures = Mapping[str, Mapping[str, Any]]
# The JPEG that belongs to what was measured, small enough to be shown in a page.
Photo: TypeAlias = Callable[[Mapping[str, Any]], bytes | None]


def no_photo(facts: Mapping[str, Any]) -> None:
    """Nobody has kept one."""
    del facts


def picture_lines(device: str, pictures: Pictures, paint: Paint = plain) -> Iterator[str]:
    """How the picture changed, then what is wrong with it."""
    name = bounded(printable(device), _WIDEST_NAME)
    seen = [each for when in BOTH if "mean" in (each := pictures.get(when, {}))]
    if seen:
        yield f"{name}: picture {', '.join(_measures(seen))}"
    for when in BOTH:
        facts = pictures.get(when, {})
        if "trouble" in facts:
            reason = bounded(printable(facts["trouble"]), _WIDEST_REASON)
            yield paint("change", f"{name}: warning: no picture {when}: {reason}")
        if facts.get("alarm"):
            yield paint("trouble", f"{name}: warning: {_ALARMS[when].format(facts['alarm'])}")


def with_pictures(pictures: Pictures | None) -> dict[str, Json]:
    """What programs are told of a camera besides, where somebody looked at it."""
    if not pictures:
        return {}
    return {"pictures": {when: dict(facts) for when, facts in pictures.items()}}


def _measures(seen: list[Mapping[str, Any]]) -> Iterator[str]:
    yield f"{_way([str(round(each['mean'])) for each in seen])} mean luminance"
    yield f"{_way([_share(each['black'] + each['white']) for each in seen])} clipped"
    if len(seen) == len(BOTH):
        yield f"{_share(seen[-1]['differs'])} of it differs"


def _way(values: list[str]) -> str:
    return " → ".join(dict.fromkeys(values))


def _share(value: float) -> str:
    return f"{value:.0%}".replace("%", " %")
