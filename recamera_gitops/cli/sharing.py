"""A value that a profile says for several cameras: for whom else, what they show, and who is asked."""

from collections.abc import Iterator, Mapping, Sequence

from recamera_gitops.cli import console
from recamera_gitops.cli.repository import Selected
from recamera_gitops.cli.running import Working, opened
from recamera_gitops.desired.fleet import Loaded
from recamera_gitops.errors import InvalidInput, Refused
from recamera_gitops.fleet.placing import Into, Shared
from recamera_gitops.fleet.seeing import CompareResult, comparing
from recamera_gitops.reconcile.taking import Taken, drifted
from recamera_gitops.report.values import names, shown
from recamera_gitops.secret import printable


def chosen_place(
    working: Working, before: Loaded, shared: Sequence[Shared], into: str | None, *, knock: bool
) -> Into:
    """Tell for whom else the profiles say it and what those cameras show; ask where nothing is given.

    Without `knock` the others are not looked at: a login has just been rejected.
    """
    seen = _others(before, shared, working) if knock else {}
    for each in shared:
        console.say("\n".join(_told(each, seen)))
    if into is not None:
        return Into(into)
    question = (
        "Write it into the files of these devices, or into the profile for all? device or profile:"
    )
    with working.interruption.asking():
        answer = console.choose(question, tuple(Into))
    if answer is None:
        raise Refused("nothing was chosen; nothing was written")
    return Into(answer)


def _others(before: Loaded, shared: Sequence[Shared], working: Working) -> dict[str, CompareResult]:
    wanted = {name for each in shared for name in each.others}
    devices = tuple(each for each in before.fleet.devices if each.name in wanted)
    paths = tuple(dict.fromkeys(each.setting.path for each in shared))
    try:
        chosen = Selected(before.fleet, devices, working.allow_cmd)
        with opened(chosen, working.progress) as looking:
            return {each.device: each for each in looking.read(comparing(paths))}
    except InvalidInput as error:
        reason = "; ".join(each.message for each in error.diagnostics)
        return {e.name: CompareResult(e.name, e.host, error=reason) for e in devices}


def _told(shared: Shared, seen: Mapping[str, CompareResult]) -> Iterator[str]:
    """One statement, and the other cameras by what they show of it."""
    setting, place = shared.setting, shared.place
    change = f"{shown(setting.before)} → {shown(setting.after)}"
    yield f"{printable(f'{place.file}:{place.line} {setting.path}')}  {change}  is shared:"
    found: dict[str, list[str]] = {}
    for name in shared.others:
        found.setdefault(_shows(setting, seen.get(name)), []).append(name)
    for what, devices in found.items():
        yield f"    {names(devices)}: {what}"


def _shows(setting: Taken, seen: CompareResult | None) -> str:
    if seen is None:
        return "not looked at, because a login was rejected"
    if seen.comparison is None:
        return f"not known, {printable(seen.error or '')}"
    for each in drifted(seen.comparison):
        if isinstance(each, Taken) and each.path == setting.path:
            same = each.after == setting.after
            return f"shows {shown(each.after)} too" if same else f"shows {shown(each.after)}"
    return f"shows {shown(setting.before)}, which a plan would then change"
