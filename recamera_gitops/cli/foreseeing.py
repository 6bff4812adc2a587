"""Single operations that are looked into first: what would happen is read and shown, then asked, then done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from recamera_gitops.cli.identifying import in_order, left_out
from recamera_gitops.cli.operating import chosen, named, succeeded, timely, told
from recamera_gitops.cli.running import Working, opened
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode
from recamera_gitops.fleet.operating import Done, Operation, Reached
from recamera_gitops.report.operated import View

S = TypeVar("S")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Foreseen(Generic[S, T]):
    """`look` reads at one camera what `operation` would do there, and fails where it cannot be done.

    `consent` is given that by camera, and refuses unless all of it is wanted.
    """

    operation: Operation[T]
    look: Callable[[Reached], S]
    consent: Callable[[Working, Mapping[str, S]], None]

    def carried_out(self, working: Working, *, outside_window: bool) -> tuple[Done[T], ...]:
        """What it gives at each camera; it is done only where it was shown and consented to."""
        timely(working, self.operation, outside_window=outside_window)
        open_ones = [each for each in working.devices if not each.protected]
        look: Operation[S] = Operation(f"{self.operation.name}: look", self.look)
        looked = working.operate(look, open_ones) if open_ones else ()
        seen = succeeded(looked)
        if seen:
            self.consent(working, seen)
        failed: list[Done[T]] = [left_out(each) for each in looked if each.value is None]
        rest = {each.name for each in working.devices} - {each.device for each in failed}
        done = working.operate(self.operation, named(working.devices, rest)) if rest else ()
        return tuple(in_order(working, [*failed, *done]))

    def shown(
        self, selection: Selection, view: View[T], form: str, *, outside_window: bool
    ) -> ExitCode:
        """Do it at the selected cameras, and show what it gave."""
        with opened(chosen(selection, self.operation)) as working:
            done = self.carried_out(working, outside_window=outside_window)
            return told(working, self.operation, done, view, form)
