"""Options that several commands share, each declared once."""

import dataclasses
import functools
import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeAlias, TypeVar, cast

import click

from recamera_gitops.cli import candidates
from recamera_gitops.cli.consent import Consent, Leave
from recamera_gitops.cli.forms import choice
from recamera_gitops.cli.selection import Selection

Command = TypeVar("Command", bound=Callable[..., Any])
Option: TypeAlias = Callable[[Command], Command]

FLEET_VARIABLE: Final = "RECAMERA_GITOPS_FLEET"

fleet = click.option(
    "-C",
    "--fleet",
    "directory",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    envvar=FLEET_VARIABLE,
    help=f"The fleet repository (or {FLEET_VARIABLE}); default: the nearest fleet.yaml upward.",
)
names = click.argument("names", nargs=-1, shell_complete=candidates.devices)
selector = click.option(
    "-l",
    "--selector",
    metavar="SELECTOR",
    shell_complete=candidates.selectors,
    help="Cameras by label: 'site=hq,role!=gate,ring in (canary,early)'.",
)
limit = click.option(
    "--limit",
    metavar="@failed|@unreachable",
    help="Only cameras that ended so in the last run, or in another one: @failed:RUN.",
)
shard = click.option(
    "--shard",
    metavar="I/N",
    help="Only the I-th of N parts of the cameras; a camera stays in its part.",
)
targets = click.option(
    "--target",
    "targets",
    metavar="PATH",
    multiple=True,
    shell_complete=candidates.paths,
    help="Only settings below this path, such as image.scenes.night; may be given again.",
)
steps = click.option("--steps", is_flag=True, help="Also show every request that would be sent.")
allow_cmd = click.option(
    "--allow-cmd",
    is_flag=True,
    help="Run the programs that the files name, in ${cmd:…} and in gates,"
    " where you trust everybody who may change the files.",
)
confirm = click.option(
    "--confirm",
    "confirmed",
    metavar="PATH",
    multiple=True,
    shell_complete=candidates.paths,
    help="Confirm changes that the program or policy.confirm asks about, below a path; may be given again.",
)
auto_approve = click.option("--auto-approve", is_flag=True, help="Apply without asking.")
outside_window = click.option(
    "--outside-window",
    is_flag=True,
    help="In an emergency: write although rollout.window is closed. It lifts nothing else.",
)
events = click.option(
    "--events",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Append what happens to this file while it happens, a JSON object a line; - is stderr.",
)
_executor = click.option(
    "--executor",
    type=click.Choice(("threads", "dask")),
    default="threads",
    show_default=True,
    help="Who reaches the cameras: this machine, or the workers of a Dask cluster, by their label site.",
)
_scheduler = click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="The scheduler of that cluster: tls://HOST:PORT, or tcp:// on this machine.",
)
yes = click.option("--yes", is_flag=True, help="Do it without asking.")
confirm_word = click.option(
    "--confirm",
    "confirmed",
    metavar="WORD",
    multiple=True,
    help="Confirm what cannot be undone with the word that would be asked for; may be given again.",
)
no_wait = click.option(
    "--no-wait", is_flag=True, help="Do not wait until the camera answers again."
)
parallel = click.option(
    "--parallel",
    type=click.IntRange(1, 1000),
    metavar="N",
    default=1,
    show_default=True,
    help="How many cameras may be away at once.",
)


def _repository(ctx: click.Context, param: click.Parameter, url: str | None) -> str | None:
    """The address of a repository, which is all that a camera takes there [cgi]."""
    if url is not None and _REPOSITORY.fullmatch(url) is None:
        raise click.BadParameter("it is not like https://github.com/OWNER/NAME", ctx, param)
    return url


_REPOSITORY: Final = re.compile(r"https://github\.com/[\w.-]+/[\w.-]+/?", re.ASCII)
release_url = click.option(
    "--url",
    metavar="URL",
    callback=_repository,
    help="The GitHub repository whose latest release is meant; the vendor's without it.",
)
retry_for = click.option(
    "--retry-for",
    metavar="SECONDS",
    type=click.FloatRange(0),
    help="How long to try again once a connection is lost, 0 for not at all; default: until Ctrl-C.",
)
debug = click.option("--debug", is_flag=True, expose_value=False, help="Show tracebacks of errors.")


