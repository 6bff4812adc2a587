"""The one ordered table of what can be said about a camera; everything else is read off it.

Within a stage resources are written in the order of this table. Why the stages follow each other:

    firmware    everything else may change shape with it
    clock       schedules and tokens depend on it
    inference   triggers name the classes of the running model
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

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import chain
from typing import Any, Final

from pydantic import Field, create_model

from recamera_gitops.resources import (
    beside,
    firmware,
    image,
    inference,
    moves,
    network,
    notify,
    osd,
    recording,
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
    Section,
    View,
)
from recamera_gitops.resources.codecs import Around
from recamera_gitops.resources.context import frame_rate, pins_and_ports, running_model

RESOURCES: Final[tuple[Resource, ...]] = tuple(
    sorted(
        chain(
            firmware.RESOURCES,
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

CONTEXTS: Final = (
    Context(
        "frame_rate",
        "frame rate of the main stream",
        tuple(f"image.scenes.{scene}.exposure.time" for scene in image.SCENES),
        frame_rate,
        unless="video.main.frame_rate",
    ),
    Context("model", "running model", ("record.trigger.inference",), running_model),
    Context(
        "ports",
        "pins and serial ports of the camera",
        ("record.trigger.gpio.name", "record.trigger.tty.name"),
        pins_and_ports,
    ),
    Context("firmware", "running firmware", ("firmware.version",), firmware.running_firmware),
    Context("access", "way in", ("system.api",), system.way_in),
)


def _shutter_fits_the_frame(view: View, around: Around) -> Iterator[Complaint]:
    """A manual shutter time is no longer than a frame [cgi]."""
    rate = view("video.main.frame_rate") or around.get("frame_rate")
    for scene in image.SCENES:
        base = f"image.scenes.{scene}.exposure"
        time = view(f"{base}.time")
        if not rate or not isinstance(time, str) or view(f"{base}.mode") != "manual":
            continue
        if Fraction(time) > Fraction(1, rate):
            yield Complaint(
                "shutter-longer-than-frame",
                (f"{base}.time", "video.main.frame_rate"),
                f"a shutter time of {time} s is longer than a frame at {rate} frames a second",
                f"1/{rate} is the longest",
            )


_ACROSS: Final = (
    _shutter_fits_the_frame,
    recording.classes_exist,
    recording.regions_fit_the_model,
    recording.pins_exist,
    system.key_stays_open,
    firmware.goes_up,
)


def _model(name: str, below: Mapping[str, Resource]) -> type[Section]:
    """The section at a path, with the sections of longer paths as further fields."""
    own = below.get("")
    base = own.section if own is not None else Section
    children: dict[str, dict[str, Resource]] = {}
    for path, resource in below.items():
        if path:
            first, _, rest = path.partition(".")
            children.setdefault(first, {})[rest] = resource
    if own is not None and not children:
        return base
    fields: dict[str, Any] = {}
    for child, resources in children.items():
        inner = _model(child.title().replace("_", ""), resources)
        says = (inner.__doc__ or "").strip().partition("\n")[0] or f"Settings of {child}."
        fields[child] = (inner | None, Field(default=None, description=says))
    says = base.__doc__ or ""
    if own is None:
        says = f"Settings of {', '.join(children)}."
    return create_model(name, __base__=base, __doc__=says, **fields)


Config: Final = _model("Config", {resource.path: resource for resource in EVERY_RESOURCE})

FLOWS: Final[Mapping[str, FlowShape]] = {**network.FLOWS, **system.FLOWS, **firmware.FLOWS}

LEAVES: Final[Mapping[str, Leaf]] = {
    resource.path_of(leaf): leaf for resource in RESOURCES for leaf in resource.leaves
}

EVERY_LEAF: Final[Mapping[str, Leaf]] = {
    resource.path_of(leaf): leaf for resource in EVERY_RESOURCE for leaf in resource.leaves
}


def complaints(values: Mapping[str, Any], around: Around | None = None) -> tuple[Complaint, ...]:
    """What the cross-field rules say of these values, by full leaf path; unknown ones are absent."""
    within = (_complaints_of(resource, values) for resource in RESOURCES)
    across = (rule(values.get, around or {}) for rule in _ACROSS)
    return tuple(chain.from_iterable((*within, *across)))


def conflicts(declared: Mapping[str, Any]) -> Iterator[Complaint]:
    """Where a fragment below `wire` says something that is a setting of its own."""
    return beside.conflicts(EVERY_RESOURCE, declared)


def _complaints_of(resource: Resource, values: Mapping[str, Any]) -> Iterator[Complaint]:
    def view(path: str) -> Any:
        return values.get(f"{resource.path}.{path}")

    for rule in resource.section.rules:
        for each in rule(view):
            paths = tuple(f"{resource.path}.{path}" for path in each.paths)
            yield replace(each, paths=paths)


def _check() -> None:
    """Declarations are checked when they are imported: a wrong one cannot be shipped."""
    paths = [resource.path for resource in RESOURCES]
    if len(set(paths)) != len(paths):
        raise TypeError(f"two resources share a path: {paths}")
    for resource in RESOURCES:
        names = {leaf.path for leaf in resource.leaves}
        for leaf in resource.leaves:
            sibling = leaf.wire.when and _sibling(leaf.path, leaf.wire.when.sibling)
            if resource.flow is not None and resource.flow not in FLOWS:
                raise TypeError(
                    f"{resource.path} names the conversation {resource.flow}, which nobody declares"
                )
            if sibling and sibling not in names:
                raise TypeError(
                    f"{resource.path}.{leaf.path} depends on {sibling}, which is not there"
                )


def _sibling(path: str, name: str) -> str:
    parent, dot, _ = path.rpartition(".")
    return f"{parent}{dot}{name}"


_check()
