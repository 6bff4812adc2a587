"""What became of a plan: the closing table, and its JSON form. Pure."""

from collections.abc import Iterator, Sequence
from typing import Final

from recamera_gitops.errors import ExitCode
from recamera_gitops.exchange import Json
from recamera_gitops.reconcile.outcome import DeviceOutcome, Difference, Outcome, Verdict
from recamera_gitops.report.paint import Paint, plain
from recamera_gitops.report.values import bounded, counted, shown
from recamera_gitops.secret import printable

_WIDEST_REASON: Final = 400
_WIDEST_NAME: Final = 40
_TOLD_BY_THE_TABLE: Final = frozenset({Verdict.VERIFIED, Verdict.NOT_ATTEMPTED})
_OTHER_ENDS: Final = {
    ExitCode.UNREACHABLE: "unreachable",
    ExitCode.REFUSED: "refused",
    ExitCode.STALE: "stale",
    ExitCode.INTERRUPTED: "interrupted",
}


def outcomes_text(outcomes: Sequence[DeviceOutcome], paint: Paint = plain) -> str:
    """One line per camera with something to say, the five verdicts apart, then every reason."""
    told = [each for each in outcomes if each.outcomes or each.exit_code or each.warnings]
    lines = [*_table(told, paint), *(line for each in told for line in _details(each, paint))]
    return "\n".join([*lines, summary_line(outcomes)]) + "\n"


def _table(told: Sequence[DeviceOutcome], paint: Paint) -> Iterator[str]:
    if not told:
        return
    width = max(len(each) for each in ("camera", *(_name(each) for each in told)))
    heads = "".join(f"  {verdict}" for verdict in Verdict)
    yield paint("heading", f"{'camera':<{width}}{heads}  result")
    for each in told:
        cells = "".join(f"  {each.count(verdict):>{len(verdict)}}" for verdict in Verdict)
        role = "trouble" if each.exit_code else "good"
        yield f"{_name(each):<{width}}{cells}  {paint(role, ending(each))}"
    yield ""


def _name(outcome: DeviceOutcome) -> str:
    return bounded(printable(outcome.device), _WIDEST_NAME)


def ending(outcome: DeviceOutcome) -> str:
    """One word for how it ended with a camera."""
    if not outcome.exit_code:
        return "done"
    return _OTHER_ENDS.get(outcome.exit_code, "failed")


def _details(outcome: DeviceOutcome, paint: Paint) -> Iterator[str]:
    name = printable(outcome.device)
    lines = []
    told = {f"{each.address}: {each.reason}" for each in outcome.outcomes}
    if outcome.error is not None and outcome.error not in told:
        lines.append(paint("trouble", f"{name}: {_reason(outcome.error)}"))
    lines.extend(f"{name}: warning: {_reason(text)}" for text in outcome.warnings)
    for each in outcome.outcomes:
        if each.verdict not in _TOLD_BY_THE_TABLE or each.reason:
            lines.extend(_not_verified(name, each, paint))
    yield from (*lines, "") if lines else ()


def _not_verified(name: str, outcome: Outcome, paint: Paint) -> Iterator[str]:
    reason = f": {_reason(outcome.reason)}" if outcome.reason else ""
    yield paint("trouble", f"{name}: {printable(outcome.address)} {outcome.verdict}{reason}")
    for each in outcome.differences:
        values = (each.desired, each.sent, each.observed)
        desired, sent, observed = (shown(value, sensitive=each.sensitive) for value in values)
        yield f"    {printable(each.path)}: desired {desired}, sent {sent}, observed {observed}"


def _reason(text: str) -> str:
    return bounded(printable(text), _WIDEST_REASON)


def summary_line(outcomes: Sequence[DeviceOutcome]) -> str:
    """How the whole ended: `Apply: 3 verified, 1 failed on 2 cameras. 1 camera unreachable.`."""
    counts = _verdicts(outcomes)
    written = sum(bool(each.outcomes) for each in outcomes)
    told = [f"{count} {verdict}" for verdict, count in counts.items() if count]
    where = f" on {counted(written, 'camera')}" if told else ""
    ends = [_ended(outcomes, code, word) for code, word in _OTHER_ENDS.items()]
    result = ", ".join(told) or "nothing was written"
    return f"Apply: {result}{where}." + "".join(ends)


def _ended(outcomes: Sequence[DeviceOutcome], code: ExitCode, word: str) -> str:
    count = sum(each.exit_code is code for each in outcomes)
    return f" {counted(count, 'camera')} {word}." if count else ""


def _verdicts(outcomes: Sequence[DeviceOutcome]) -> dict[str, int]:
    return {str(v): sum(each.count(v) for each in outcomes) for v in Verdict}


def outcomes_json(
    fleet: str, checksum: str, outcomes: Sequence[DeviceOutcome], exit_code: ExitCode
) -> dict[str, Json]:
    """The result of apply for programs."""
    return {
        "format_version": "1.0",
        "fleet": fleet,
        "plan_checksum": checksum,
        "exit_code": int(exit_code),
        "summary": {"devices": len(outcomes), **_verdicts(outcomes)},
        "devices": [_device_json(outcome) for outcome in outcomes],
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
