"""`validate`: load everything, tell everything."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import click

from recamera_gitops.cli import console
from recamera_gitops.cli.root import root_of
from recamera_gitops.cli.selection import Selection
from recamera_gitops.desired.lint.examine import examine
from recamera_gitops.desired.messages import did_you_mean, echo
from recamera_gitops.desired.notation import Kind
from recamera_gitops.desired.selectors import select
from recamera_gitops.desired.state import Device
from recamera_gitops.errors import Diagnostic, ExitCode, InvalidInput
from recamera_gitops.fleet.environment import Environment
from recamera_gitops.report.diagnostics import (
    count,
    diagnostics_github,
    diagnostics_json,
    diagnostics_text,
    seen_from,
)
from recamera_gitops.report.sarif import sarif
from recamera_gitops.report.values import counted, document
from recamera_gitops.rules import LINT_RULES, RULES, Severity

_EVERY_RULE: Final = "all"


@dataclass(frozen=True, slots=True)
class ValidateRequest:
    """What `validate` was asked for; `levels` are pairs of a severity and a rule, the last ones win."""

    selection: Selection
    form: str
    levels: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class _Answer:
    """What is said of how many cameras; `prefix` leads to the files from where the program runs."""

    found: Sequence[Diagnostic]
    devices: Sequence[Device] = ()
    prefix: str = ""

    @property
    def counts(self) -> tuple[int, int]:
        """How many cameras, and how many profiles they use."""
        return len(self.devices), len({name for each in self.devices for name in each.profiles})


def validate(request: ValidateRequest) -> ExitCode:
    """Show every diagnostic; ERROR where one of them is an error."""
    try:
        answer = _answer(request)
    except InvalidInput as error:
        answer = _Answer(error.diagnostics)
    _VIEWS[request.form](answer)
    _noted(answer.devices)
    return ExitCode.ERROR if count(answer.found, Severity.ERROR) else ExitCode.DONE


def _noted(devices: Sequence[Device]) -> None:
    """Say what a run will need beside the files: nothing is wrong with them, so it is no warning."""
    templates = (template for device in devices for template in device.templates)
    commands = {each for found in templates for each in found.references if each.kind is Kind.CMD}
    if commands:
        names = counted(len(commands), "reference names a command", "references name commands")
        console.say(f"note: {names}, which plan, apply, drift and others run only with --allow-cmd")


def _answer(request: ValidateRequest) -> _Answer:
    selection, severities = request.selection, _severities(request.levels)
    root = root_of(selection.directory)
    examined = examine(root, Environment.real().now().date())
    found = _levelled(examined.diagnostics, severities)
    if examined.fleet is None:
        return _Answer(found, prefix=_prefix(root))
    chosen = select(examined.fleet, selection.names, selection.selector)
    return _Answer(found, chosen, _prefix(root))


def _severities(levels: Sequence[tuple[str, str]]) -> dict[str, Severity]:
    """How grave each of these rules is; UsageError for one that there is not, or is always an error."""
    found: dict[str, Severity] = {}
    for name, rule in levels:
        severity = Severity(name)
        found |= dict.fromkeys(_meant(rule, severity), severity)
    return found


def _meant(rule: str, severity: Severity) -> tuple[str, ...]:
    if rule == _EVERY_RULE:
        return LINT_RULES
    if rule not in RULES:
        hint = did_you_mean(rule, (_EVERY_RULE, *LINT_RULES))
        message = f"--{severity}: there is no rule {echo(rule)}"
        raise click.UsageError(f"{message}; {hint}" if hint else message)
    if severity is not Severity.ERROR and not RULES[rule].is_lint:
        raise click.UsageError(f"--{severity}: {rule} is always an error")
    return (rule,)


def _levelled(
    found: Sequence[Diagnostic], severities: Mapping[str, Severity]
) -> tuple[Diagnostic, ...]:
    return tuple(replace(each, severity=severities.get(each.rule, each.severity)) for each in found)


def _prefix(root: Path) -> str:
    """The way to a repository from here, which is where a job's machine looks for the files."""
    here, found = Path.cwd(), root.absolute()
    way = found.relative_to(here).parts if found.is_relative_to(here) else ()
    return "" if ".." in way else "".join(f"{each}/" for each in way)


def _text(answer: _Answer) -> None:
    console.result(diagnostics_text(answer.found, *answer.counts))


def _json(answer: _Answer) -> None:
    console.result(document(diagnostics_json(answer.found, *answer.counts)) + "\n")


def _github(answer: _Answer) -> None:
    found = seen_from(answer.prefix, answer.found)
    console.annotations(diagnostics_github(found, *answer.counts))


def _sarif(answer: _Answer) -> None:
    console.result(document(sarif(answer.found, answer.prefix)) + "\n")


_VIEWS: Final[Mapping[str, Callable[[_Answer], None]]] = {
    "text": _text,
    "json": _json,
    "github": _github,
    "sarif": _sarif,
}
