"""A list of cameras that were found, as the table that `import --from` takes. Pure."""

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from recamera_gitops.desired.arrivals import COLUMNS
from recamera_gitops.desired.state import PORTS

_NOT_IN_NAMES: Final = re.compile(r"[^A-Za-z0-9]")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a camera answers."""

    address: str
    scheme: str
    port: int


def table_of(places: Iterable[Place], taken: Collection[str], *, every_port: bool) -> str:
    """A line for each camera, under a name that nobody has.

    A port that is the scheme's own is left out, unless `every_port` is wanted: a fleet may say another
    one for all of its cameras.
    """
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\n", strict=True)
    writer.writeheader()
    places = list(places)
    for name, place in zip(_names(places, taken), places, strict=True):
        host = f"[{place.address}]" if ":" in place.address else place.address
        own = place.port == PORTS[place.scheme] and not every_port
        port = "" if own else str(place.port)
        writer.writerow({"host": host, "name": name, "scheme": place.scheme, "port": port})
    return out.getvalue()


def _names(places: Iterable[Place], taken: Collection[str]) -> Iterator[str]:
    """`camera-192-168-10-21`; with a number where that is somebody's."""
    used = {each.casefold() for each in taken}
    for place in places:
        name = stem = f"camera-{_NOT_IN_NAMES.sub('-', place.address)}"
        number = 1
        while name.casefold() in used:
            number += 1
            name = f"{stem}.{number}"
        used.add(name.casefold())
        yield name
