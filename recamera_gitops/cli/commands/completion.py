"""`completion`: what a shell needs to complete names, labels, paths and options."""

import click

from recamera_gitops.cli import console, options
from recamera_gitops.cli.scripts import SCRIPTS
from recamera_gitops.errors import ExitCode

_EXAMPLES = """\
\b
Example:
  recamera-gitops completion bash > ~/.local/share/bash-completion/completions/rcg
  recamera-gitops completion zsh > "${fpath[1]}/_rcg"
  recamera-gitops completion fish > ~/.config/fish/completions/rcg.fish
"""


@click.command("completion", epilog=_EXAMPLES)
@click.argument("shell", type=click.Choice(tuple(SCRIPTS)))
@options.debug
def command(shell: str) -> ExitCode:
    """Print the script with which a shell completes cameras, labels, paths and options.

    Cameras and labels are those of the fleet that you are in, or that -C names. To try it at once:
    source <(rcg completion bash), the same with zsh, or rcg completion fish | source.
    """
    console.result(SCRIPTS[shell])
    return ExitCode.DONE
