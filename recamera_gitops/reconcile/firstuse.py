"""A camera on its first day: it lets nobody do anything but change its factory password.

So its plan shows that one change, and what else the files ask for is known only once it has been made.
"""

from typing import Final

from recamera_gitops.errors import CameraError, Place, Unsettled
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
)
from recamera_gitops.reconcile.planner import Unfit
from recamera_gitops.resources.base import Impact
from recamera_gitops.resources.catalog import FLOWS, complaints
from recamera_gitops.resources.declared import Declared

PASSWORD: Final = "system.admin_password"  # noqa: S105 - a path
_PRECONDITION: Final = digest({PASSWORD: "first use"})
_WARNING: Final = (
    "the camera wants its factory password changed before it can be read: what else differs is known"
    " only then, and is written in the same apply unless it needs --confirm"
)


def first_use_plan(
    device: str, host: str, serial: str | None, declared: Declared
) -> DevicePlan | None:
    """What can be planned; None where no other password is declared."""
    wish = declared.get(PASSWORD)
    if wish is None:
        return None
    change = Change(PASSWORD, None, None, sensitive=True, source=wish.place)
    impact = (str(Impact.CONNECTIVITY),)
    flow = FLOWS["password"]
    return DevicePlan(
        device,
        host,
        Status.CHANGED,
        serial=serial,
        warnings=(_WARNING,),
        resources=(ResourcePlan(PASSWORD, Action.UPDATE, impact, _PRECONDITION, (change,)),),
        steps=tuple(PlannedRequest(*each) for each in flow.preview({"new": wish.value})),
    )


def is_first_use(planned: DevicePlan) -> bool:
    """Whether a plan was made for a camera that could not be read."""
    return [each.precondition for each in planned.resources] == [_PRECONDITION]


def enter(declared: Declared, sender: Sender) -> Outcome:
    """Change the factory password; Unfit, before anything is sent, where the new one is too weak."""
    wish = declared[PASSWORD]
    broken = [each.message for each in complaints({PASSWORD: wish.value})]
    if broken:
        raise Unfit(f"{_at(wish.place)}{PASSWORD}: {'; '.join(broken)}")
    try:
        sender.talk("password", {"new": wish.value})
    except Unsettled as error:
        return Outcome(PASSWORD, Verdict.UNKNOWN, str(error))
    except CameraError as error:
        return Outcome(PASSWORD, Verdict.FAILED, str(error))
    return Outcome(PASSWORD, Verdict.VERIFIED, "the camera was read for the first time after it")


def _at(place: Place | None) -> str:
    return f"{place} " if place else ""
