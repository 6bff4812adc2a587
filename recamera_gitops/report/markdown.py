"""A plan, or what became of one, for a comment on a pull request and for the summary of a job. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Final

from recamera_gitops.errors import Diagnostic
from recamera_gitops.reconcile.outcome import DeviceOutcome, Outcome, Verdict
from recamera_gitops.reconcile.plan import Change, DevicePlan, Plan, PlannedRequest, Status
from recamera_gitops.report.drift import doing
from recamera_gitops.report.fitting import Part, fitted
from recamera_gitops.report.inside import Inner, no_inner, said
from recamera_gitops.report.outcomes import ending, summary_line, word_of
from recamera_gitops.report.quoting import code, codes, mark, tag
from recamera_gitops.report.results import Carried, Planned, Surroundings
from recamera_gitops.report.rows import Group, Notice, plan_rows
from recamera_gitops.report.text import summary
from recamera_gitops.report.values import counted, shown, whole
from recamera_gitops.resources.base import Impact

COMMENT: Final = 65_536  # what GitHub takes as a comment
SUMMARY: Final = 1 << 20  # and as the summary of a step
_MOST_NAMED: Final = 40
_SUMMARISED: Final = 3
_OPEN: Final = 12  # a plan with no more changes than that is shown unfolded
_RULE: Final = "| --- "


def plan_markdown(found: Planned, budget: int = COMMENT, inner: Inner = no_inner) -> str:
    """Totals, waves, what stands against it, and every change once, with the cameras that share it."""
    rows = plan_rows(found.plan)
    word, nothing = ("Plan", "No changes") if found.kind == "plan" else ("Drift", "No drift")
    known = {each: count for each, count in rows.impacts.items() if each in set(Impact)}
    title = summary(word, replace(rows, impacts=known), nothing)
    head = f"{mark(found.kind, found.plan.fleet)}### {title}\n\n"
    if found.ignored:
        head += f"{counted(len(found.ignored), 'difference')} on paths that drift ignores.\n\n"
    unfolded = rows.summary["changes"] <= _OPEN
    parts = (
        _refusals(found.around.refusals),
        _notices("Unreachable", rows.unreachable),
        _notices("Failed", rows.failed),
        _waves(found.plan, found.around),
        *(_group(each, inner, unfolded=unfolded) for each in rows.groups),
        _notices("Warnings", rows.warnings),
        *(_requests(each) for each in found.plan.devices if found.steps),
    )
    return fitted(head, _there(parts), budget)


def _there(parts: Iterable[Part]) -> tuple[Part, ...]:
    return tuple(part for part in parts if part.rows)


def _table(heads: Sequence[str]) -> str:
    return f"| {' | '.join(heads)} |\n{_RULE * len(heads)}|\n"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |\n"


def _refusals(found: Iterable[Diagnostic]) -> Part:
    rows = tuple(_refusal(each) for each in found)
    title = "#### `apply` would refuse this\n\n"
    return Part(title, rows, "\n", "refusal", "refusals")


def _refusal(found: Diagnostic) -> str:
    where = f" at {code(f'{found.place.file}:{found.place.line}')}" if found.place else ""
    hint = f"; {code(found.hint)}" if found.hint else ""
    return f"- **{found.rule}**{where}: {code(found.message)}{hint}\n"


def _notices(title: str, found: Iterable[Notice]) -> Part:
    rows = tuple(f"- {codes(each.devices, _MOST_NAMED)}: {code(each.text)}\n" for each in found)
    return Part(f"#### {title}\n\n", rows, "\n", "notice", "notices")


def _waves(plan: Plan, around: Surroundings) -> Part:
    waves: dict[int, list[DevicePlan]] = {}
    for each in plan.devices if around.waves else ():
        waves.setdefault(around.waves.get(each.device, 0), []).append(each)
    heads = ("wave", "cameras", "to change", "changes", "impact")
    rows = tuple(_wave(number, waves[number]) for number in sorted(waves, key=_unplaced_last))
    return Part(f"#### Waves\n\n{_table(heads)}", rows, "\n", "wave", "waves")


def _unplaced_last(number: int) -> tuple[bool, int]:
    return (number == 0, number)


def _wave(number: int, devices: Sequence[DevicePlan]) -> str:
    changed = [each for each in devices if each.status is Status.CHANGED]
    changes = sum(len(each.changes) for each in changed)
    impacts = chain.from_iterable(part.impact for each in changed for part in each.resources)
    told = [each for each in dict.fromkeys(impacts) if each != "none"]
    name = str(number) if number else "in no wave"
    counts = (str(len(devices)), str(len(changed)), str(changes))
    return _row(name, *counts, codes(told, len(told)) if told else "none")


def _group(group: Group, inner: Inner, *, unfolded: bool) -> Part:
    changes = [change for each in group.resources for change in each.changes]
    impacts = chain.from_iterable(each.impact for each in group.resources)
    told = [tag(each) for each in dict.fromkeys(impacts) if each != "none"]
    first = ", ".join(tag(each) for each in group.devices[:_SUMMARISED])
    rest = len(group.devices) - _SUMMARISED
    who = f"{first} and {rest} more" if rest > 0 else first
    title = f"{who}: {counted(len(changes), 'change')}{''.join(f' {each}' for each in told)}"
    fold = "<details open>" if unfolded else "<details>"
    named = f"{codes(group.devices, _MOST_NAMED)}\n\n" if rest > 0 else ""
    heads = _table(("setting", "is", "is to be", "stated in"))
    opening = f"{fold}<summary>{title}</summary>\n\n{named}{heads}"
    rows = tuple("".join(_change(each, inner)) for each in changes)
    return Part(opening, rows, "\n</details>\n\n", "change", "changes")


def _change(change: Change, inner: Inner) -> Iterator[str]:
    source = change.source
    place = "" if source is None else code(f"{source.file}:{source.line}")
    asked = f" needs {code(f'--confirm {change.confirm}')}" if change.confirm else ""
    asked += f" ({told})" if (told := doing(change)) else ""
    for each in said(change, inner):
        yield _row(code(each.what) + asked, code(each.before), code(each.after), place)


def _requests(device: DevicePlan) -> Part:
    title = f"{tag(device.device)}: {counted(len(device.steps), 'request')}"
    rows = tuple(_request(each) for each in device.steps)
    opening = f"<details><summary>{title}</summary>\n\n"
    return Part(opening, rows, "\n</details>\n\n", "request", "requests")


def _request(step: PlannedRequest) -> str:
    body = "" if step.body is None else f" {code(whole(step.body))}"
    return f"- {code(f'{step.method} {step.path}')} {code(step.summary)}{body}\n"


def carried_markdown(found: Carried, budget: int = COMMENT) -> str:
    """How every camera ended, in its wave, and the reason for all that is not verified."""
    word = word_of(found)
    head = f"{mark(found.kind, found.plan.fleet)}### {summary_line(found.outcomes, word)}\n\n"
    if found.run is not None:
        head += f"Run {code(found.run)}\n\n"
    if found.stopped is not None:
        head += f"Stopped: {code(found.stopped)}\n\n"
    told = sorted(found.outcomes, key=lambda each: not each.exit_code)
    parts = (
        _ends("Cameras", told, found.around),
        _reasons("Not verified", told),
        _ends("Restored to what it was before", found.back, found.around),
        _reasons("Not restored", found.back),
    )
    return fitted(head, _there(parts), budget)


def _ends(title: str, outcomes: Sequence[DeviceOutcome], around: Surroundings) -> Part:
    heads = ("camera", *(["wave"] if around.waves else []), *map(str, Verdict), "result")
    rows = tuple(
        _end(each, around) for each in outcomes if each.outcomes or each.exit_code or each.warnings
    )
    return Part(f"#### {title}\n\n{_table(heads)}", rows, "\n", "camera", "cameras")


def _end(outcome: DeviceOutcome, around: Surroundings) -> str:
    wave = [str(around.waves.get(outcome.device, ""))] if around.waves else []
    counts = (str(outcome.count(verdict)) for verdict in Verdict)
    end = ending(outcome)
    return _row(code(outcome.device), *wave, *counts, f"**{end}**" if outcome.exit_code else end)


def _reasons(title: str, outcomes: Iterable[DeviceOutcome]) -> Part:
    rows = tuple(row for each in outcomes for row in _said(each))
    return Part(f"#### {title}\n\n", rows, "\n", "reason", "reasons")


def _said(outcome: DeviceOutcome) -> Iterator[str]:
    name = code(outcome.device)
    told = {f"{each.address}: {each.reason}" for each in outcome.outcomes}
    if outcome.error is not None and outcome.error not in told:
        yield f"- {name}: {code(outcome.error)}\n"
    yield from (f"- {name}: warning: {code(text)}\n" for text in outcome.warnings)
    for each in outcome.outcomes:
        if each.verdict is not Verdict.VERIFIED and (each.reason or each.differences):
            yield f"- {name} {code(each.address)} {each.verdict}{_why(each)}\n"


def _why(outcome: Outcome) -> str:
    reason = f": {code(outcome.reason)}" if outcome.reason else ""
    return reason + "".join(
        f"\n  - {code(each.path)}: desired {code(shown(each.desired, sensitive=each.sensitive))},"
        f" sent {code(shown(each.sent, sensitive=each.sensitive))},"
        f" observed {code(shown(each.observed, sensitive=each.sensitive))}"
        for each in outcome.differences
    )
