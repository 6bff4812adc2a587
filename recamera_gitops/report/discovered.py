"""Who answers at which address: tables for people, four lists for programs. Pure."""

import ipaddress
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from recamera_gitops.exchange import Json
from recamera_gitops.report.paint import Paint, plain
from recamera_gitops.report.tables import table
from recamera_gitops.report.values import bounded, counted
from recamera_gitops.secret import printable

_VERSION: Final = "1.0"
_WIDEST_REASON: Final = 70
_WIDEST_NAME: Final = 24
_HEADS: Final = {
    "recamera": ("reCamera", "port", "scheme", "in the fleet", "certificate"),
    "not_recamera": ("not a reCamera", "port", "scheme", "because"),
    "unreachable": ("unreachable", "because"),
}


@dataclass(frozen=True, slots=True)
class Found:
    """One address. `device` is its name in the fleet, and `declared_host` where its file says it is.

    `notes` tell what is remarkable about a camera, and `twin` at which address the same certificate is.
    """

    address: str
    port: int | None = None
    scheme: str | None = None
    fingerprint: str | None = None
    device: str | None = None
    declared_host: str | None = None
    reason: str | None = None
    twin: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Discovered:
    """What was found at how many `addresses`; fewer than these stand in the lists after an interruption."""

    addresses: int
    recamera: tuple[Found, ...]
    not_recamera: tuple[Found, ...]
    unreachable: tuple[Found, ...]

    @property
    def looked_at(self) -> int:
        """How many addresses were looked at."""
        return len(self.recamera) + len(self.not_recamera) + len(self.unreachable)


def discovered_json(found: Discovered) -> dict[str, Json]:
    """The four lists; `reachable` is those of the next two together."""
    lists = {
        "recamera": [_json(each) for each in found.recamera],
        "not_recamera": [_json(each) for each in found.not_recamera],
        "unreachable": [_json(each) for each in found.unreachable],
    }
    reachable = sorted([*found.recamera, *found.not_recamera], key=lambda each: order(each.address))
    return {
        "format_version": _VERSION,
        "addresses": found.addresses,
        "complete": found.looked_at == found.addresses,
        "reachable": [_json(each) for each in reachable],
        **lists,
    }


def _json(found: Found) -> dict[str, Json]:
    return {
        "address": found.address,
        "port": found.port,
        "scheme": found.scheme,
        "fingerprint": found.fingerprint and f"sha256:{found.fingerprint}",
        "device": found.device,
        "declared_host": found.declared_host,
        "reason": found.reason,
        "same_certificate_at": found.twin,
        "notes": list(found.notes),
    }


def order(address: str) -> tuple[int, int, str]:
    """What addresses are sorted by, so that .9 comes before .10."""
    bare, _, zone = address.partition("%")
    parsed = ipaddress.ip_address(bare)
    return parsed.version, int(parsed), zone


def discovered_text(found: Discovered, paint: Paint = plain) -> str:
    """A table for each list that is not empty, the notes, and how many there are."""
    lines = [
        *_table(_HEADS["recamera"], map(_camera, found.recamera), paint),
        *_notes(found.recamera, paint),
        *_table(_HEADS["not_recamera"], map(_other, found.not_recamera), paint),
        *_table(_HEADS["unreachable"], _together(found.unreachable), paint),
        _closing(found),
    ]
    return "\n".join(lines) + "\n"


def _camera(found: Found) -> tuple[str, ...]:
    name = bounded(printable(found.device or "-"), _WIDEST_NAME)
    certificate = f"sha256:{found.fingerprint}" if found.fingerprint else "-"
    return found.address, str(found.port), str(found.scheme), name, certificate


def _other(found: Found) -> tuple[str, ...]:
    return found.address, str(found.port), str(found.scheme), _because(found)


def _because(found: Found) -> str:
    return bounded(printable(found.reason or ""), _WIDEST_REASON)


def _together(found: Sequence[Found]) -> Iterator[tuple[str, ...]]:
    """A row for addresses that follow each other and are unreachable for the same reason."""
    first = last = None
    for each in found:
        if first is not None and last is not None:
            if _follows(last, each):
                last = each
                continue
            yield _span(first, last), _because(first)
        first = last = each
    if first is not None and last is not None:
        yield _span(first, last), _because(first)


def _follows(last: Found, each: Found) -> bool:
    (version, number, zone), after = order(last.address), order(each.address)
    return after == (version, number + 1, zone) and _because(last) == _because(each)


def _span(first: Found, last: Found) -> str:
    return first.address if first is last else f"{first.address}-{last.address}"


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]], paint: Paint) -> Iterator[str]:
    filled = list(rows)
    if filled:
        yield from table(heads, filled, paint)
        yield ""


def _notes(found: Iterable[Found], paint: Paint) -> Iterator[str]:
    notes = [f"{each.address}: {printable(note)}" for each in found for note in each.notes]
    yield from (paint("change", note) for note in notes)
    yield from [""] if notes else ()


def _closing(found: Discovered) -> str:
    parts = [
        f"{len(found.recamera)} reCamera",
        f"{len(found.not_recamera)} something else",
        f"{len(found.unreachable)} unreachable",
    ]
    every = counted(found.addresses, "address", "addresses")
    if found.looked_at < found.addresses:
        every = f"interrupted after {found.looked_at} of {every}"
    return f"Discover: {every}: {', '.join(parts)}."
