"""A command group that imports a command when it is asked for, and lets options stand before the verb.

`--help` and `--version` answer without any library but click.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from keyword import iskeyword
from typing import Final

import click

_PACKAGE: Final = "recamera_gitops.cli.commands"


@dataclass(frozen=True, slots=True)
class Verb:
    """One command: its module is named like it, with `_` for `-`; `says` is its line in the help."""

    name: str
    says: str

    def load(self, package: str = _PACKAGE) -> click.Command:
        """The command that the module of its name declares; `import_` for `import`, `free_up` for `free-up`."""
        name = self.name.replace("-", "_")
        module = f"{name}_" if iskeyword(name) else name
        command: click.Command = import_module(f"{package}.{module}").command
        command.short_help = self.says
        return command


@dataclass(frozen=True, slots=True)
class Noun:
    """What several verbs are about: `secrets check`. Their modules are in a package named like it.

    Said alone it means its `default`, where it has one.
    """

    name: str
    says: str
    verbs: tuple[Verb, ...]
    default: str | None = None

    @property
    def _alone(self) -> str:
        return f"Without a verb it means {self.default}: recamera-gitops {self.name} {self.default} --help"

    def load(self, package: str = _PACKAGE) -> click.Command:
        """The group of its verbs; none of them is imported yet."""
        return LazyGroup(
            name=self.name,
            verbs=self.verbs,
            package=f"{package}.{self.name}",
            default=self.default,
            help=self.says if self.default is None else f"{self.says}\n\n{self._alone}",
            short_help=self.says,
            epilog=f"\b\nExample:\n  recamera-gitops {self.name} {self.verbs[0].name}",
        )


class LazyGroup(click.Group):
    """Verbs, and nouns with verbs of their own, from a table; see `parse_args` for leading options."""

    def __init__(
        self,
        *,
        verbs: Sequence[Verb | Noun],
        package: str = _PACKAGE,
        default: str | None = None,
        **settings: object,
    ) -> None:
        super().__init__(**settings)  # type: ignore[arg-type]  # click's own keywords
        self.verbs: Mapping[str, Verb | Noun] = {verb.name: verb for verb in verbs}
        self.package = package
        self.default = default

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs in the order of the table."""
        del ctx
        return list(self.verbs)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        del ctx
        verb = self.verbs.get(cmd_name)
        return None if verb is None else verb.load(self.package)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The verbs and what they do, from the table alone."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(verb.name, verb.says) for verb in self.verbs.values()])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse with leading options moved behind the verb."""
        own = {name for parameter in self.get_params(ctx) for name in parameter.opts}
        if args and args[0].startswith("-") and args[0] not in own:
            args = behind_the_verb(args, self.valued_options())
        if self.default is not None and not {*args[:1]} & {*self.verbs, *own}:
            args = [self.default, *args]
        return super().parse_args(ctx, args)

    def every_command(self) -> Iterator[tuple[tuple[str, ...], click.Command]]:
        """All commands with the words that they are called by, those of nouns too."""
        for verb in self.verbs.values():
            command = verb.load(self.package)
            if isinstance(command, LazyGroup):
                for words, inner in command.every_command():
                    yield (verb.name, *words), inner
            else:
                yield (verb.name,), command

    def valued_options(self) -> frozenset[str]:
        """Every spelling of an option that takes a value, of any command."""
        return frozenset(
            spelling
            for _, command in self.every_command()
            for parameter in command.params
            if isinstance(parameter, click.Option) and not parameter.is_flag
            for spelling in (*parameter.opts, *parameter.secondary_opts)
        )


def behind_the_verb(args: Sequence[str], valued: frozenset[str]) -> list[str]:
    """`-C dir --steps plan gate-*` as `plan -C dir --steps gate-*`; unchanged without a verb."""
    position = 0
    while position < len(args) and args[position].startswith("-") and args[position] != "--":
        position += 2 if args[position] in valued else 1
    if position >= len(args) or args[position] == "--":
        return list(args)
    return [args[position], *args[:position], *args[position + 1 :]]
