"""What later steps of a job are told of a result, name by name. Pure."""

from collections import Counter

from recamera_gitops.errors import ExitCode
from recamera_gitops.reconcile.outcome import Verdict
from recamera_gitops.report.outcomes import trouble
from recamera_gitops.report.results import Carried, Planned


def plan_outputs(found: Planned, code: ExitCode) -> dict[str, str]:
    """Counts of cameras and changes, the checksum of the plan, and how the command ends."""
    counts = {name: str(count) for name, count in found.plan.summary.items()}
    return {**counts, "checksum": found.plan.checksum, "exit-code": str(int(code))}


def carried_outputs(found: Carried, code: ExitCode) -> dict[str, str]:
    """The same of what became of a plan: `changed` cameras have something that is verified, and its run."""
    ends = Counter(trouble(each.exit_code) for each in found.outcomes if each.exit_code)
    counts = {
        "devices": len(found.outcomes),
        "changed": sum(
            any(o.verdict is Verdict.VERIFIED for o in each.outcomes) for each in found.outcomes
        ),
        "failed": ends["failed"],
        "unreachable": ends["unreachable"],
        "changes": found.plan.summary["changes"],
    }
    told = {name: str(count) for name, count in counts.items()}
    return {
        **told,
        "checksum": found.plan.checksum,
        "exit-code": str(int(code)),
        "run": found.run or "",
    }
