"""Errors in words on stderr, and the exit code that each ends with."""

import errno
import traceback
from typing import Final

import click

from recamera_gitops.errors import ExitCode, InvalidInput, Locked, RecameraError, Refused
from recamera_gitops.report.diagnostics import line
from recamera_gitops.report.values import harmless
from recamera_gitops.secret import foreign, printable

_DEFECT: Final = (
    "this is a defect of recamera-gitops, not of your files\n"
    "    hint: run it again with --debug and report what it shows"
)

# Libraries that only an extra brings.
_EXTRAS: Final = {
    "aiohttp": "pip install 'recamera-gitops[emulator]'",
    "av": "pip install 'recamera-gitops[snapshot]'",
    "distributed": "pip install 'recamera-gitops[dask]'",
}
_BUSY: Final = (
    "error: something else listens at that address\n    hint: choose another --port or --address"
)


def explained(error: BaseException, *, debug: bool) -> ExitCode:
    """Say what happened, and how the process ends."""
    if debug and not isinstance(error, click.ClickException):
        _say(_trace(error))
    message, code = _worded(error)
    if message:
        _say(message)
    return code


def _worded(error: BaseException) -> tuple[str, ExitCode]:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error.format_message(), ExitCode.USAGE
    if isinstance(error, click.UsageError):
        return _usage(error), ExitCode.USAGE
    if isinstance(error, click.Abort | KeyboardInterrupt):
        return "interrupted", ExitCode.INTERRUPTED
    if isinstance(error, RecameraError):
        return _known(error), error.exit_code
    return _surprise(error), ExitCode.ERROR


def _surprise(error: BaseException) -> str:
    """What was not raised on purpose: the machine's doing, or a defect."""
    if isinstance(error, ModuleNotFoundError) and error.name in _EXTRAS:
        return f"error: {error.name} is missing\n    hint: {_EXTRAS[error.name]}"
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return _BUSY
    if isinstance(error, click.ClickException | OSError):
        return f"error: {foreign(str(error))}"
    return f"error: {type(error).__name__}: {_DEFECT}"


def _usage(error: click.UsageError) -> str:
    message = f"error: {printable(error.format_message())}"
    if error.ctx is None:
        return message
    path = error.ctx.command_path
    return f"{message}\n    hint: {path} --help shows what it takes"


def _known(error: RecameraError) -> str:
    if isinstance(error, InvalidInput):
        return "\n".join(line(each) for each in error.diagnostics)
    rules = [line(each) for each in error.diagnostics] if isinstance(error, Refused) else []
    lines = [f"error: {foreign(each)}" for each in str(error).splitlines()]
    if isinstance(error, Locked) and error.hint is not None:
        lines.append(f"    hint: {foreign(error.hint)}")
    return "\n".join([*rules, *lines])


def _trace(error: BaseException) -> str:
    """The traceback without values: no locals, and every secret known by now masked."""
    text = "".join(traceback.format_exception(error))
    return "\n".join(foreign(each) for each in text.splitlines())


def _say(text: str) -> None:
    click.echo(harmless(text), err=True)
