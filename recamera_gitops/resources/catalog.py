"""The one ordered table of what can be said about a camera; everything else is read off it.

Within a stage resources are written in the order of this table. Why the stages follow each other:

    firmware    everything else may change shape with it
    clock       schedules and tokens depend on it
    storage     recording needs a place
    models      inference names one, and it must have info
    inference   triggers name the classes of the running model
    cleanup     by then nothing runs a model that is to go
    overlay     privacy masks come before anything that shows a new picture
    video       a shutter time is checked against the frame rate that is in force by then
    stream      one write turns one protocol off and the other on
    image       what holds for the camera first, then one edit session per scene
    recording   rules use all of the above
    notify      its write restarts the media process: once, when nothing else will
    services    nothing else depends on them
    access      may cut the access in use
    network     the camera may have to be found again
    password    the branch that the run sits on, sawn last
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from itertools import chain
from typing import Any, Final

from recamera_gitops.exchange import Json
from recamera_gitops.resources import (
    beside,
    firmware,
    image,
    inference,
    models,
    moves,
    network,
    notify,
    osd,
    recording,
    storage,
    streaming,
    system,
    video,
)
from recamera_gitops.resources.base import (
    Complaint,
    Context,
    FlowShape,
    Leaf,
    Resource,
    View,
)
from recamera_gitops.resources.codecs import Around
from recamera_gitops.resources.context import frame_rate, pins_and_ports, running_model, shutters
from recamera_gitops.resources.declared import Declared, is_below, sibling_of
from recamera_gitops.resources.keyed import Collection
from recamera_gitops.resources.layout import config_model

RESOURCES: Final[tuple[Resource, ...]] = tuple(
    sorted(
        chain(
            firmware.RESOURCES,
            storage.RESOURCES,
            inference.RESOURCES,
            osd.RESOURCES,
            video.RESOURCES,
            image.RESOURCES,
            recording.RESOURCES,
            notify.RESOURCES,
            streaming.RESOURCES,
            system.RESOURCES,
            network.RESOURCES,
            moves.RESOURCES,
        ),
        key=lambda resource: resource.stage,
    )
)

# The same, and what is said below `wire`, each beside the resource whose object it completes.
EVERY_RESOURCE: Final = beside.completed(RESOURCES)

# Resources under keys that the files choose; `resource_at` and `leaf_at` know their members.
COLLECTIONS: Final = (models.MODELS,)


def _below(*prefixes: str) -> Callable[[Declared], bool]:
    return lambda declared: _is_any_below(frozenset(declared), prefixes)


@lru_cache(maxsize=1024)
def _is_any_below(paths: frozenset[str], prefixes: tuple[str, ...]) -> bool:
    return any(is_below(path, each) for path in paths for each in prefixes)


def _sets_a_shutter_time(declared: Declared) -> bool:
    """A shutter time, or manual exposure with the time that is there, against an unstated frame rate."""
    scenes = (f"image.scenes.{scene}.exposure" for scene in image.SCENES)
    manual = any(
        f"{base}.time" in declared
        or (f"{base}.mode" in declared and declared[f"{base}.mode"].value == "manual")
        for base in scenes
    )
    return manual and "video.main.frame_rate" not in declared


CONTEXTS: Final = (
    Context("frame_rate", "frame rate of the main stream", _sets_a_shutter_time, frame_rate),
    Context("shutters", "shutter times of the scenes", _below("video.main.frame_rate"), shutters),
    Context("model", "running model", _below("record.trigger.inference"), running_model),
    Context(
        "ports",
        "pins and serial ports of the camera",
        _below("record.trigger.gpio.name", "record.trigger.tty.name"),
        pins_and_ports,
    ),
    Context("models", "models on the camera", _below("models"), models.on_camera),
    Context("slots", "storage slots", _below("record.storage.slot"), storage.slots),
    Context("firmware", "running firmware", _below("firmware.version"), firmware.running_firmware),
    Context("access", "way in", _below("system.api"), system.way_in),
)


def _shutter_fits_the_frame(view: View, around: Around) -> Iterator[Complaint]:
    """A manual shutter time is no longer than a frame [cgi]."""
    rate = view("video.main.frame_rate") or around.get("frame_rate")
    for scene, number in image.SCENES.items():
        base = f"image.scenes.{scene}.exposure"
        if view(f"{base}.mode") is None:
            time = (around.get("shutters") or {}).get(number)
        else:
            time = view(f"{base}.time") if view(f"{base}.mode") == "manual" else None
        if rate and isinstance(time, str) and Fraction(time) > Fraction(1, rate):
            yield Complaint(
                "shutter-longer-than-frame",
                (f"{base}.time", f"{base}.mode", "video.main.frame_rate"),
                f"the shutter time {time} s of scene {scene} is longer than a frame at {rate} frames a second",
                f"1/{rate} is the longest",
            )


_ACROSS: Final = (
    _shutter_fits_the_frame,
    recording.classes_exist,
    recording.regions_fit_the_model,
    recording.pins_exist,
    storage.slot_exists,
    system.key_stays_open,
    firmware.goes_up,
)


Config: Final = config_model(EVERY_RESOURCE, COLLECTIONS)

FLOWS: Final[Mapping[str, FlowShape]] = {
    **firmware.FLOWS,
    **storage.FLOWS,
    **models.FLOWS,
    **network.FLOWS,
    **system.FLOWS,
}

LEAVES: Final[Mapping[str, Leaf]] = {
    resource.path_of(leaf): leaf for resource in RESOURCES for leaf in resource.leaves
}

EVERY_LEAF: Final[Mapping[str, Leaf]] = {
    resource.path_of(leaf): leaf for resource in EVERY_RESOURCE for leaf in resource.leaves
}


def resource_at(path: str) -> Resource | None:
    """The resource that a path belongs to, None where nothing is declared."""
    for collection in COLLECTIONS:
        if path.startswith(f"{collection.path}."):
            return _member_at(collection, path.removeprefix(f"{collection.path}."))
    while path:
        if path in _BY_PATH:
            return _BY_PATH[path]
        path = path.rpartition(".")[0]
    return None


def _member_at(collection: Collection, rest: str) -> Resource | None:
    """The resource of a key; where nothing stands below the key, that of a word in its place."""
    if re.fullmatch(collection.key, rest):
        return collection.word(rest)
    matched = re.fullmatch(rf"({collection.key})\..+", rest)
    return collection.member(matched[1]) if matched is not None else None


_BY_PATH: Final = {resource.path: resource for resource in EVERY_RESOURCE}


def resources(paths: Iterable[str]) -> tuple[Resource, ...]:
    """The resources that these paths belong to, in the order in which they are written."""
    return _resources(frozenset(paths))


@lru_cache(maxsize=1024)
def _resources(paths: frozenset[str]) -> tuple[Resource, ...]:
    """Cameras of a fleet mostly declare the same settings, so the answer is remembered.

    What completes an object stands under the address of that object where this is written too.
    """
    found = {each.path: each for path in paths if (each := resource_at(path)) is not None}
    addresses = {each.address for each in found.values() if not each.beside}
    return tuple(
        replace(each, address=each.beside) if each.beside in addresses else each
        for each in sorted(found.values(), key=_rank)
    )


_RANKS: Final = {resource.path: rank for rank, resource in enumerate(EVERY_RESOURCE)}


def _rank(resource: Resource) -> tuple[int, int, str]:
    return resource.stage, _RANKS.get(resource.path, 0), resource.path


def leaf_at(path: str) -> Leaf | None:
    """The setting at a path, None where there is none."""
    resource = None if path in EVERY_LEAF else resource_at(path)
    if resource is None or resource.path in _BY_PATH:
        return EVERY_LEAF.get(path)
    return next((each for each in resource.leaves if resource.path_of(each) == path), None)


def settings(
    values: Mapping[str, Any], above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every setting in nested values: the keys that lead to it, and what it says.

    At the key of a collection a mapping is a section, whatever one word in its place would be.
    """
    for key, value in values.items():
        steps = (*above, key)
        path = ".".join(steps)
        found = leaf_at(path)
        if isinstance(value, Mapping) and path not in EVERY_LEAF and not (found and found.path):
            yield from settings(value, steps)
        elif found is not None:
            yield steps, value


