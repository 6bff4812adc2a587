"""What became of cameras that were to be taken into the files. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from recamera_gitops.errors import ExitCode
from recamera_gitops.report.paint import Paint, plain
from recamera_gitops.report.rows import notices
from recamera_gitops.report.values import bounded, counted, names
from recamera_gitops.secret import printable

_WIDEST_REASON: Final = 400
_LEFT_ALONE: Final = (
    "Firmware, models and what is not in force are left alone; --all declares them too."
)


@dataclass(frozen=True, slots=True)
class Imported:
    """One camera: how many settings its own file states, or why it has no file."""

    device: str
    host: str
    file: str
    settings: int = 0
    notes: tuple[str, ...] = ()
    error: str | None = None
    exit_code: ExitCode = ExitCode.DONE


@dataclass(frozen=True, slots=True)
class Setting:
    """A variable to be set, and the settings that it stands for: device (or profile), path."""

    variable: str
    uses: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ImportRows:
    """Everything that an import has to say: `profile` is the shared one, with its settings."""

    cameras: tuple[Imported, ...]
    profile: tuple[str, int] | None
    variables: tuple[Setting, ...]
    everything: bool


def imported_text(rows: ImportRows, paint: Paint = plain) -> str:
    """A line for every file, the variables to be set, what was left out, and how it ended."""
    done = [each for each in rows.cameras if each.error is None]
    lines = [
        *_table(rows, paint),
        *_variables(rows.variables),
        *_left_out(rows, done),
        _closing(rows, done),
    ]
    return "\n".join(lines) + "\n"


def _table(rows: ImportRows, paint: Paint) -> Iterator[str]:
    shared = [] if rows.profile is None else [("every camera", *rows.profile)]
    entries = [(each.device, each.file, each.settings) for each in rows.cameras if not each.error]
    first = max([len("camera"), *(len(printable(each.device)) for each in rows.cameras)])
    first = max(first, *(len(each[0]) for each in shared), 0) if shared else first
    second = max([len("file"), *(len(each[1]) for each in (*shared, *entries))])
    yield paint("heading", f"{'camera':<{first}}  {'file':<{second}}  settings")
    for who, file, count in (*shared, *entries):
        yield f"{printable(who):<{first}}  {file:<{second}}  {count:>8}"
    for each in rows.cameras:
        if each.error is not None:
            reason = bounded(printable(each.error), _WIDEST_REASON)
            yield f"{printable(each.device):<{first}}  {paint('trouble', f'not imported: {reason}')}"
    yield ""


def _variables(variables: Sequence[Setting]) -> Iterator[str]:
    if not variables:
        return
    yield "Secrets stand as variables in the files; these have to be set to what the cameras have now:"
    for each in variables:
        paths = list(dict.fromkeys(path for _, path in each.uses))
        who = list(dict.fromkeys(name for name, _ in each.uses if name))
        of = f" of {names(who)}" if who else ""
        yield f"    {each.variable}   {names(paths)}{of}"
    yield ""


def _left_out(rows: ImportRows, done: Sequence[Imported]) -> Iterator[str]:
    found = notices((each.device, note) for each in done for note in each.notes)
    for each in found:
        yield f"{names(each.devices)}: {bounded(printable(each.text), _WIDEST_REASON)}"
    if done and not rows.everything:
        yield _LEFT_ALONE
    if found or (done and not rows.everything):
        yield ""


def _closing(rows: ImportRows, done: Sequence[Imported]) -> str:
    failed = len(rows.cameras) - len(done)
    lost = f"; {counted(failed, 'camera')} not imported" if failed else ""
    if not done:
        return f"Import: nothing was written{lost}."
    return f"Import: {counted(len(done), 'camera')}; a plan shows no changes{lost}."
