"""`apply`: make the cameras what the files say, and prove it."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import re
from dataclasses import replace
from pathlib import Path
from typing import Final, Literal

import click

from recamera_gitops.cli import candidates, options
from recamera_gitops.cli.forms import Forms
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode

_CHECKSUM: Final = re.compile(r"sha256:[0-9a-f]{64}")


@click.command("apply", epilog=options.example("recamera-gitops apply plan.json"))
@click.option(
    "--plan",
    "saved",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Apply this saved plan and nothing else; it was reviewed, so nobody is asked.",
)
@click.option(
    "--resume",
    metavar="RUN",
    shell_complete=candidates.runs,
    help="Go on with a run: only what its plan says and is not verified yet.",
)
@click.option(
    "--expect",
    metavar="CHECKSUM",
    help="Apply the plan with this checksum and no other; it was reviewed, so nobody is asked.",
)
@click.option("--wave", type=click.IntRange(min=1), help="Only this wave of the rollout.")
@click.option(
    "--no-waves",
    is_flag=True,
    help="All cameras at once: no waves, no soak time, no gates, no budgets.",
)
@options.confirm
@options.auto_approve
@click.option(
    "--on-error",
    type=click.Choice(("stop", "rollback", "continue")),
    help="After too many cameras failed: begin no other, restore what this run has changed as well, or go on"
    " with the others. Default: what rollout.on_failure says; continue where there is no rollout.",
)
@options.outside_window
@click.option(
    "--snapshots",
    is_flag=True,
    help="Take a picture before and after settings of image or osd are written, and tell what differs.",
)
@options.targets
@options.steps
@options.outputs("text", "json", "markdown", "html", "junit")
@options.events
@options.executing
@options.reaching(
    click.argument(
        "names",
        metavar="[PLANFILE] [NAMES]...",
        nargs=-1,
        shell_complete=candidates.plans_and_devices,
    )
)
def command(  # noqa: PLR0913 - one parameter per option
    *,
    selection: Selection,
    saved: Path | None,
    resume: str | None,
    expect: str | None,
    wave: int | None,
    no_waves: bool,
    targets: tuple[str, ...],
    forms: Forms,
    steps: bool,
    confirmed: tuple[str, ...],
    auto_approve: bool,
    on_error: Literal["stop", "rollback", "continue"] | None,
    outside_window: bool,
    snapshots: bool,
) -> ExitCode:
    """Plan, show, ask, write, and read back what was written.

    A first argument that names a file with JSON in it is a plan saved by: plan --out FILE. NAMES are
    cameras, or patterns such as 'gate-*'; without any, all cameras are meant.
    """
    from recamera_gitops.cli.applying import ApplyRequest, Approval, apply
    from recamera_gitops.fleet.judging import Terms

    if saved is None and selection.names and _is_plan(Path(selection.names[0])):
        saved = Path(selection.names[0])
        selection = replace(selection, names=selection.names[1:])
    _check_expected(expect, resume)
    _check(saved, resume, targets, wave, no_waves=no_waves)
    terms = Terms(
        confirmed,
        outside_window=outside_window,
        in_waves=not no_waves,
        on_error=on_error,
        snapshots=snapshots,
    )
    approval = Approval(auto_approve, terms)
    return apply(
        ApplyRequest(
            selection, saved, targets, forms, steps, approval, wave, resume=resume, expect=expect
        )
    )


def _check(
    saved: Path | None,
    resume: str | None,
    targets: tuple[str, ...],
    wave: int | None,
    *,
    no_waves: bool,
) -> None:
    if saved is not None and targets:
        raise click.UsageError("--target narrows a plan while it is made; this one is made")
    if resume is not None and (saved is not None or targets or wave is not None):
        raise click.UsageError("--resume goes on with the plan of a run; say no other plan")
    if wave is not None and no_waves:
        raise click.UsageError("--wave and --no-waves exclude each other")


def _check_expected(expect: str | None, resume: str | None) -> None:
    if expect is None:
        return
    if resume is not None:
        raise click.UsageError("--resume goes on with the plan of a run; nothing else is expected")
    if not _CHECKSUM.fullmatch(expect):
        raise click.UsageError("--expect takes sha256: and 64 hexadecimal digits")


def _is_plan(path: Path) -> bool:
    """Whether a first argument is meant as a saved plan rather than as the name of a camera."""
    if not path.is_file():
        if path.suffix == ".json":
            raise click.UsageError(f"there is no plan file {path}")
        return False
    with path.open("rb") as file:
        return path.suffix == ".json" or file.read(1) == b"{"
