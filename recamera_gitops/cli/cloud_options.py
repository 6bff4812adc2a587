"""Options of every command about the cloud, and the variables that it is reached with."""

import functools
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import click

from recamera_gitops.addresses import may_be_used
from recamera_gitops.cli import candidates, model_options, options
from recamera_gitops.cloud import PRODUCTION, accounts_of
from recamera_gitops.errors import Diagnostic, InvalidInput

Command = TypeVar("Command", bound=Callable[..., Any])
LOGIN_VARIABLE: Final = "RECAMERA_CLOUD_TOKEN"
USER_VARIABLE: Final = "RECAMERA_CLOUD_USER_ID"


@dataclass(frozen=True, slots=True)
class Where:
    """The addresses of the service, and of its accounts."""

    cloud: str
    accounts: str

    def checked(self) -> "Where":
        """The same; InvalidInput where one is none that may be used."""
        wrong = [
            Diagnostic("bad-option", "this is no https address", option, hint=_HTTPS)
            for option, url in (("--cloud", self.cloud), ("--accounts", self.accounts))
            if not may_be_used(url)
        ]
        if wrong:
            raise InvalidInput(wrong)
        return Where(self.cloud.rstrip("/"), self.accounts.rstrip("/"))


_HTTPS: Final = "write https://…; http is for this machine alone"
_OPTIONS: Final = (
    click.option(
        "--cloud",
        metavar="URL",
        envvar="RECAMERA_CLOUD_URL",
        default=PRODUCTION,
        show_default=True,
        help="Where SenseCraft is (or RECAMERA_CLOUD_URL).",
    ),
    click.option(
        "--accounts",
        metavar="URL",
        envvar="RECAMERA_CLOUD_ACCOUNTS_URL",
        help="Where its users are (or RECAMERA_CLOUD_ACCOUNTS_URL); default: Seeed's own, or at the same"
        " place where SenseCraft is somewhere else.",
    ),
)


def reaching(command: Command) -> Command:
    """Hand --cloud and --accounts to the command as one `where`."""

    @functools.wraps(command)
    def passing(*, cloud: str, accounts: str | None, **given: object) -> object:
        return command(where=Where(cloud, accounts or accounts_of(cloud)), **given)

    for each in reversed(_OPTIONS):
        passing = each(passing)
    return cast("Command", passing)


model_id = click.argument("model_id", metavar="ID")
timeout = click.option(
    "--timeout",
    "seconds",
    type=click.FloatRange(1, 86400),
    default=3600.0,
    show_default=True,
    help="Seconds to wait; the conversion goes on afterwards.",
)
output = click.option(
    "--output",
    "path",
    metavar="PATH",
    type=click.Path(),  # a text, of which a slash at the end is kept
    default=".",
    help="A folder, or the file itself; a folder with a slash at its end is made where it is missing."
    " Default: here, under the name that the model has there.",
)
force = click.option("--force", is_flag=True, help="Replace another file that is in its place.")


@dataclass(frozen=True, slots=True)
class Asked:
    """What `cloud convert` is to do; without `wait` the result is not fetched.

    With names in `install` it is brought to these cameras afterwards.
    """

    model: Path
    dataset: Path | None
    prompt: str | None
    wait: bool
    seconds: float
    path: str
    force: bool
    install: tuple[str, ...]
    info: Path | None
    directory: Path | None
    allow_cmd: bool
    outside_window: bool

    def __post_init__(self) -> None:
        if self.install and not self.wait:
            raise click.UsageError("--install wants the result, and --no-wait does not wait for it")
        if self.info is not None and not self.install:
            raise click.UsageError("--info goes with --install")


_CONVERSION: Final = (
    click.argument("model", metavar="FILE.onnx", type=click.Path(path_type=Path)),
    click.option(
        "--dataset",
        metavar="FILE.zip",
        type=click.Path(path_type=Path),
        help="Pictures like those that the camera will see, to quantise with; default: 100 of COCO.",
    ),
    click.option(
        "--prompt",
        metavar="TEXT",
        help="What it is called there; default: like the file, but .rknn.",
    ),
    click.option(
        "--wait/--no-wait", default=True, help="Wait for the result and fetch it; the default."
    ),
    timeout,
    output,
    force,
    click.option(
        "--install",
        metavar="DEVICE",
        multiple=True,
        shell_complete=candidates.devices,
        help="Bring the result to this camera, or to those that match a pattern; may be given again.",
    ),
    model_options.info,
    options.outside_window,
    options.fleet,
    options.allow_cmd,
)
_NAMES: Final = {field.name for field in fields(Asked)}


def converting(command: Command) -> Command:
    """Hand all that a conversion takes to the command as one `asked`."""

    @functools.wraps(command)
    def passing(**given: object) -> object:
        own: dict[str, Any] = {key: given.pop(key) for key in _NAMES & given.keys()}
        return command(asked=Asked(**own), **given)

    for each in reversed(_CONVERSION):
        passing = each(passing)
    return cast("Command", passing)
