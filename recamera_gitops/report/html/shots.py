"""The pictures of a page: what cameras showed before and after, as data inside it. Pure."""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from recamera_gitops.report.pictures import BOTH, Pictures, picture_lines
from recamera_gitops.report.results import Carried
from recamera_gitops.secret import printable

_MOST: Final = 40  # cameras; a page of all of a large fleet could not be opened


@dataclass(frozen=True, slots=True)
class Shot:
    """One camera: when and what it showed, as addresses of images, and what is said of them."""

    camera: str
    images: tuple[tuple[str, str], ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shots:
    """Those that are shown, and how many others there are."""

    shown: tuple[Shot, ...] = ()
    others: int = 0


def shots(found: Carried) -> Shots:
    """The pictures of a result: where there are too many, those of which somebody has to know first."""
    names = sorted(found.pictures, key=lambda name: not _is_grave(found.pictures[name]))
    shown = tuple(_shot(found, each) for each in names[:_MOST])
    return Shots(shown, len(names) - len(shown))


def _is_grave(pictures: Pictures) -> bool:
    return any(each.get("alarm") or "trouble" in each for each in pictures.values())


def _shot(found: Carried, name: str) -> Shot:
    pictures, camera = found.pictures[name], printable(name)
    lines = [each.removeprefix(f"{camera}: ") for each in picture_lines(name, pictures)]
    return Shot(camera, tuple(_images(found, pictures)), tuple(lines))


def _images(found: Carried, pictures: Pictures) -> Iterator[tuple[str, str]]:
    for when in BOTH:
        content = found.photo(pictures.get(when, {}))
        if content is not None:
            yield when, f"data:image/jpeg;base64,{b64encode(content).decode('ascii')}"
