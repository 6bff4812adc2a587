"""What a run has changed, wished back: from its snapshots, and only where nobody has changed it since."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from recamera_gitops.errors import ExitCode, Place
from recamera_gitops.exchange import Json
from recamera_gitops.reconcile.plan import Change, DevicePlan, Plan, Status
from recamera_gitops.reconcile.planner import shown
from recamera_gitops.reconcile.snapshot import Kept, Snapshot
from recamera_gitops.resources.catalog import leaf_at
from recamera_gitops.resources.declared import Wish
from recamera_gitops.resources.values import same
from recamera_gitops.secret import Secret


@dataclass(slots=True)
class Restored:
    """What is wished back on one camera: `serial` is its number then.

    `left` are the values that the run may have left in each setting, and `lost` the reasons why some
    cannot be had again.
    """

    serial: str
    wishes: dict[str, Wish] = field(default_factory=dict)
    left: dict[str, list[Json]] = field(default_factory=dict)
    lost: dict[str, str] = field(default_factory=dict)


def restored(
    kept: Iterable[tuple[str, Snapshot]],
    observed: Mapping[str, Mapping[str, Json]],
    source: str,
) -> dict[str, Restored]:
    """By camera, what its settings were before the first of these snapshots.

    `observed` are values by camera and path that the run saw instead of those that it had written;
    `source` is what the wishes are said to come from.
    """
    found: dict[str, Restored] = {}
    for number, (device, snapshot) in enumerate(kept, start=1):
        entry = found.setdefault(device, Restored(snapshot.serial))
        for each in snapshot.settings:
            _add(entry, each, Place(source, number, 1))
    for device, values in observed.items():
        for path, value in values.items():
            if device in found and path in found[device].left:
                found[device].left[path].append(value)
    return found


def _add(entry: Restored, each: Kept, place: Place) -> None:
    if each.path in entry.lost or (each.lost and each.path in entry.wishes):
        return
    if each.lost:
        entry.lost[each.path] = each.lost
        return
    entry.wishes.setdefault(each.path, Wish(_value(each), place))
    if not each.follows:
        entry.left.setdefault(each.path, []).append(shown(each.after))


def _value(each: Kept) -> Any:  # noqa: ANN401 - a setting's value is whatever its codec says
    leaf = leaf_at(each.path)
    is_secret = leaf is not None and leaf.wire.codec.sensitive
    return Secret(each.before) if is_secret and isinstance(each.before, str) else each.before


def judged(plan: Plan, found: Mapping[str, Restored]) -> Plan:
    """The plan, without the cameras on which somebody else has changed what is to be restored."""
    return replace(plan, devices=tuple(_judged(each, found[each.device]) for each in plan.devices))


def _judged(planned: DevicePlan, entry: Restored) -> DevicePlan:
    warnings = (*planned.warnings, *(f"not restored: {p}: {why}" for p, why in entry.lost.items()))
    strange = [each.path for each in planned.changes if not _is_as_left(each, entry)]
    if not strange:
        return replace(planned, warnings=warnings)
    return DevicePlan(
        planned.device,
        planned.host,
        Status.FAILED,
        serial=planned.serial,
        firmware=planned.firmware,
        error=f"changed since that run: {', '.join(strange)}",
        exit_code=ExitCode.STALE,
        warnings=warnings,
    )


def _is_as_left(change: Change, entry: Restored) -> bool:
    left = entry.left.get(change.path)
    return change.sensitive or left is None or any(same(change.before, each) for each in left)


def observed_in(
    outcomes: Iterable[tuple[str, Sequence[Mapping[str, Any]]]],
) -> dict[str, dict[str, Json]]:
    """What a run saw instead of what it had written, from its outcomes: camera → path → value."""
    return {
        device: {path: value for each in told for path, value in each.get("observed", {}).items()}
        for device, told in outcomes
    }