def output(*formats: str) -> Callable[[Command], Command]:
    """`--format`, the first being the default."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help="Form of the output; programs should read json, whose form is promised.",
    )


def outputs(*formats: str) -> Callable[[Command], Command]:
    """The same `--format` for a result that has several readers: it may be given again, with `=FILE`."""
    return click.option(
        "--format",
        "forms",
        metavar="FORM[=FILE]",
        multiple=True,
        callback=choice(formats),
        shell_complete=candidates.among(formats),
        help=f"Form of the output: {', '.join(formats)}. With =FILE it is written to a file, and the option"
        " may be given again; stdout has text unless another form is meant for it. Programs should read"
        " json, whose form is promised.",
    )


_SELECTION: Final = {field.name for field in dataclasses.fields(Selection)}
_NAMES: Final = (
    "NAMES are cameras, or patterns such as 'gate-*'; without any, all cameras are meant."
)


def _selecting(command: Command) -> Command:
    """Hand what selects cameras to the command as one `selection`."""

    @functools.wraps(command)
    def selecting(**given: Any) -> Any:  # noqa: ANN401 - each command takes its own options
        chosen = {key: given.pop(key) for key in _SELECTION & given.keys()}
        return command(selection=Selection(**chosen), **given)

    return cast("Command", selecting)


def executing(command: Command) -> Command:
    """`--executor` and `--scheduler`: where the work at each camera is done."""

    @functools.wraps(command)
    def executing(*, executor: str, scheduler: str | None, **given: object) -> object:
        if (executor == "dask") != (scheduler is not None):
            raise click.UsageError("--executor dask and --scheduler ADDRESS belong together")
        return command(scheduler=scheduler, **given)

    for each in (_scheduler, _executor):
        executing = each(executing)
    return cast("Command", executing)


def leaving(command: Command) -> Command:
    """`--parallel`, `--yes` and `--outside-window`, as one `leave`: what cameras that go away need."""

    @functools.wraps(command)
    def leaving(*, parallel: int, yes: bool, outside_window: bool, **given: object) -> object:
        return command(leave=Leave(yes, outside_window, parallel), **given)

    for each in (outside_window, yes, parallel):
        leaving = each(leaving)
    return cast("Command", leaving)


def agreeing(command: Command) -> Command:
    """`--yes` and `--outside-window`, as one `consent`."""

    @functools.wraps(command)
    def agreeing(*, yes: bool, outside_window: bool, **given: object) -> object:
        return command(consent=Consent(yes=yes, outside_window=outside_window), **given)

    for each in (outside_window, yes):
        agreeing = each(agreeing)
    return cast("Command", agreeing)


def confirming(command: Command) -> Command:
    """`--confirm` and `--outside-window`, as one `consent`."""

    @functools.wraps(command)
    def confirming(*, confirmed: tuple[str, ...], outside_window: bool, **given: object) -> object:
        consent = Consent(confirmed=confirmed, outside_window=outside_window)
        return command(consent=consent, **given)

    for each in (outside_window, confirm_word):
        confirming = each(confirming)
    return cast("Command", confirming)


def selection(command: Command) -> Command:
    """NAMES, --selector, --fleet and --debug: what every command about cameras takes, and says of it."""
    command = _selecting(command)
    command.__doc__ = f"{inspect.getdoc(command)}\n\n{_NAMES}"
    for each in (debug, fleet, selector, names):
        command = each(command)
    return command


def reaching(argument: Option[Any] = names) -> Option[Any]:
    """The same for a command that reaches the cameras; `argument` takes the names, and more."""

    def reaching(command: Command) -> Command:
        command = _selecting(command)
        if argument is names:
            command.__doc__ = f"{inspect.getdoc(command)}\n\n{_NAMES}"
        for each in (debug, fleet, shard, limit, selector, allow_cmd, argument):
            command = each(command)
        return command

    return reaching


def _one(ctx: click.Context, param: click.Parameter, name: str) -> tuple[str, ...]:
    """One camera by its name, for a command that is about one; patterns mean several."""
    if re.search(r"[*?\[]", name):
        raise click.BadParameter("it is the name of one camera, no pattern", ctx, param)
    return (name,)


device = click.argument("names", metavar="DEVICE", callback=_one, shell_complete=candidates.devices)
slot_path = click.option(
    "--slot", metavar="PATH", required=True, help="The slot, by its path: /dev/mmcblk1p1."
)
slot = click.option(
    "--slot", metavar="PATH", help="A slot by its path or UUID; without it, the one in use."
)


overwrite = click.option(
    "--overwrite", is_flag=True, help="Replace files that are there and are others."
)


_since = click.option(
    "--since",
    metavar="TIME",
    required=True,
    help="What was modified since then: 2d, 12h, 2026-11-20 or 2026-11-20T08:00:00Z.",
)
_until = click.option(
    "--until", metavar="TIME", help="And until then; a day is meant with its last second."
)


def period(command: Command) -> Command:
    """`--since` and `--until`: a time, as the two texts that were given."""

    @functools.wraps(command)
    def within(*, since: str, until: str | None, **given: object) -> object:
        return command(period=(since, until), **given)

    return cast("Command", _since(_until(within)))


def one_camera(command: Command) -> Command:
    """DEVICE and what reaching it takes."""
    command = _selecting(command)
    for each in (debug, fleet, allow_cmd, device):
        command = each(command)
    return command


# What every single operation takes.
operating: Final[Option[Any]] = reaching()


def example(text: str) -> str:
    """An example below the help of a command."""
    return f"\b\nExample:\n  {text}"
