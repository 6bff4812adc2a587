"""`apply`: make the cameras what the files say, and prove it."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

from pathlib import Path

import click

from recamera_gitops.cli import candidates, options
from recamera_gitops.errors import ExitCode


@click.command("apply", epilog=options.example("recamera-gitops apply plan.json"))
@click.argument(
    "names",
    metavar="[PLANFILE] [NAMES]...",
    nargs=-1,
    shell_complete=candidates.plans_and_devices,
)
@click.option(
    "--plan",
    "saved",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Apply this saved plan and nothing else; it was reviewed, so nobody is asked.",
)
@click.option(
    "--confirm",
    "confirmed",
    metavar="PATH",
    multiple=True,
    shell_complete=candidates.paths,
    help="Confirm changes that the program or policy.confirm asks about, below a path; may be given again.",
)
@click.option("--auto-approve", is_flag=True, help="Apply without asking.")
@click.option(
    "--on-error",
    type=click.Choice(("continue", "stop")),
    default="continue",
    show_default=True,
    help="After a camera failed: go on with the others, or begin no other"
    " (cameras are then written one after the other).",
)
@click.option(
    "--outside-window",
    is_flag=True,
    help="In an emergency: write although rollout.window is closed. It lifts nothing else.",
)
@options.targets
@options.steps
@options.output("text", "json")
@options.allow_cmd
@options.selector
@options.fleet
@options.debug
def command(  # noqa: PLR0913 - one parameter per option
    *,
    directory: Path | None,
    names: tuple[str, ...],
    selector: str | None,
    allow_cmd: bool,
    saved: Path | None,
    targets: tuple[str, ...],
    form: str,
    steps: bool,
    confirmed: tuple[str, ...],
    auto_approve: bool,
    on_error: str,
    outside_window: bool,
) -> ExitCode:
    """Plan, show, ask, write, and read back what was written.

    A first argument that names a file with JSON in it is a plan saved by: plan --out FILE. NAMES are
    cameras, or patterns such as 'gate-*'; without any, all cameras are meant.
    """
    from recamera_gitops.cli.applying import ApplyRequest, apply
    from recamera_gitops.cli.repository import Selection

    if saved is None and names and _is_plan(Path(names[0])):
        saved, names = Path(names[0]), names[1:]
    if saved is not None and targets:
        raise click.UsageError("--target narrows a plan while it is made; this one is made")
    selection = Selection(directory, names, selector, allow_cmd)
    return apply(
        ApplyRequest(
            selection,
            saved,
            targets,
            form,
            steps,
            confirmed,
            auto_approve,
            on_error,
            outside_window,
        )
    )


def _is_plan(path: Path) -> bool:
    """Whether a first argument is meant as a saved plan rather than as the name of a camera."""
    if not path.is_file():
        if path.suffix == ".json":
            raise click.UsageError(f"there is no plan file {path}")
        return False
    with path.open("rb") as file:
        return path.suffix == ".json" or file.read(1) == b"{"
