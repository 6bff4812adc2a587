"""What became of a plan: the closing table, and its JSON form. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from recamera_gitops.errors import ExitCode
from recamera_gitops.exchange import Json
from recamera_gitops.reconcile.outcome import DeviceOutcome, Difference, Outcome, Verdict
from recamera_gitops.report.paint import Paint, plain
from recamera_gitops.report.pictures import Pictures, picture_lines, with_pictures
from recamera_gitops.report.results import Carried
from recamera_gitops.report.values import bounded, counted, names, shown
from recamera_gitops.secret import printable

_WIDEST_REASON: Final = 400
_WIDEST_NAME: Final = 40
_MOST_ROWS: Final = 12
_TOLD_BY_THE_TABLE: Final = frozenset({Verdict.VERIFIED, Verdict.NOT_ATTEMPTED})
_OTHER_ENDS: Final = {
    ExitCode.UNREACHABLE: "unreachable",
    ExitCode.REFUSED: "refused",
    ExitCode.STALE: "stale",
    ExitCode.INTERRUPTED: "interrupted",
}


def carried_text(shown: Carried, paint: Paint = plain) -> str:
    """What became of a plan that has been shown; nothing where there was nothing to do."""
    if not shown.exit_code and not any(each.outcomes for each in shown.outcomes):
        return ""
    text = "\n" + outcomes_text(shown.outcomes, paint, word_of(shown))
    for device, pictures in shown.pictures.items():
        text += "".join(f"{line}\n" for line in picture_lines(device, pictures, paint))
    if shown.stopped is not None:
        text += f"Stopped: {shown.stopped}.\n"
    if shown.back:
        back = outcomes_text(shown.back, paint, "Rollback")
        text += f"\nRestored to what it was before:\n{back}"
    return text


def word_of(shown: Carried) -> str:
    """What was done, in a word."""
    return "Rollback" if shown.kind == "rollback" else "Apply"


def outcomes_text(
    outcomes: Sequence[DeviceOutcome], paint: Paint = plain, word: str = "Apply"
) -> str:
    """One line per camera with something to say, the five verdicts apart, then every reason.

    Where they are many, cameras that ended alike share a line.
    """
    told = [each for each in outcomes if each.outcomes or each.exit_code or each.warnings]
    groups = list(_alike(told)) if len(told) > _MOST_ROWS else [[each] for each in told]
    lines = [*_table(groups, paint), *(line for each in groups for line in _details(each, paint))]
    return "\n".join([*lines, summary_line(outcomes, word)]) + "\n"


def _alike(told: Sequence[DeviceOutcome]) -> Iterable[list[DeviceOutcome]]:
    """Cameras of which the same is to be said, in the order of the first of each."""
    groups: dict[str, list[DeviceOutcome]] = {}
    for each in told:
        row = (ending(each), *(each.count(verdict) for verdict in Verdict))
        groups.setdefault(repr((row, tuple(_said(each)))), []).append(each)
    return groups.values()


def _table(groups: Sequence[Sequence[DeviceOutcome]], paint: Paint) -> Iterator[str]:
    if not groups:
        return
    named = [(_names(group), group[0]) for group in groups]
    width = max(len(each) for each in ("camera", *(name for name, _ in named)))
    heads = "".join(f"  {verdict}" for verdict in Verdict)
    yield paint("heading", f"{'camera':<{width}}{heads}  result")
    for name, each in named:
        cells = "".join(f"  {each.count(verdict):>{len(verdict)}}" for verdict in Verdict)
        role = "trouble" if each.exit_code else "good"
        yield f"{name:<{width}}{cells}  {paint(role, ending(each))}"
    yield ""


def _names(group: Sequence[DeviceOutcome]) -> str:
    return names([bounded(each.device, _WIDEST_NAME) for each in group])


def ending(outcome: DeviceOutcome) -> str:
    """One word for how it ended with a camera."""
    if not outcome.exit_code:
        begun = len(outcome.outcomes) - outcome.count(Verdict.NOT_ATTEMPTED)
        return "done" if begun or not outcome.outcomes else "not begun"
    return trouble(outcome.exit_code)


def trouble(code: ExitCode) -> str:
    """The word for a camera that alone would end a run with this code, which is not 0."""
    return _OTHER_ENDS.get(code, "failed")


def _details(group: Sequence[DeviceOutcome], paint: Paint) -> Iterator[str]:
    name = _names(group)
    lines = [paint(role, f"{name}: {text}") if role else text for role, text in _said(group[0])]
    yield from (*lines, "") if lines else ()


def _said(outcome: DeviceOutcome) -> Iterator[tuple[str, str]]:
    """What is said of a camera beside its row, each with its role; a line without one goes on."""
    told = {f"{each.address}: {each.reason}" for each in outcome.outcomes}
    if outcome.error is not None and outcome.error not in told:
        yield "trouble", _reason(outcome.error)
    yield from (("change", f"warning: {_reason(text)}") for text in outcome.warnings)
    for each in outcome.outcomes:
        if each.verdict not in _TOLD_BY_THE_TABLE or each.reason:
            yield from _not_verified(each)


def _not_verified(outcome: Outcome) -> Iterator[tuple[str, str]]:
    reason = f": {_reason(outcome.reason)}" if outcome.reason else ""
    yield "trouble", f"{printable(outcome.address)} {outcome.verdict}{reason}"
    for each in outcome.differences:
        values = (each.desired, each.sent, each.observed)
        desired, sent, observed = (shown(value, sensitive=each.sensitive) for value in values)
        yield "", f"    {printable(each.path)}: desired {desired}, sent {sent}, observed {observed}"


def _reason(text: str) -> str:
    return bounded(printable(text), _WIDEST_REASON)


def summary_line(outcomes: Sequence[DeviceOutcome], word: str = "Apply") -> str:
    """How the whole ended: `Apply: 3 verified, 1 failed on 2 cameras. 1 camera unreachable.`."""
    counts = _verdicts(outcomes)
    written = sum(bool(each.outcomes) for each in outcomes)
    told = [f"{count} {verdict}" for verdict, count in counts.items() if count]
    where = f" on {counted(written, 'camera')}" if told else ""
    ends = [_ended(outcomes, code, word) for code, word in _OTHER_ENDS.items()]
    result = ", ".join(told) or "nothing was written"
    return f"{word}: {result}{where}." + "".join(ends)


def _ended(outcomes: Sequence[DeviceOutcome], code: ExitCode, word: str) -> str:
    count = sum(each.exit_code is code for each in outcomes)
    return f" {counted(count, 'camera')} {word}." if count else ""


def _verdicts(outcomes: Sequence[DeviceOutcome]) -> dict[str, int]:
    return {str(v): sum(each.count(v) for each in outcomes) for v in Verdict}


def carried_json(shown: Carried) -> dict[str, Json]:
    """The whole result for programs: of the run, of why it stopped, and of what was restored."""
    plan, code = shown.plan, shown.exit_code
    told = outcomes_json(plan.fleet, plan.checksum, shown.outcomes, code, shown.pictures)
    if shown.run is not None:
        told["run"] = shown.run
    if shown.stopped is not None:
        told["stopped"] = shown.stopped
    if shown.back:
        told["rollback"] = [_device_json(each) for each in shown.back]
    return told


def outcomes_json(
    fleet: str,
    checksum: str,
    outcomes: Sequence[DeviceOutcome],
    exit_code: ExitCode,
    pictures: Mapping[str, Pictures] | None = None,
) -> dict[str, Json]:
    """The result of apply for programs, with what cameras showed where that was looked at."""
    seen = pictures or {}
    return {
        "format_version": "1.0",
        "fleet": fleet,
        "plan_checksum": checksum,
        "exit_code": int(exit_code),
        "summary": {"devices": len(outcomes), **_verdicts(outcomes)},
        "devices": [
            {**_device_json(each), **with_pictures(seen.get(each.device))} for each in outcomes
        ],
    }


def _device_json(outcome: DeviceOutcome) -> dict[str, Json]:
    return {
        "device": outcome.device,
        "host": outcome.host,
        "exit_code": int(outcome.exit_code),
        "error": outcome.error,
        "warnings": list(outcome.warnings),
        "outcomes": [
            {
                "address": each.address,
                "verdict": str(each.verdict),
                "reason": each.reason,
                "differences": [_difference_json(found) for found in each.differences],
            }
            for each in outcome.outcomes
        ],
    }


def _difference_json(found: Difference) -> dict[str, Json]:
    values = {"desired": found.desired, "sent": found.sent, "observed": found.observed}
    hidden = dict.fromkeys(values) if found.sensitive else values
    return {"path": found.path, **hidden, "sensitive": found.sensitive}
