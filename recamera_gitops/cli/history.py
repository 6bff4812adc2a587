"""`runs` and `runs show`: what the journals of a repository tell."""

from pathlib import Path
from typing import Final

from recamera_gitops.cli import console
from recamera_gitops.cli.root import root_of
from recamera_gitops.errors import ExitCode
from recamera_gitops.exchange import Json
from recamera_gitops.fleet import runs
from recamera_gitops.reconcile.outcome import Verdict
from recamera_gitops.report import history
from recamera_gitops.report.pictures import with_pictures
from recamera_gitops.report.values import document

_WORDS: Final = {
    ExitCode.DONE: "done",
    ExitCode.ERROR: "error",
    ExitCode.FAILED: "failed",
    ExitCode.UNREACHABLE: "unreachable",
    ExitCode.REFUSED: "refused",
    ExitCode.STALE: "stale",
    ExitCode.LOCKED: "locked",
    ExitCode.INTERRUPTED: "interrupted",
}
_NOT_OVER: Final = "not ended"  # killed, or still at work


def listed(directory: Path | None, form: str) -> ExitCode:
    """Every run, the latest first."""
    rows = [_row(each) for each in runs.past(root_of(directory))]
    if form == "json":
        console.result(document({"format_version": "1.0", "runs": rows}) + "\n")
    else:
        console.result(history.runs_text(rows, console.paint()))
    return ExitCode.DONE


def shown(directory: Path | None, name: str, form: str) -> ExitCode:
    """One run, camera by camera."""
    past = runs.find(root_of(directory), name)
    seen = runs.pictures(past)
    devices = [{**_device(past, e), **with_pictures(seen.get(e))} for e in _names(past)]
    row = {**_row(past), "devices": devices}
    if form == "json":
        console.result(document({"format_version": "1.0", **row}) + "\n")
    else:
        console.result(history.run_text(row, console.paint()))
    return ExitCode.DONE


def _row(past: runs.Past) -> dict[str, Json]:
    ends = [past.ending(each) for each in _names(past)]
    return {
        "run": past.run,
        "kind": past.kind,
        "by": past.by,
        "began": past.began,
        "ended": past.at_end,
        "result": _NOT_OVER if past.ended is None else _WORDS.get(past.ended, "error"),
        "exit_code": None if past.ended is None else int(past.ended),
        "plan_checksum": past.checksum or None,
        "waves": list(past.waves),
        "stopped": past.stopped,
        "cameras": {
            "begun": len(past.begun),
            "done": ends.count(ExitCode.DONE),
            "unreachable": ends.count(ExitCode.UNREACHABLE),
            "failed": sum(_has_failed(each) for each in ends),
            "unknown": ends.count(None),
        },
        **({"of_run": str(_related(past))} if _related(past) else {}),
    }


def _has_failed(code: ExitCode | None) -> bool:
    return code not in (None, ExitCode.DONE, ExitCode.UNREACHABLE)


def _related(past: runs.Past) -> Json:
    return past.facts.get("resumes") or past.facts.get("restores")


def _names(past: runs.Past) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*past.begun, *past.devices)))


def _device(past: runs.Past, name: str) -> dict[str, Json]:
    told = past.devices.get(name, {})
    code = past.ending(name)
    known = [*told.get("outcomes", ())]
    return {
        "device": name,
        "result": "unknown" if code is None else _WORDS.get(code, "error"),
        "exit_code": None if code is None else int(code),
        "error": told.get("error"),
        "verdicts": {str(v): sum(each["verdict"] == v for each in known) for v in Verdict},
        "outcomes": known,
        "open_writes": list(past.open.get(name, ())),
    }
