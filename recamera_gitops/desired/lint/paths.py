"""Paths and selectors that lead to nothing."""

from collections.abc import Iterable, Iterator
from typing import Final

from recamera_gitops.desired.lint.sources import Found, Sources
from recamera_gitops.desired.messages import did_you_mean, echo
from recamera_gitops.desired.nodes import (
    Scalar,
    Sequence,
    child,
    mapping_at,
    paths_at,
    texts_at,
    value_of,
)
from recamera_gitops.desired.overlay import EMPTY, overlay, without_nulls
from recamera_gitops.desired.selectors import Selector
from recamera_gitops.desired.state import Device
from recamera_gitops.resources.catalog import settings
from recamera_gitops.resources.declared import is_below

_SOON: Final = 14  # days


def idle_paths(sources: Sources) -> Iterator[Found]:
    """Paths that drift or a device passes over, or drift repairs, and where nothing is declared."""
    everywhere = {path for device in sources.fleet.devices for path in device.declared}
    drift = mapping_at(sources.document, "drift")
    for key in ("ignore", "repair"):
        yield from _idle(paths_at(drift, key), everywhere, f"drift.{key}", "no device")
    for device in sources.fleet.devices:
        paths = texts_at(sources.devices[device.name], "unmanaged")
        if paths:
            yield from _idle(paths, _stated(sources, device), "unmanaged", "nothing")


def ending_ignores(sources: Sources) -> Iterator[Found]:
    """Entries of drift.ignore that are over, or will be soon."""
    if sources.today is None:
        return
    written = paths_at(mapping_at(sources.document, "drift"), "ignore")
    for entry, scalar in zip(sources.fleet.drift.entries, written, strict=True):
        left = entry.days_left(sources.today)
        if left is not None and left < _SOON:
            over = ", which is over: its differences are drift again" if left < 0 else ""
            message = f"{echo(entry.path)} is passed over until {entry.until}{over}"
            yield Found(message, "drift.ignore", scalar.place)


def _idle(
    paths: Iterable[Scalar], declared: Iterable[str], where: str, nobody: str
) -> Iterator[Found]:
    for scalar in paths:
        path = str(scalar.value)
        if not any(is_below(each, path) or is_below(path, each) for each in declared):
            yield Found(f"{nobody} declares {echo(path)}", where, scalar.place)


def _stated(sources: Sources, device: Device) -> frozenset[str]:
    """What the files state for a device, also what is not managed there."""
    own = mapping_at(sources.devices[device.name], "config") or EMPTY
    layer = sources.profiles.layer(device.profiles, sources.document)
    merged = without_nulls(overlay(layer.config, own))
    values = value_of(merged)
    return frozenset(".".join(steps) for steps, _ in settings(values))


def unmatched_selectors(sources: Sources) -> Iterator[Found]:
    """Waves without a device."""
    rollout = mapping_at(sources.document, "rollout")
    waves = child(rollout, "waves") if rollout else None
    for number, wave in enumerate(waves.items if isinstance(waves, Sequence) else ()):
        scalar = child(wave, "select")
        if not isinstance(scalar, Scalar):
            continue
        selector = Selector.parse(str(scalar.value))
        if not any(selector.matches(device.labels) for device in sources.fleet.devices):
            message = f"{echo(str(scalar.value))} selects no device"
            hint = _label_meant(selector, sources)
            yield Found(message, f"rollout.waves[{number}].select", scalar.place, hint)


def _label_meant(selector: Selector, sources: Sources) -> str | None:
    """The label, or the value of one, that was perhaps meant."""
    labels = [device.labels for device in sources.fleet.devices]
    known = {key for each in labels for key in each}
    for term in selector.terms:
        if term.key not in known:
            return did_you_mean(term.key, known)
        values = {each[term.key] for each in labels if term.key in each}
        unknown = sorted((term.values or frozenset()) - values)
        if unknown and not term.negated:
            return did_you_mean(unknown[0], values)
    return None
