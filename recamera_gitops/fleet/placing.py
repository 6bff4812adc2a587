"""Where in the files of a fleet a value belongs that a camera has: the line that sets it, or the device's own.

A value goes to the statement that wins on that device. What other devices share is not changed for one of
them, what is made of variables is not overwritten, and a device's own file can always say it for itself.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from recamera_gitops.desired.fleet import Loaded
from recamera_gitops.desired.layers import History, Keys, Kind, Layers, Origin, Statement, layers_of
from recamera_gitops.desired.nodes import scalars
from recamera_gitops.desired.notation import SECRET_KINDS
from recamera_gitops.desired.references import references_in
from recamera_gitops.desired.rewrite import REMOVED
from recamera_gitops.errors import Place
from recamera_gitops.exchange import Json
from recamera_gitops.reconcile.taking import Left, Taken
from recamera_gitops.resources.declared import is_below
from recamera_gitops.resources.stating import steps_to


class Into(StrEnum):
    """What is written where a profile says something that other devices share."""

    DEVICE = "device"
    PROFILE = "profile"


@dataclass(frozen=True, slots=True)
class Piece:
    """One value of one device: a setting, or what differs inside one that is a mapping."""

    device: str
    setting: Taken
    keys: Keys
    value: Json

    @property
    def claim(self) -> str:
        """What it wants, for comparing it with what others want."""
        value = None if self.value is REMOVED else [self.value]
        return json.dumps([self.keys, value], sort_keys=True)


@dataclass(frozen=True, slots=True)
class Placed:
    """A piece with the document that it is written into; `place` is where the winner stood until now."""

    piece: Piece
    origin: Origin
    value: Json
    place: Place | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Shared:
    """A statement of a profile that was pulled, and the other devices on which it wins."""

    setting: Taken
    place: Place
    devices: tuple[str, ...]
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Placing:
    """What is written where, what is not written, and what could be written for others too."""

    placed: tuple[Placed, ...]
    left: tuple[tuple[str, Left], ...]
    shared: tuple[Shared, ...]


def pieces(device: str, setting: Taken) -> Iterator[Piece]:
    """The setting in the parts in which files lay it over each other: mappings key by key."""
    for keys, value in _parts(steps_to(setting.path), setting.before, setting.after):
        yield Piece(device, setting, keys, value)


def _parts(keys: Keys, before: Json, after: Json) -> Iterator[tuple[Keys, Json]]:
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        yield keys, after
        return
    for key, value in before.items():
        if key not in after:
            yield (*keys, key), REMOVED
        elif value != after[key]:
            yield from _parts((*keys, key), value, after[key])
    yield from (((*keys, key), value) for key, value in after.items() if key not in before)


class Places:
    """What the files of a fleet say, looked at device by device as far as it is asked for."""

    def __init__(self, loaded: Loaded) -> None:
        self._loaded = loaded
        self._layers: dict[str, Layers] = {}
        self._histories: dict[str, History] = {}

    def layers(self, device: str) -> Layers:
        """The documents of a device."""
        if device not in self._layers:
            self._layers[device] = layers_of(self._loaded, device)
        return self._layers[device]

    def history(self, device: str) -> History:
        """What was said of its settings."""
        if device not in self._histories:
            self._histories[device] = self.layers(device).config()
        return self._histories[device]

    def winner(self, device: str, path: str, keys: Keys = ()) -> Statement | None:
        """What wins at these keys, or else for the setting that they are a part of; None if nothing does."""
        history, setting = self.history(device), steps_to(path)
        said = history.get(keys)
        if said and not said[-1].is_null:
            return said[-1]
        inside = [
            statements[-1]
            for at, statements in history.items()
            if at[: len(setting)] == setting and not statements[-1].is_null
        ]
        origins = (*self.layers(device).profiles, self.layers(device).device)
        return max(inside, key=lambda each: origins.index(each.origin), default=None)

    def users(self, statement: Statement, path: str) -> tuple[str, ...]:
        """The devices on which a statement wins, and is managed."""
        return tuple(
            device.name
            for device in self._loaded.fleet.devices
            if statement.origin.name in device.profiles
            and not any(is_below(path, each) for each in device.unmanaged)
            and self._wins(statement, device.name)
        )

    def _wins(self, statement: Statement, device: str) -> bool:
        said = self.history(device).get(statement.at)
        return said is not None and said[-1].node is statement.node

    def placing(self, wanted: Iterable[Piece], into: Into | None) -> Placing:
        """Find the place of every piece; without `into` what is shared goes to the devices."""
        return _Placing(self, tuple(wanted), into).result()


class _Placing:
    """One look for the places of some pieces."""

    def __init__(self, places: Places, wanted: tuple[Piece, ...], into: Into | None) -> None:
        self._places = places
        self._wanted = wanted
        self._into = into
        self._winners = [places.winner(e.device, e.setting.path, e.keys) for e in wanted]
        self._claims: dict[tuple[Place, Keys], dict[str, str]] = {}
        for piece, winner in zip(wanted, self._winners, strict=True):
            if winner is not None:
                claim = self._claims.setdefault((winner.node.place, piece.keys), {})
                claim[piece.device] = piece.claim
        self._shared: dict[tuple[Place, Keys], Shared] = {}

    def result(self) -> Placing:
        found = [
            (piece.device, self._placed(piece, winner))
            for piece, winner in zip(self._wanted, self._winners, strict=True)
        ]
        return Placing(
            placed=tuple(each for _, each in found if isinstance(each, Placed)),
            left=tuple((device, each) for device, each in found if isinstance(each, Left)),
            shared=tuple(self._shared.values()),
        )

    def _placed(self, piece: Piece, winner: Statement | None) -> Placed | Left:
        if winner is None:
            return self._new(piece)
        where = f"{winner.node.place.file}:{winner.node.place.line}"
        made_of = _made_of(winner)
        if made_of and winner.origin.kind is Kind.DEVICE:
            return Left(piece.setting.path, f"{where} uses {made_of}; change what that holds")
        if made_of:
            return self._for_itself(piece, winner, f"{where} uses {made_of}")
        if winner.origin.kind is Kind.PROFILE:
            return self._of_profile(piece, winner, where)
        return self._written(piece, winner.origin, winner)

    def _new(self, piece: Piece) -> Placed | Left:
        """What no file states yet: into the device's file, unless something there stands against it."""
        device = self._places.layers(piece.device).device
        for at, said in self._places.history(piece.device).items():
            above = piece.keys[: len(at)] == at and len(at) < len(piece.keys)
            if above and (said[-1].origin is device or not said[-1].is_null):
                place = said[-1].node.place
                word = "null" if said[-1].is_null else "another value"
                reason = f"{place.file}:{place.line} says {word} for {'.'.join(at)}"
                return Left(piece.setting.path, reason)
        return self._written(piece, device, None)

    def _of_profile(self, piece: Piece, winner: Statement, where: str) -> Placed | Left:
        """Into the profile where that moves nobody who does not show the same, else into the device."""
        claim = self._claims[winner.node.place, piece.keys]
        agreed = len(set(claim.values())) == 1
        same = {name for name, wants in claim.items() if wants == piece.claim}
        others = tuple(e for e in self._places.users(winner, piece.setting.path) if e not in same)
        if not others:
            return self._written(piece, winner.origin, winner)
        if agreed:
            self._share(piece, winner, tuple(sorted(same)), others)
            if self._into is Into.PROFILE:
                return self._written(piece, winner.origin, winner)
        elif self._into is Into.PROFILE:
            reason = (
                f"the cameras that {where} speaks of show different values; pull it --into device"
            )
            return Left(piece.setting.path, reason)
        return self._for_itself(piece, winner, f"{where} is shared with {_named(others)}")

    def _share(
        self, piece: Piece, winner: Statement, devices: tuple[str, ...], others: tuple[str, ...]
    ) -> None:
        shared = Shared(piece.setting, winner.node.place, devices, others)
        self._shared[winner.node.place, piece.keys] = shared

    def _for_itself(self, piece: Piece, winner: Statement, note: str) -> Placed:
        return self._written(piece, self._places.layers(piece.device).device, winner, note)

    def _written(
        self, piece: Piece, origin: Origin, winner: Statement | None, note: str = ""
    ) -> Placed:
        place = None if winner is None else winner.node.place
        return Placed(piece, origin, self._spelled(piece, origin), place, note)

    def _spelled(self, piece: Piece, origin: Origin) -> Json:
        """The value, with a null for whatever another layer would let shine through."""
        below = {
            at
            for at, said in self._places.history(piece.device).items()
            if at[: len(piece.keys)] == piece.keys
            and any(each.origin is not origin and not each.is_null for each in said)
        }
        if piece.value is REMOVED:
            return None if below else REMOVED
        if not isinstance(piece.value, Mapping):
            return piece.value
        inner = {at[len(piece.keys)] for at in below if len(at) > len(piece.keys)}
        return {**piece.value, **dict.fromkeys(sorted(inner - piece.value.keys()))}


def _made_of(statement: Statement) -> str:
    """The variables, labels and so on that a statement is made of."""
    found: dict[str, None] = {}
    for _, scalar in scalars(statement.node):
        kinds = (each for each in references_in(scalar) if each.kind not in SECRET_KINDS)
        found |= dict.fromkeys(each.written() for each in kinds)
    return ", ".join(found)


def _named(devices: tuple[str, ...]) -> str:
    most = 2
    if len(devices) <= most:
        return " and ".join(devices)
    return f"{devices[0]}, {devices[1]} and {len(devices) - most} more"
