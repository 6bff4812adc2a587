"""What stands above the cameras: totals, waves, what is against it, what people have to know. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from recamera_gitops.errors import Diagnostic
from recamera_gitops.reconcile.outcome import DeviceOutcome, Verdict
from recamera_gitops.reconcile.plan import DevicePlan, Plan
from recamera_gitops.report.html.document import state_of
from recamera_gitops.report.html.states import STATES, State, by_gravity
from recamera_gitops.report.outcomes import summary_line, word_of
from recamera_gitops.report.results import Carried, Planned, Surroundings
from recamera_gitops.report.rows import notices, plan_rows
from recamera_gitops.report.text import noticed, summary
from recamera_gitops.report.values import names
from recamera_gitops.secret import printable

_ACROSS: Final = 1000  # units from one end of a bar to the other


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a bar: so many are in this state, from `start` and so wide, of a thousand."""

    state: State
    count: int
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class Bar:
    """So many cameras, by what is said of them."""

    name: str
    total: int
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """Texts that are fit to be shown; `facts` are names with values, `notes` sentences."""

    kind: str
    fleet: str
    title: str
    facts: tuple[tuple[str, str], ...]
    tiles: tuple[tuple[str, int], ...]
    whole: Bar
    waves: tuple[Bar, ...]
    notes: tuple[str, ...]
    refusals: tuple[tuple[str, str, str], ...]
    warnings: tuple[tuple[str, str], ...]


def of_plan(found: Planned) -> Overview:
    """A plan, or drift."""
    rows = plan_rows(found.plan)
    word, nothing = ("Plan", "No changes") if found.kind == "plan" else ("Drift", "No drift")
    notes = [f"{noticed(impact, count)}." for impact, count in rows.impacts.items()]
    if found.ignored:
        notes.append(f"Differences on paths that drift ignores: {len(found.ignored)}.")
    warned = ((each.device, text) for each in found.plan.devices for text in each.warnings)
    return Overview(
        word,
        printable(found.plan.fleet),
        summary(word, replace(rows, impacts={}), nothing),
        tuple(_facts(found.plan)),
        (*_tiles(found.plan.devices, None), ("changes", rows.summary["changes"])),
        *_bars(found.plan.devices, None, found.around),
        tuple(notes),
        tuple(_refusal(each) for each in found.around.refusals),
        _warnings(warned),
    )


def of_carried(found: Carried) -> Overview:
    """What became of a plan."""
    word = word_of(found)
    ends = {each.device: each for each in found.outcomes}
    verified = sum(each.count(Verdict.VERIFIED) for each in found.outcomes)
    notes = [f"Stopped: {printable(found.stopped)}."] if found.stopped is not None else []
    if found.back:
        notes.append(summary_line(found.back, "Restored to what it was before"))
    planned = ((each.device, text) for each in found.plan.devices for text in each.warnings)
    later = ((each.device, text) for each in found.outcomes for text in each.warnings)
    return Overview(
        word,
        printable(found.plan.fleet),
        summary_line(found.outcomes, word),
        tuple(_facts(found.plan, found.run)),
        (*_tiles(found.plan.devices, ends), ("resources verified", verified)),
        *_bars(found.plan.devices, ends, found.around),
        tuple(notes),
        (),
        _warnings((*planned, *later)),
    )


def _facts(plan: Plan, run: str | None = None) -> Iterator[tuple[str, str]]:
    yield "planned", printable(plan.created)
    if run is not None:
        yield "run", printable(run)
    yield "plan", plan.checksum[:19]
    if plan.targets:
        yield "only", printable(", ".join(plan.targets))
    yield "made with", printable(f"recamera-gitops {plan.tool_version}")


def _counts(
    devices: Iterable[DevicePlan], ends: Mapping[str, DeviceOutcome] | None
) -> list[tuple[str, int]]:
    found = Counter(state_of(each, ends) for each in devices)
    return [(name, found[name]) for name in reversed(by_gravity(found))]


def _tiles(
    devices: Sequence[DevicePlan], ends: Mapping[str, DeviceOutcome] | None
) -> Iterator[tuple[str, int]]:
    yield "cameras", len(devices)
    yield from ((name.replace("-", " "), count) for name, count in _counts(devices, ends))


def _bars(
    devices: Sequence[DevicePlan], ends: Mapping[str, DeviceOutcome] | None, around: Surroundings
) -> tuple[Bar, tuple[Bar, ...]]:
    """One bar for all cameras, and one for each wave; cameras of no wave come last."""
    waves: dict[int, list[DevicePlan]] = {}
    for each in devices if around.waves else ():
        waves.setdefault(around.waves.get(each.device, 0), []).append(each)
    order = sorted(waves, key=lambda number: (number == 0, number))
    named = {number: f"Wave {number}" if number else "In no wave" for number in order}
    whole = _bar("All cameras", devices, ends)
    return whole, tuple(_bar(named[each], waves[each], ends) for each in order)


def _bar(name: str, devices: Sequence[DevicePlan], ends: Mapping[str, DeviceOutcome] | None) -> Bar:
    shares, start = [], 0.0
    for state, count in _counts(devices, ends):
        width = _ACROSS * count / len(devices)
        shares.append(Share(STATES[state], count, round(start, 2), round(width, 2)))
        start += width
    return Bar(name, len(devices), tuple(shares))


def _refusal(found: Diagnostic) -> tuple[str, str, str]:
    """The rule, its place, and what it says."""
    place = "" if found.place is None else f"{found.place.file}:{found.place.line}"
    return found.rule, printable(place), printable(found.message)


def _warnings(found: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The cameras that it is said of, and what."""
    told = notices(dict.fromkeys(found))
    return tuple((names(each.devices), printable(each.text)) for each in told)
