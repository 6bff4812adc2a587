"""A camera on its first day: it lets nobody do anything but change its factory password.

So its plan shows that change, and of everything else that is declared that it is known only after it.
"""

from collections.abc import Iterator
from typing import Final

from recamera_gitops.errors import CameraError, Place, Stale, Unsettled, Unwritable
from recamera_gitops.reconcile.observe import managed_resources
from recamera_gitops.reconcile.outcome import Outcome, Verdict
from recamera_gitops.reconcile.perform import Sender
from recamera_gitops.reconcile.plan import (
    Action,
    Change,
    DevicePlan,
    PlannedRequest,
    ResourcePlan,
    Status,
    digest,
    wishes_of,
)
from recamera_gitops.reconcile.planner import Unfit, impact, shown
from recamera_gitops.resources.base import Leaf, Resource, Stage
from recamera_gitops.resources.catalog import FLOWS, complaints, needs_confirmation
from recamera_gitops.resources.declared import Declared

PASSWORD: Final = "system.admin_password"  # noqa: S105 - a path
_PRECONDITION: Final = digest({PASSWORD: "first use"})
_WARNING: Final = (
    "the camera wants its factory password changed before it can be read: what else differs, and what"
    " is sent for it, is known only then"
)


def first_use_plan(
    device: str, host: str, serial: str | None, declared: Declared
) -> DevicePlan | None:
    """What can be planned; None where no other password is declared."""
    wish = declared.get(PASSWORD)
    if wish is None:
        return None
    return DevicePlan(
        device,
        host,
        Status.CHANGED,
        serial=serial,
        warnings=(_WARNING, *_left(declared)),
        resources=tuple(_resources(first_wishes(declared))),
        steps=tuple(
            PlannedRequest(*each) for each in FLOWS["password"].preview({"new": wish.value})
        ),
    )


def _resources(declared: Declared) -> Iterator[ResourcePlan]:
    """The password first: without it there is no second step."""
    groups: dict[str, list[tuple[Resource, Leaf]]] = {PASSWORD: []}
    for resource in managed_resources(declared):
        found = [(resource, each) for each in resource.leaves if resource.path_of(each) in declared]
        groups.setdefault(resource.address, []).extend(found)
    for address, settings in groups.items():
        yield ResourcePlan(
            address,
            Action.UPDATE,
            impact(settings),
            _PRECONDITION,
            tuple(_change(resource.path_of(leaf), leaf, declared) for resource, leaf in settings),
        )


def _change(path: str, leaf: Leaf, declared: Declared) -> Change:
    wish, codec = declared[path], leaf.wire.codec
    after = shown(codec.target(wish.value, None, {}))
    known_after = "" if path == PASSWORD else PASSWORD
    return Change(path, None, after, codec.sensitive, wish.place, known_after)


def first_wishes(declared: Declared) -> Declared:
    """What can be wished on the first day: not what somebody has to confirm, nor what moves the camera."""
    left = [each for each, _ in _left_out(declared)]
    paths = {each.path_of(leaf) for each in left for leaf in each.leaves}
    return {path: wish for path, wish in declared.items() if path not in paths}


def _left(declared: Declared) -> Iterator[str]:
    for resource, asked in _left_out(declared):
        yield f"{resource.address}: left for the next plan, which may need --confirm {asked}"


def _left_out(declared: Declared) -> Iterator[tuple[Resource, str]]:
    for resource in managed_resources(declared):
        paths = [path for leaf in resource.leaves if (path := resource.path_of(leaf)) in declared]
        asked = needs_confirmation((path, shown(declared[path].value)) for path in paths)
        if asked or resource.stage is Stage.NETWORK:
            yield resource, next(iter(asked), "network")


def is_first_use(planned: DevicePlan) -> bool:
    """Whether a plan was made for a camera that could not be read."""
    return _PRECONDITION in [each.precondition for each in planned.resources]


def check_first_use(planned: DevicePlan, declared: Declared) -> None:
    """Refuse a plan that the files would not make again."""
    again = first_use_plan(planned.device, planned.host, planned.serial, declared)
    if again is None or digest(wishes_of(again.resources)) != digest(wishes_of(planned.resources)):
        raise Stale("the files ask for something else than the plan; nothing was written")


def enter(declared: Declared, sender: Sender) -> Outcome:
    """Change the factory password; Unfit, before anything is sent, where the new one is too weak."""
    wish = declared[PASSWORD]
    broken = [each.message for each in complaints({PASSWORD: wish.value})]
    if broken:
        raise Unfit(f"{_at(wish.place)}{PASSWORD}: {'; '.join(broken)}")
    try:
        sender.talk("password", {"new": wish.value})
    except (Unsettled, Unwritable) as error:
        return Outcome(PASSWORD, Verdict.UNKNOWN, str(error))
    except CameraError as error:
        return Outcome(PASSWORD, Verdict.FAILED, str(error))
    return Outcome(PASSWORD, Verdict.VERIFIED, "the camera was read for the first time after it")


def _at(place: Place | None) -> str:
    return f"{place} " if place else ""
