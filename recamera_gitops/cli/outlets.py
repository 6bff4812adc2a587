"""Where `drift` tells what it has found besides stdout: the options, and what they amount to."""

import functools
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import click

Command = TypeVar("Command", bound=Callable[..., Any])

WEBHOOK_VARIABLE: Final = "RECAMERA_GITOPS_WEBHOOK"
_DAYS: Final = 365


@dataclass(frozen=True, slots=True)
class Outlets:
    """A file for metrics, the `days` to remember it for, a `webhook` and its form; None is not at all."""

    metrics: Path | None = None
    days: int | None = None
    webhook: str | None = None
    webhook_form: str = "generic"

    def __repr__(self) -> str:
        """Without the webhook, whose address is a secret."""
        return f"Outlets(metrics={self.metrics!r}, days={self.days!r})"


_OPTIONS: Final = (
    click.option(
        "--metrics-file",
        "metrics",
        metavar="FILE",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Also write what was found as metrics, for the textfile collector of Prometheus.",
    ),
    click.option("--history", is_flag=True, help="Also remember what was found, for: drift log."),
    click.option(
        "--history-days",
        "days",
        metavar="DAYS",
        type=click.IntRange(1, 36500),
        help=f"With --history: forget what is older; {_DAYS} unless stated.",
    ),
    click.option(
        "--webhook",
        metavar="URL",
        envvar=WEBHOOK_VARIABLE,
        help="Also post drift that was not posted before, and once that it is gone. The address is a"
        f" secret: better in {WEBHOOK_VARIABLE}.",
    ),
    click.option(
        "--webhook-format",
        "webhook_form",
        type=click.Choice(["generic", "slack"]),
        default="generic",
        show_default=True,
        help="What is posted: JSON whose form is promised, or a text for Slack and its like.",
    ),
)
_NAMES: Final = {field.name for field in fields(Outlets)}


def telling(command: Command) -> Command:
    """Hand all of them to the command as one `outlets`."""

    @functools.wraps(command)
    def passing(*, history: bool, days: int | None, **given: object) -> object:
        if days is not None and not history:
            raise click.UsageError("--history-days goes with --history")
        own: dict[str, Any] = {key: given.pop(key) for key in _NAMES & given.keys()}
        kept = (days or _DAYS) if history else None
        return command(outlets=Outlets(**own, days=kept), **given)

    for each in reversed(_OPTIONS):
        passing = each(passing)
    return cast("Command", passing)
