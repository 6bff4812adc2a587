"""What earlier runs have made of settings, and proved: the newest that their journals tell.

It only ever words a difference. Whether there is one, is seen on the camera.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any, Final

from recamera_gitops.errors import InvalidInput
from recamera_gitops.exchange import Json
from recamera_gitops.fleet import runs
from recamera_gitops.reconcile.outcome import Verdict
from recamera_gitops.reconcile.plan import DevicePlan, Plan
from recamera_gitops.resources.values import MISSING

_MOST_RUNS: Final = 100
# What leaves a setting as it was before.
_UNTOUCHED: Final = (Verdict.FAILED, Verdict.NOT_ATTEMPTED)


def proven(root: Path, plan: Plan) -> dict[tuple[str, str], Json]:
    """What the last run made of each setting that the plan would change, where it was proved.

    What a run has given back counts as made what it was before. Nothing is told of a setting that a later
    run may have written and did not prove, or that was proved on a camera with another serial number; nor
    of a secret.
    """
    serials = {each.device: each.serial for each in plan.devices}
    wanted = {
        (device.device, change.path)
        for device in plan.devices
        for change in device.changes
        if not change.sensitive
    }
    found: dict[tuple[str, str], Json] = {}
    past = islice(runs.latest_first(root), _MOST_RUNS)
    while wanted and (run := next(past, None)) is not None:
        for device, path, made in _written(run, {name for name, _ in wanted}):
            setting = (device.device, path)
            if setting not in wanted:
                continue
            wanted.discard(setting)
            if made is not MISSING and device.serial == serials[device.device]:
                found[setting] = made
    return found


def _written(run: runs.Past, names: set[str]) -> Iterator[tuple[DevicePlan, str, Any]]:
    """Every setting that a run may have written on these cameras, and what it has made it; or MISSING."""
    if not names.intersection(run.begun):
        return
    with suppress(InvalidInput):
        for device in run.plan().devices:
            if device.device in run.begun:
                yield from _settings(device, run)


def _settings(device: DevicePlan, run: runs.Past) -> Iterator[tuple[DevicePlan, str, Any]]:
    verdicts = _verdicts(run.devices.get(device.device, {}))
    for resource in device.resources:
        verdict = verdicts.get(resource.address, Verdict.UNKNOWN)
        for change in () if verdict in _UNTOUCHED else resource.changes:
            made = change.after if verdict is Verdict.VERIFIED else MISSING
            yield device, change.path, change.before if device.device in run.given_back else made


def _verdicts(told: Mapping[str, Json]) -> dict[str, Verdict]:
    outcomes = told.get("outcomes")
    return {
        str(each["address"]): Verdict(str(each["verdict"]))
        for each in (outcomes if isinstance(outcomes, list) else ())
        if isinstance(each, dict)
    }
