"""`--error RULE` and `--warning RULE`: how grave a rule is, in the order in which it is said."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from recamera_gitops.cli import candidates
from recamera_gitops.rules import Severity

Command = TypeVar("Command", bound=Callable[..., Any])


class LevelledCommand(click.Command):
    """A command that takes `levels`: pairs of a severity and a rule, the last ones winning.

    What click keeps for each option by itself has lost in which order they stood.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse, and join both options."""
        _, _, order = self.make_parser(ctx).parse_args(args=list(args))
        rest = super().parse_args(ctx, args)
        given = {str(name): iter(ctx.params.pop(name) or ()) for name in Severity}
        names = (parameter.name for parameter in order)
        ctx.params["levels"] = [(name, next(given[name])) for name in names if name in given]
        return rest


def options(command: Command) -> Command:
    """`--error` and `--warning`, for a `LevelledCommand`."""
    warning = click.option(
        "-W",
        "--warning",
        metavar="RULE",
        multiple=True,
        shell_complete=candidates.rules,
        help="Make a rule a warning again; of several options about a rule the last one wins.",
    )
    error = click.option(
        "-E",
        "--error",
        metavar="RULE",
        multiple=True,
        shell_complete=candidates.rules,
        help="Make a rule an error, such as open-stream, or all that are warnings with `all`.",
    )
    return error(warning(command))
