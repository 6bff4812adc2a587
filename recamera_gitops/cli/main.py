"""The entry point: one command, one exit code, and every error in words.

Here is the only broad `except` of the command line. What is expected becomes one clear message; what
is not is called a defect, and neither shows a traceback unless `--debug` asks for one.
"""

import gc
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import click

from recamera_gitops import __version__
from recamera_gitops.cli import completing
from recamera_gitops.cli.failures import explained
from recamera_gitops.cli.lazy import LazyGroup
from recamera_gitops.cli.verbs import VERBS
from recamera_gitops.errors import ExitCode

if TYPE_CHECKING:
    import io

# A plan of a large fleet is a great many values that live to the end and refer to nothing that would have
# to be collected: a sixth of its time went into looking for that.
_RARELY: Final = (50_000, 20, 100)

program = LazyGroup(
    name="recamera-gitops",
    verbs=VERBS,
    help="Cameras as code: plan, apply and prove the configuration of reCamera fleets.\n\n"
    "Every command explains itself: recamera-gitops COMMAND --help\n\n"
    "Example: recamera-gitops plan 'gate-*' --steps",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
program = click.version_option(__version__, prog_name="recamera-gitops")(program)


def run(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and end the process."""
    for stream in (sys.stdout, sys.stderr):
        _always_utf8(stream)
    gc.set_threshold(*_RARELY)
    given = list(sys.argv[1:] if arguments is None else arguments)
    sys.exit(main(given))


def main(arguments: list[str]) -> int:
    """Run one command; the answer is the exit code."""
    if completing.ASKED in os.environ:
        completing.answer(program)
        return ExitCode.DONE
    try:
        result = program.main(arguments, "recamera-gitops", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        _stop_writing()
        return ExitCode.ERROR
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the one at the top
        return explained(error, debug="--debug" in arguments)
    return int(result or ExitCode.DONE)


def _always_utf8(stream: "io.TextIOWrapper | object") -> None:
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", errors="backslashreplace")


def _stop_writing() -> None:
    """Nobody reads any more: what is still buffered goes nowhere, quietly."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
