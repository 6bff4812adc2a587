"""What earlier runs have made of settings, and proved: the newest that their journals tell.

It only ever words a difference. Whether there is one, is seen on the camera.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Final

from recamera_gitops.errors import InvalidInput
from recamera_gitops.exchange import Json
from recamera_gitops.fleet import runs
from recamera_gitops.reconcile.outcome import Verdict
from recamera_gitops.reconcile.plan import Change, DevicePlan, Plan

_MOST_RUNS: Final = 100
# What leaves a setting as it was before.
_UNTOUCHED: Final = (Verdict.FAILED, Verdict.NOT_ATTEMPTED)


def proven(root: Path, plan: Plan) -> dict[tuple[str, str], Json]:
    """What the last run made of each setting that the plan would change, where it was proved.

    Nothing is told of a setting that a later run may have written and did not prove, that was given back
    what it had, or that was proved on a camera with another serial number; nor of a secret.
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
        for device, change, is_proved in _written(run, {name for name, _ in wanted}):
            setting = (device.device, change.path)
            if setting not in wanted:
                continue
            wanted.discard(setting)
            if is_proved and device.serial == serials[device.device]:
                found[setting] = change.after
    return found


def _written(run: runs.Past, names: set[str]) -> Iterator[tuple[DevicePlan, Change, bool]]:
    """Every setting that a run may have written on these cameras, and whether it was proved."""
    if not names.intersection(run.begun):
        return
    with suppress(InvalidInput):
        for device in run.plan().devices:
            if device.device in run.begun:
                yield from _settings(device, run)


def _settings(device: DevicePlan, run: runs.Past) -> Iterator[tuple[DevicePlan, Change, bool]]:
    verdicts = _verdicts(run.devices.get(device.device, {}))
    for resource in device.resources:
        verdict = verdicts.get(resource.address, Verdict.UNKNOWN)
        is_proved = verdict is Verdict.VERIFIED and device.device not in run.given_back
        for change in () if verdict in _UNTOUCHED else resource.changes:
            yield device, change, is_proved


def _verdicts(told: Mapping[str, Json]) -> dict[str, Verdict]:
    outcomes = told.get("outcomes")
    return {
        str(each["address"]): Verdict(str(each["verdict"]))
        for each in (outcomes if isinstance(outcomes, list) else ())
        if isinstance(each, dict)
    }
