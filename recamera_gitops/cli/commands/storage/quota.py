"""`storage quota`: how much recordings may take on a slot."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.amounts import amount
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode

_UNLIMITED = "unlimited"


@click.command(
    "quota",
    epilog=options.example(
        "recamera-gitops storage quota gate-north --slot /dev/mmcblk1p1 --max 10GiB --rotate"
    ),
)
@click.option("--slot", metavar="PATH", required=True, help="The slot, by its path or its UUID.")
@click.option("--max", "most", metavar="SIZE", help="Bytes, or 10GiB and the like, or unlimited.")
@click.option(
    "--rotate/--no-rotate",
    default=None,
    help="At the limit, delete the oldest recordings, or record no further.",
)
@options.yes
@options.output("text", "json")
@options.operating
def command(
    *,
    selection: Selection,
    slot: str,
    most: str | None,
    rotate: bool | None,
    yes: bool,
    form: str,
) -> ExitCode:
    """Limit what recordings take on a slot that is in use; the rest of its quota stays as it is.

    What the camera keeps is read back. To keep a quota, declare record.storage.quota.
    """
    from recamera_gitops.cli.consent import Consent
    from recamera_gitops.cli.storing import limit
    from recamera_gitops.operations.storage import UNLIMITED

    if most is None and rotate is None:
        raise click.UsageError("say --max, --rotate or --no-rotate")
    wanted = None if most is None else UNLIMITED if most == _UNLIMITED else amount(most)
    return limit(selection, slot, (wanted, rotate), Consent(yes=yes), form)