def is_address(path: str) -> bool:
    """Whether something can be declared at or below a path."""
    if any(is_below(each, path) for each in (*EVERY_LEAF, *(each.path for each in COLLECTIONS))):
        return True
    resource = resource_at(path)
    return resource is not None and any(
        is_below(resource.path_of(e), path) for e in resource.leaves
    )


def confirmation(path: str, after: Json = None, raw: Json = None) -> str | None:
    """The path to be confirmed before the setting at a path becomes `after`, None where none is.

    `raw` is the object of its resource, None where that is not known.
    """
    resource = resource_at(path)
    if resource is None or not resource.confirm:
        return None
    inner = path.removeprefix(resource.path).removeprefix(".")
    asked = resource.confirm_at or resource.address
    return asked if resource.confirm_when(inner, after, raw) else None


def needs_confirmation(changes: Iterable[tuple[str, Json]]) -> tuple[str, ...]:
    """The paths to be confirmed before these changes, each a path and what it becomes."""
    found = (confirmation(path, after) for path, after in changes)
    return tuple(dict.fromkeys(each for each in found if each is not None))


def complaints(values: Mapping[str, Any], around: Around | None = None) -> tuple[Complaint, ...]:
    """What the cross-field rules say of these values, by full leaf path; unknown ones are absent."""
    within = (_complaints_of(resource, values) for resource in resources(values))
    across = (rule(values.get, around or {}) for rule in _ACROSS)
    kept = (rule(values, around or {}) for each in COLLECTIONS for rule in each.rules)
    return tuple(chain.from_iterable((*within, *across, *kept)))


def conflicts(declared: Mapping[str, Any]) -> Iterator[Complaint]:
    """Where a fragment below `wire` says something that is a setting of its own."""
    return beside.conflicts(EVERY_RESOURCE, declared)


def _complaints_of(resource: Resource, values: Mapping[str, Any]) -> Iterator[Complaint]:
    def view(path: str) -> Any:
        return values.get(resource.path_of(path))

    for rule in resource.section.rules:
        for each in rule(view):
            paths = tuple(resource.path_of(path) for path in each.paths)
            yield replace(each, paths=paths)


def _check() -> None:
    """Declarations are checked when they are imported: a wrong one cannot be shipped."""
    paths = [resource.path for resource in RESOURCES]
    if len(set(paths)) != len(paths):
        raise TypeError(f"two resources share a path: {paths}")
    for resource in RESOURCES:
        names = {leaf.path for leaf in resource.leaves}
        for leaf in resource.leaves:
            sibling = leaf.wire.when and sibling_of(leaf.path, leaf.wire.when.sibling)
            if resource.flow is not None and resource.flow not in FLOWS:
                raise TypeError(
                    f"{resource.path} names the conversation {resource.flow}, which nobody declares"
                )
            if sibling and sibling not in names:
                raise TypeError(
                    f"{resource.path}.{leaf.path} depends on {sibling}, which is not there"
                )


_check()
