"""`firmware check`: which firmware runs, and which there is."""

# ruff: noqa: PLC0415 - what the command works with is imported when it runs, not for --help

import click

from recamera_gitops.cli import options
from recamera_gitops.cli.selection import Selection
from recamera_gitops.errors import ExitCode


@click.command("check", epilog=options.example("recamera-gitops firmware check -l site=hq"))
@options.release_url
@options.output("text", "json")
@options.operating
def command(*, selection: Selection, url: str | None, form: str) -> ExitCode:
    """Have cameras look up the latest release; nothing begins by that.

    The camera looks on the Internet. It is asked with a POST, as it knows no other way.
    """
    from recamera_gitops.cli.flashing import look

    return look(selection, url, form)
