"""Single operations: select, ask, do, show; what several of them need is here once."""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

import click

from recamera_gitops.cli import console
from recamera_gitops.cli.judging import forewarned
from recamera_gitops.cli.repository import Selected, selected, warned
from recamera_gitops.cli.running import Working, opened
from recamera_gitops.cli.selection import Selection
from recamera_gitops.desired.state import Device
from recamera_gitops.device.asking import Flow
from recamera_gitops.errors import Diagnostic, ExitCode, Refused
from recamera_gitops.fleet.operating import Done, Operation, refused, to_be_reached
from recamera_gitops.report.operated import View, operated_json, operated_text
from recamera_gitops.report.values import document
from recamera_gitops.rules import Severity

T = TypeVar("T")


def operate(
    selection: Selection,
    operation: Operation[T],
    view: View[T],
    form: str,
    prepare: Callable[[Working], None] = lambda _: None,
) -> ExitCode:
    """Do it at the selected cameras and show what it gave; `prepare` may ask, and refuse."""
    with opened(chosen(selection, operation)) as working:
        prepare(working)
        return told(working, operation, working.operate(operation), view, form)


def ask(
    selection: Selection, name: str, flow: Callable[[], Flow[T]], view: View[T], form: str
) -> ExitCode:
    """Hold a conversation that only reads with each of the selected cameras, and show what it gave."""
    operation = Operation(name, lambda reached: reached.converse(flow()))
    return operate(selection, operation, view, form)


def chosen(selection: Selection, operation: Operation[T]) -> Selected:
    """The cameras that are meant; of one that writes they must have been named, be it with `*`."""
    if operation.writes and not (selection.names or selection.selector or selection.limit):
        message = f"{operation.name} wants cameras by name, pattern or label; '*' means all"
        raise click.UsageError(message, click.get_current_context(silent=True))
    return reachable(selection)


def reachable(selection: Selection) -> Selected:
    """The cameras that are meant, to be spoken to and not to be compared with their files."""
    found = warned(selected(selection))
    return replace(found, devices=tuple(map(to_be_reached, found.devices)))


def timely(working: Working, operation: Operation[T], *, outside_window: bool) -> None:
    """Refused where policy or the window of the fleet want this to wait, unless that is lifted."""
    found = working.run.early(operation)
    if found and not outside_window:
        raise refused(operation, found)
    hint = "done all the same, as --outside-window says"
    forewarned(each.said(Severity.WARNING, hint) for each in found)


def agreed(working: Working, question: str, *, yes: bool) -> None:
    """Go on where somebody types exactly `yes`, or has said --yes; Refused otherwise."""
    if yes:
        return
    with working.interruption.asking():
        console.ask(f"{question} Only 'yes' is accepted:", "--yes")


def confirmed(
    working: Working, wanted: Mapping[str, str], given: Sequence[str], what: Callable[[str], str]
) -> None:
    """Go on where the word of each camera was given with --confirm, or is typed; Refused otherwise.

    `wanted` has the word of each camera, `what` says what would happen to one. Nothing is done to any
    camera unless all are confirmed.
    """
    missing = {device: word for device, word in wanted.items() if word not in given}
    if missing and not console.is_terminal(sys.stdin):
        raise Refused(
            "not confirmed; nothing was written",
            [_unconfirmed(what(device), word) for device, word in missing.items()],
        )
    for device, word in missing.items():
        with working.interruption.asking():
            typed = console.choose(f"{what(device)}. Type {word} to confirm:", (word,))
        if typed is None:
            raise Refused(f"{device} was not confirmed; nothing was written")


def _unconfirmed(what: str, word: str) -> Diagnostic:
    return Diagnostic("needs-confirm", what, hint=f"say --confirm {word} if that is meant")


def told(
    working: Working, operation: Operation[T], done: Sequence[Done[T]], view: View[T], form: str
) -> ExitCode:
    """Show what it gave; the exit code of the whole."""
    if form == "json":
        console.result(document(operated_json(operation.name, done)) + "\n")
    else:
        console.result(operated_text(done, view, console.paint()))
    return working.ended(each.exit_code for each in done)


def succeeded(done: Iterable[Done[T]]) -> dict[str, T]:
    """What it gave, by camera, where it gave something."""
    return {each.device: each.value for each in done if each.value is not None}


def named(devices: Sequence[Device], names: Iterable[str]) -> tuple[Device, ...]:
    """The devices with these names."""
    meant = set(names)
    return tuple(each for each in devices if each.name in meant)
