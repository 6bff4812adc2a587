"""The job files of `init` as their forges read them, and their steps as shells run them."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from recamera_gitops.cli.starting import _JOBS, _contents
from recamera_gitops.desired.document import parse
from recamera_gitops.desired.nodes import value_of

GITHUB = tuple(_JOBS["github"])
GITLAB = ".gitlab-ci.yml"


def written(directory, *names):
    """The files of `init` for a folder, on disk; `names` are those that are meant."""
    made = _contents(
        directory, {name: source for jobs in _JOBS.values() for name, source in jobs.items()}
    )
    for name in names:
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_bytes(made[name])
    return [directory / name for name in names]


def said(path):
    (document,), found = parse(path.read_bytes(), path.name)
    assert {each.rule for each in found} <= {"empty-value"}  # `workflow_dispatch:` of GitHub
    return value_of(document, lambda _scalar: False)


def shells(workflow):
    """(job, number, text) of every step that is a shell script."""
    for name, job in workflow["jobs"].items():
        for number, step in enumerate(job["steps"]):
            if "run" in step:
                yield name, number, step["run"]


@dataclass
class Ended:
    code: int
    out: str
    err: str


def step(workflow, job, beginning):
    """The text of the only step of a job whose name begins so."""
    (found,) = [
        each["run"]
        for each in workflow["jobs"][job]["steps"]
        if each.get("name", "").startswith(beginning)
    ]
    return found


def run(script, directory, variables, *, interpreter=("bash", "-e")):
    """A step as the runner of GitHub runs it."""
    file = Path(variables["RUNNER_TEMP"]) / "step.sh"
    file.write_text(script, encoding="utf-8")
    done = subprocess.run(  # noqa: S603 - a step of a job of this repository
        [*interpreter, str(file)],
        cwd=directory,
        env={"PATH": os.environ["PATH"], **variables},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


GH = r"""#!/usr/bin/env bash
# What the steps use of gh: it keeps what it is told in a folder, a file for each comment or issue.
shift; method=GET
while [ $# -gt 0 ]; do
  case $1 in
    --method) method=$2; shift ;;
    --jq) filter=$2; shift ;;
    --field) [ "${2%%=@*}" = body ] && body=${2#body=@}; shift ;;
    --raw-field) echo "$2" >>"$GH_FOLDER/fields"; shift ;;
    --silent | --paginate) ;;
    *) place=$1 ;;
  esac
  shift
done
echo "$method $place" >>"$GH_FOLDER/asked"
case $method in
  GET)
    [ -n "$filter" ] || exit 1
    for file in "$GH_FOLDER"/[0-9]*; do
      [ -f "$file" ] && [ "$(head -n 1 "$file")" = "$MARKER" ] && basename "$file"
    done
    exit 0 ;;
  POST) cp "$body" "$GH_FOLDER/$((100 + $(ls "$GH_FOLDER" | wc -l)))" ;;
  PATCH) cp "$body" "$GH_FOLDER/${place##*/}" ;;
esac
"""


class Forge:
    """What would be on GitHub: comments or issues by number, and what was asked."""

    def __init__(self, directory):
        self.folder = directory / "forge"
        self.folder.mkdir()
        self.program = directory / "bin" / "gh"
        self.program.parent.mkdir(exist_ok=True)
        self.program.write_text(GH, encoding="utf-8")
        self.program.chmod(0o755)

    @property
    def texts(self):
        return {
            int(each.name): each.read_text(encoding="utf-8")
            for each in sorted(self.folder.glob("[0-9]*"))
        }

    @property
    def asked(self):
        return (self.folder / "asked").read_text(encoding="utf-8").splitlines()
