"""A plan for people. Pure: rows in, lines out."""

from collections.abc import Iterator
from typing import Final

from recamera_gitops.reconcile.drift import Drift
from recamera_gitops.reconcile.plan import Change, Plan
from recamera_gitops.report.drift import drift_words, ignored_lines
from recamera_gitops.report.inside import MOST, Inner, no_inner, places
from recamera_gitops.report.paint import Paint, plain
from recamera_gitops.report.rows import Group, Notice, PlanRows, ResourceRow, plan_rows
from recamera_gitops.report.values import bounded, counted, names, shown, whole
from recamera_gitops.secret import printable

_WIDEST_BODY: Final = 400
_NOTICED: Final = {
    "stream-restart": ("stream restarts", "streams restart"),
    "recording-gap": ("recording has a gap", "recordings have a gap"),
    "inference-restart": ("inference restarts", "inferences restart"),
    "notify-restart": ("notifier restarts", "notifiers restart"),
    "connectivity": ("connection may be cut", "connections may be cut"),
    "reboot": ("camera reboots", "cameras reboot"),
    "irreversible": ("change cannot be undone", "changes cannot be undone"),
}


def plan_text(plan: Plan, paint: Paint = plain, inner: Inner = no_inner) -> str:
    """The plan as people read it."""
    rows = plan_rows(plan)
    return "\n".join((*_body(rows, paint, inner), summary("Plan", rows, "No changes"))) + "\n"


def drift_text(drift: Drift, paint: Paint = plain, inner: Inner = no_inner) -> str:
    """What differs from the files, and a count of what was passed over."""
    rows = plan_rows(drift.plan)
    lines = [*_body(rows, paint, inner), summary("Drift", rows, "No drift")]
    lines.extend(ignored_lines(drift.ignored, paint))
    return "\n".join(lines) + "\n"


def _body(rows: PlanRows, paint: Paint, inner: Inner) -> list[str]:
    lines: list[str] = []
    for group in rows.groups:
        lines.extend((*_group(group, paint, inner), ""))
    notices = list(_notices(rows, paint))
    lines.extend((*notices, "") if notices else ())
    return lines


def _group(group: Group, paint: Paint, inner: Inner) -> Iterator[str]:
    yield paint("heading", names(group.devices))
    for resource in group.resources:
        yield from _resource(resource, paint, inner)


def _resource(resource: ResourceRow, paint: Paint, inner: Inner) -> Iterator[str]:
    for change in resource.changes:
        yield from _change(change, paint, inner)
    impact = [printable(each) for each in resource.impact if each != "none"]
    if impact:
        yield "    " + paint("trouble", f"impact: {', '.join(impact)}")
    asked = dict.fromkeys(printable(each.confirm) for each in resource.changes if each.confirm)
    if asked:
        words = " ".join(f"--confirm {each}" for each in asked)
        yield "    " + paint("trouble", f"needs: {words}")


def _change(change: Change, paint: Paint, inner: Inner) -> Iterator[str]:
    path = printable(change.path)
    source = "" if change.source is None else f"{change.source.file}:{change.source.line}"
    place = "   " + paint("dim", printable(source)) if source else ""
    place += drift_words(change, paint)
    parts = places(change, inner)
    sign = paint("change", "?" if change.known_after else "~")
    if not parts:
        before = shown(change.before, sensitive=change.sensitive)
        if change.known_after:
            before = f"(known after {printable(change.known_after)})"
        after = shown(change.after, sensitive=change.sensitive)
        yield f"  {sign} {path}  {before} → {after}{place}"
        return
    yield f"  {sign} {path}{place}"
    for where, before, after in parts[:MOST]:
        yield f"      {printable(where)}  {shown(before)} → {shown(after)}"
    if len(parts) > MOST:
        yield f"      and {len(parts) - MOST} more"


def _notices(rows: PlanRows, paint: Paint) -> Iterator[str]:
    yield from (paint("trouble", _line("unreachable", each)) for each in rows.unreachable)
    yield from (paint("trouble", _line("failed", each)) for each in rows.failed)
    yield from (paint("change", _line("warning", each)) for each in rows.warnings)


def _line(kind: str, notice: Notice) -> str:
    return f"{kind}: {names(notice.devices)}: {bounded(printable(notice.text), _WIDEST_BODY)}"


def summary(word: str, rows: PlanRows, nothing: str) -> str:
    """The last line: `Plan: 3 changes on 1 of 3 cameras (1 unchanged, 1 unreachable). 2 streams restart.`."""
    counts = rows.summary
    total = counted(counts["devices"], "camera")
    if counts["unchanged"] == counts["devices"]:
        return f"{nothing}: {total} as declared."
    others = [f"{counts[s]} {s}" for s in ("unchanged", "unreachable", "failed") if counts[s]]
    aside = f" ({', '.join(others)})" if others else ""
    changes = counted(counts["changes"], "change")
    felt = "".join(f" {noticed(impact, count)}." for impact, count in rows.impacts.items())
    return f"{word}: {changes} on {counts['changed']} of {total}{aside}.{felt}"


def noticed(impact: str, count: int) -> str:
    """What people will notice, counted."""
    return counted(count, *_NOTICED.get(impact, (printable(impact),) * 2))


def steps_text(plan: Plan, paint: Paint = plain) -> str:
    """Every request that apply would send, camera by camera; bodies where they are known."""
    lines: list[str] = []
    for device in plan.devices:
        if device.steps:
            lines.append(paint("heading", printable(device.device)))
        for step in device.steps:
            request = printable(f"{step.method} {step.path}")
            lines.append(f"  {request}  {printable(step.summary)}")
            if step.body is not None:
                lines.append(paint("dim", f"      {bounded(whole(step.body), _WIDEST_BODY)}"))
    return "\n".join(lines) + "\n" if lines else "No requests.\n"
