"""Errors in words on stderr, and the exit code that each ends with."""

import traceback
from typing import Final

import click

from recamera_gitops.errors import ExitCode, InvalidInput, RecameraError
from recamera_gitops.report.diagnostics import line
from recamera_gitops.report.values import harmless
from recamera_gitops.secret import foreign, printable

_DEFECT: Final = (
    "this is a defect of recamera-gitops, not of your files\n"
    "    hint: run it again with --debug and report what it shows"
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
    if isinstance(error, click.ClickException | OSError):
        return f"error: {foreign(str(error))}", ExitCode.ERROR
    return f"error: {type(error).__name__}: {_DEFECT}", ExitCode.ERROR


def _usage(error: click.UsageError) -> str:
    message = f"error: {printable(error.format_message())}"
    if error.ctx is None:
        return message
    path = error.ctx.command_path
    return f"{message}\n    hint: {path} --help shows what it takes"


def _known(error: RecameraError) -> str:
    if isinstance(error, InvalidInput):
        return "\n".join(line(each) for each in error.diagnostics)
    return f"error: {foreign(str(error))}"


def _trace(error: BaseException) -> str:
    """The traceback without values: no locals, and every secret known by now masked."""
    text = "".join(traceback.format_exception(error))
    return "\n".join(foreign(each) for each in text.splitlines())


def _say(text: str) -> None:
    click.echo(harmless(text), err=True)
