"""The profile that takes what several new cameras have in common, and how they come to have it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from recamera_gitops.desired.arrivals import Arrival, text
from recamera_gitops.desired.composing import Spelled, extended, profile_text
from recamera_gitops.desired.fields import field_names
from recamera_gitops.desired.files import FLEET_FILE
from recamera_gitops.desired.fleet import Loaded
from recamera_gitops.desired.messages import check, echo
from recamera_gitops.desired.models import FleetFile, ProfileFile
from recamera_gitops.desired.nodes import Mapping as MappingNode
from recamera_gitops.desired.nodes import Scalar, text_at, texts_at
from recamera_gitops.desired.nodes import Sequence as List
from recamera_gitops.desired.overlay import EMPTY, default_profiles
from recamera_gitops.desired.rewrite import Edit, NotRewritable, rewritten
from recamera_gitops.errors import Diagnostic, InvalidInput, Place

_OPTION: Final = "--common"


@dataclass(frozen=True, slots=True)
class SharedProfile:
    """A profile below all others of the new cameras: `arrivals` are those that have it.

    `before` is what it says so far, None for a new one. `also` are other files, changed so that the
    cameras have it.
    """

    name: str
    file: str
    before: bytes | None
    arrivals: tuple[Arrival, ...]
    also: Mapping[str, bytes]

    def files(
        self, values: Mapping[str, Any], spelled: Spelled, existing: Mapping[str, bytes]
    ) -> dict[str, bytes]:
        """The files that make it say these settings too."""
        if self.before is None:
            made = profile_text(self.name, values, spelled, existing).encode("utf-8")
        else:
            made = self._extended(self.before, values, spelled)
        return {**self.also, self.file: made}

    def _extended(self, before: bytes, values: Mapping[str, Any], spelled: Spelled) -> bytes:
        try:
            return extended(before, values, spelled)
        except NotRewritable as error:
            hint = "name a profile that does not exist yet"
            place = Place(self.file, 1, 1)
            raise InvalidInput([Diagnostic("layout", str(error), _OPTION, place, hint)]) from None


def shared_profile(name: str, arrivals: Sequence[Arrival], loaded: Loaded) -> SharedProfile:
    """The profile of that name for these cameras; InvalidInput where it would change others."""
    document = next((d for d in loaded.files.profiles if text_at(d, "profile") == name), None)
    file = f"profiles/{name}.yaml" if document is None else document.place.file
    problems = _problems(name, document, file, loaded)
    if problems:
        raise InvalidInput(problems)
    defaults = [str(each.value) for each in default_profiles(loaded.files.fleet or EMPTY)]
    before = None if document is None else loaded.files.contents[file]
    if name in defaults:
        return SharedProfile(name, file, before, (*arrivals,), {})
    if loaded.fleet.devices:
        having = tuple(_having(each, name) for each in arrivals)
        return SharedProfile(name, file, before, having, {})
    fleet = loaded.files.contents[FLEET_FILE]
    edit = Edit(0, ("defaults", "profiles"), [name, *defaults])
    try:
        changed = rewritten(fleet, [edit], lambda steps: field_names(FleetFile, steps))
    except NotRewritable:
        having = tuple(_having(each, name) for each in arrivals)
        return SharedProfile(name, file, before, having, {})
    return SharedProfile(name, file, before, (*arrivals,), {FLEET_FILE: changed})


def _problems(
    name: str, document: MappingNode | None, file: str, loaded: Loaded
) -> list[Diagnostic]:
    place = Place("", 0, 0)
    stub = MappingNode(place, {"profile": text(name)}, {"profile": place})
    _, wrong = check(ProfileFile, stub, lambda _: False, lambda _: False)
    problems = [replace(each, place=None, path=_OPTION) for each in wrong]
    if problems:
        return problems
    used = [each.name for each in loaded.fleet.devices if name in each.profiles]
    if used:
        more = f" and {len(used) - 1} more" if len(used) > 1 else ""
        message = f"profile {echo(name)} belongs to {used[0]}{more}, which would change"
        hint = "name a profile that no camera has yet"
        problems.append(Diagnostic("profile-in-use", message, _OPTION, hint=hint))
    if document is None and (loaded.fleet.root / file).exists():
        message = f"there is a file {file}, which is not the profile {echo(name)}"
        problems.append(Diagnostic("duplicate-profile", message, _OPTION))
    return problems


def _having(arrival: Arrival, name: str) -> Arrival:
    """The same camera with the profile below its others."""
    given = texts_at(arrival.document, "profiles")
    if name in [each.value for each in given]:
        return arrival
    place = arrival.document.place
    profiles: tuple[Scalar, ...] = (text(name, place), *given)
    items = {**arrival.document.items, "profiles": List(place, profiles)}
    order = [key for key in ("device", "host", "labels", "profiles", "connection") if key in items]
    document = replace(arrival.document, items={key: items[key] for key in order})
    return replace(arrival, document=document)
