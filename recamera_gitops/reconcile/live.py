"""Everything that a camera shows, in the terms of the files: what importing and pulling start from."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from recamera_gitops.errors import CameraError, NotUnderstood, Rejected
from recamera_gitops.exchange import Json
from recamera_gitops.reconcile.observe import Gather, Observation, observe, wanted_contexts
from recamera_gitops.reconcile.planner import is_active, shown
from recamera_gitops.resources.base import Leaf, Resource, decode, is_known
from recamera_gitops.resources.catalog import RESOURCES, leaf_at, resource_at
from recamera_gitops.resources.declared import Wish
from recamera_gitops.resources.models import LIST, cards_of
from recamera_gitops.resources.stating import may_be_stated
from recamera_gitops.resources.values import MISSING, Unknown
from recamera_gitops.secret import Secret, foreign

Wanted = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Live:
    """A camera as a file could declare it.

    `values` holds what was wanted and can be stated, by leaf path below `config`, in the order of the
    catalogue, sensitive ones as `Secret`. What the camera does not show or is its own at the moment,
    what can only be written, and what no file may say, is not there. `notes` say what could not be
    read or understood, though it was wanted; `unread` are the resources of which nothing could be.
    `around` is what rules need beside the values.
    """

    serial: str
    firmware: str
    values: Mapping[str, Any]
    notes: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    around: Mapping[str, Any] = field(default_factory=dict)


def read_live(gather: Gather, wanted: Wanted) -> Live:
    """Read the wanted settings of one camera.

    An endpoint that the camera refuses or answers in another form is noted and the others are read;
    any other CameraError is raised.
    """
    gather = each_once(gather)
    members, notes = _members(gather)
    picked = tuple(e for e in (*RESOURCES, *members) if any(_wanted_leaves(e, wanted)))
    paths = (each.path_of(leaf) for each in picked for leaf in _wanted_leaves(each, wanted))
    contexts = wanted_contexts({path: Wish(None) for path in paths})
    observation = observe(gather, picked, contexts, _is_an_answer)
    values: dict[str, Any] = {}
    for path, value in chain.from_iterable(_decoded(e, observation, wanted) for e in picked):
        reason = _why_not(path, value)
        if reason is None:
            values[path] = value
        elif reason:
            notes.append(f"{path}: {reason}")
    notes += [f"{path}: not read: {error}" for path, error in observation.missing.items()]
    return Live(
        observation.serial,
        observation.firmware,
        values,
        notes=tuple(notes),
        unread=tuple(observation.missing),
        around=observation.around,
    )


def _is_an_answer(error: CameraError) -> bool:
    """Whether the camera is there, and only this question was refused or not answered as known."""
    return isinstance(error, Rejected | NotUnderstood)


def each_once(gather: Gather) -> Gather:
    """The same reads, each route asked at most once."""
    known: dict[str, Json | CameraError] = {}

    def once(paths: Sequence[str]) -> Mapping[str, Json | CameraError]:
        missing = [path for path in paths if path not in known]
        if missing:
            known.update(gather(missing))
        return {path: known[path] for path in paths}

    return once


def _members(gather: Gather) -> tuple[list[Resource], list[str]]:
    """The resources of the models that the camera lists, and which of them no file can name."""
    listing = gather([LIST])[LIST]
    if isinstance(listing, CameraError):
        if not _is_an_answer(listing):
            raise listing
        return [], [f"models: not read: {listing}"]
    found = {name: resource_at(f"models.{name}.source") for name in cards_of(listing)}
    members = [each for each in found.values() if each is not None]
    unnamed = [foreign(name) for name, each in found.items() if each is None]
    return members, [f"models: no file can name {name}" for name in unnamed]


def _wanted_leaves(resource: Resource, wanted: Wanted) -> Iterator[Leaf]:
    for leaf in resource.leaves:
        if not leaf.wire.codec.write_only and wanted(resource.path_of(leaf)):
            yield leaf


def _decoded(
    resource: Resource, observation: Observation, wanted: Wanted
) -> Iterator[tuple[str, Any]]:
    """What the camera shows of the wanted settings and does not own itself, as files state it."""
    raw = observation.objects.get(resource.path)
    live = (
        {}
        if raw is None
        else {leaf.path: decode(raw, leaf, observation.around) for leaf in resource.leaves}
    )
    for leaf in _wanted_leaves(resource, wanted):
        value = live.get(leaf.path, MISSING)
        if value is MISSING or not is_active(leaf.path, leaf, live):
            continue
        stated = leaf.wire.codec.stated(value) if is_known(value) else value
        if stated is not MISSING:
            yield resource.path_of(leaf), stated


def _why_not(path: str, value: object) -> str | None:
    """Why a file cannot state a value, None where it can; empty text is nothing set, and no reason."""
    if isinstance(value, Unknown):
        leaf = leaf_at(path)
        secret = leaf is not None and leaf.wire.codec.sensitive
        return "not understood" if secret else f"not understood: {_said(value)}"
    if may_be_stated(path, value):
        return None
    if isinstance(value, Secret):
        return "" if value == Secret("") else "no file may state what it is"
    return "" if value == "" else f"no file may state {_said(value)}"


def _said(value: object) -> str:
    return foreign(json.dumps(shown(value), ensure_ascii=False))
