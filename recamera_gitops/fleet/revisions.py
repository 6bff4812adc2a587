"""What the files of a fleet declare otherwise than an earlier revision. No secret is looked up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from recamera_gitops.desired.artifacts import artifact, names_file
from recamera_gitops.desired.known import KnownCamera
from recamera_gitops.desired.references import Template
from recamera_gitops.desired.state import Device, Fleet
from recamera_gitops.errors import Diagnostic, Place
from recamera_gitops.exchange import Json
from recamera_gitops.reconcile.planner import shown
from recamera_gitops.resources.declared import Declared, Wish, narrowed
from recamera_gitops.resources.values import same

# What decides who is sent which login.
_LOGIN: Final = frozenset({"host", "serial", "connection", "known"})
_HOW_FAST: Final = frozenset({"connection.timeout", "connection.concurrency"})
_FLEET_WIDE: Final = ("policy", "rollout", "drift")


class Turn(StrEnum):
    """What becomes of a setting, or of a camera, from one revision to the other."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is declared otherwise. Sensitive values are None in `before` and `after`.

    Only a setting is added or removed; where it is removed it is left as the camera has it. `source` is
    where it is declared, or was.
    """

    path: str
    turn: Turn
    before: Json
    after: Json
    sensitive: bool
    source: Place | None


@dataclass(frozen=True, slots=True)
class Revised:
    """One camera. `redirects` tells that its login, or another one, would be sent elsewhere than before."""

    device: str
    turn: Turn
    redirects: bool
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Revision:
    """Everything that differs: of the fleet as a whole, and camera by camera."""

    fleet: str
    against: str
    fleet_wide: tuple[Difference, ...]
    devices: tuple[Revised, ...]

    @property
    def differs(self) -> bool:
        """Whether anything is declared otherwise."""
        turned = any(each.turn is not Turn.UNCHANGED for each in self.devices)
        return turned or bool(self.fleet_wide)


def revision(
    before: tuple[Fleet, Sequence[Device]],
    after: tuple[Fleet, Sequence[Device]],
    targets: tuple[str, ...],
) -> Revision:
    """Two revisions of a fleet compared, each with the cameras of it that are meant."""
    (old, old_devices), (new, new_devices) = before, after
    known = {each.name: each for each in old_devices}
    found = [_revised(known.get(each.name), old, each, new, targets) for each in new_devices]
    there = {each.name for each in new.devices}
    gone = [
        Revised(each.name, Turn.REMOVED, False) for each in old_devices if each.name not in there
    ]
    wide = () if targets else tuple(_facts(_wide(old), _wide(new)))
    return Revision(new.name, str(old.root), wide, (*found, *gone))


def _revised(
    before: Device | None, old: Fleet, after: Device, new: Fleet, targets: tuple[str, ...]
) -> Revised:
    facts = () if targets else _facts({} if before is None else _around(before), _around(after))
    wishes = {} if before is None else _wishes(before, old, targets)
    told = (each for each in facts if before is not None or _is_telling(each.path))
    found = (*told, *_differences(wishes, _wishes(after, new, targets)))
    redirects = before is None or _login(before) != _login(after)
    turn = Turn.ADDED if before is None else Turn.CHANGED if found else Turn.UNCHANGED
    return Revised(after.name, turn, redirects, found)


def _login(device: Device) -> list[tuple[str, Json]]:
    """Who is sent which login: the same where nothing of that has changed."""
    return [
        (path, _comparable(wish.value))
        for path, wish in _around(device).items()
        if path.partition(".")[0] in _LOGIN and path not in _HOW_FAST
    ]


def _is_telling(path: str) -> bool:
    """Whether it says something of a new camera that it does not share with all the others."""
    return path.partition(".")[0] in ("host", "serial", "protected", "labels")


def _wishes(device: Device, fleet: Fleet, targets: tuple[str, ...]) -> dict[str, Wish]:
    return {
        path: _with_content(path, wish, fleet)
        for path, wish in narrowed(device.declared, targets).items()
    }


def _with_content(path: str, wish: Wish, fleet: Fleet) -> Wish:
    """A file that a camera is to have is what is in it."""
    if not names_file(path):
        return wish
    found = artifact(path, wish, fleet.root)
    return wish if isinstance(found, Diagnostic) else Wish(found, wish.place)


def _around(device: Device) -> dict[str, Wish]:
    """What files say of a camera beside its settings."""
    known, connection = device.known or KnownCamera(None), device.connection
    facts = {
        "host": device.host,
        "serial": device.serial,
        "protected": device.protected or None,
        "unmanaged": list(device.unmanaged) or None,
        **{f"labels.{key}": value for key, value in device.labels.items()},
        "connection.scheme": connection.scheme,
        "connection.port": connection.port,
        "connection.username": connection.username,
        "connection.password": connection.password,
        "connection.token": connection.token,
        "connection.tls.fingerprint": connection.fingerprint,
        "connection.tls.ca_file": None if connection.ca_file is None else str(connection.ca_file),
        "connection.timeout": connection.timeout,
        "connection.concurrency": connection.concurrency,
        "known.serial": known.serial,
        "known.fingerprint": known.fingerprint,
    }
    return {
        path: Wish(value, _place(device, path, value))
        for path, value in facts.items()
        if value is not None
    }


def _place(device: Device, path: str, value: object) -> Place:
    return value.place if isinstance(value, Template) else device.places.get(path, device.place)


def _wide(fleet: Fleet) -> dict[str, Wish]:
    """What fleet.yaml says of the fleet as a whole."""
    parts = {name: getattr(fleet, name).model_dump(mode="json") for name in _FLEET_WIDE}
    return {
        f"{name}.{key}": Wish(value, fleet.places.get(f"{name}.{key}"))
        for name, part in parts.items()
        for key, value in part.items()
        if value is not None
    }


def _facts(before: Declared, after: Declared) -> Iterator[Difference]:
    """The same of what is no setting: it has another value, or none."""
    for each in _differences(before, after):
        yield replace(each, turn=Turn.CHANGED)


def _differences(before: Declared, after: Declared) -> Iterator[Difference]:
    for path in dict.fromkeys((*after, *before)):
        old, new = before.get(path), after.get(path)
        if old is None or new is None or not _is_same(old.value, new.value):
            yield _difference(path, old, new)


def _is_same(one: object, other: object) -> bool:
    return same(_comparable(one), _comparable(other))


def _comparable(value: object) -> Json:
    """A value without where it stands: a reference is what it refers to."""
    return [*map(str, value.parts)] if isinstance(value, Template) else shown(value)


def _difference(path: str, old: Wish | None, new: Wish | None) -> Difference:
    turn = Turn.ADDED if old is None else Turn.REMOVED if new is None else Turn.CHANGED
    values = [None if each is None else each.value for each in (old, new)]
    sensitive = any(isinstance(each, Template) for each in values)
    before, after = (None if sensitive else shown(each) for each in values)
    place = (new or old or Wish(None)).place
    return Difference(path, turn, before, after, sensitive, place)
