"""`drift log`: what earlier looks for drift have found."""

import re
from pathlib import Path

from recamera_gitops.cli import console
from recamera_gitops.cli.root import root_of
from recamera_gitops.errors import ExitCode
from recamera_gitops.fleet import drift_history
from recamera_gitops.report.drift_log import log_text
from recamera_gitops.report.values import document


def listed(directory: Path | None, last: int, form: str) -> ExitCode:
    """The last looks, the latest first."""
    root = root_of(directory)
    if _is_a_camera(root, "log"):
        console.say("note: a camera is called log; `drift check log` looks at it")
    found = drift_history.entries(root, last)
    rows = [each._asdict() for each in found]
    if form == "json":
        looks = [{**e, "differences": drift_history.differences(root, e["run"])} for e in rows]
        console.result(document({"format_version": "1.0", "looks": looks}) + "\n")
    else:
        console.result(log_text(rows, console.paint()))
    return ExitCode.DONE


def _is_a_camera(root: Path, name: str) -> bool:
    """Whether a glance at the files shows a camera of that name."""
    device = re.compile(rb"^device:\s*[\"']?%s[\"']?\s*(#.*)?$" % name.encode(), re.MULTILINE)
    files = (root / "devices").glob("*.y*ml")
    return any(device.search(each.read_bytes()) for each in files if each.is_file())
