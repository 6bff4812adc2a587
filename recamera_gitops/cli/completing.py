"""Answers to a shell that completes a command line: one candidate a line, and never an error.

The scripts ask by environment variables, since a line that is not finished is no list of arguments.
"""

import contextlib
import os
from collections.abc import Mapping
from typing import Final

import click
from click.shell_completion import CompletionItem, ShellComplete, split_arg_string

ASKED: Final = "_RECAMERA_GITOPS_COMPLETE"
_LINE: Final = "_RECAMERA_GITOPS_LINE"
# Characters at which the shell begins a new word, though the program does not.
_BREAKS: Final = "_RECAMERA_GITOPS_BREAKS"
_QUOTES: Final = ("'", '"')


def answer(program: click.Command) -> None:
    """Say every candidate for the last word of the line: kind, value and help, with tabs between them."""
    with contextlib.suppress(Exception):
        for line in candidates(program, os.environ):
            click.echo(line)


def candidates(program: click.Command, environment: Mapping[str, str]) -> list[str]:
    """The lines of the answer."""
    line = environment.get(_LINE, "")
    _, *words = split_arg_string(line)
    last = words.pop() if words and not line[-1].isspace() else ""
    option = last.partition("=")[0] + "=" if last.startswith("-") and "=" in last else ""
    known = _known(line, last, environment.get(_BREAKS, ""))
    found = ShellComplete(program, {}, program.name or "", ASKED).get_completions(words, last)
    return [_line(each, f"{option}{each.value}".removeprefix(known)) for each in found]


def _known(line: str, last: str, breaks: str) -> str:
    """The part of the last word that the shell takes for words before it; a quoted word is one word."""
    if line[: len(line) - len(last)].endswith(_QUOTES):
        return ""
    end = max((last.rfind(each) for each in "=:" if each in breaks), default=-1)
    return last[: end + 1]


def _line(item: CompletionItem, value: str) -> str:
    says = " ".join((item.help or "").split())
    return f"{item.type}\t{value}\t{says}"
