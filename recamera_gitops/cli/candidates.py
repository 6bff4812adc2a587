"""What an argument may be completed to, found fast: a glance at the files, and libraries only where they count.

Nothing here ever fails: where something cannot be read, less is offered.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatchcase
from importlib import import_module
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

import click
from click.shell_completion import CompletionItem

from recamera_gitops.cli.root import root_of
from recamera_gitops.errors import InvalidInput
from recamera_gitops.rules import LINT_RULES, RULES

_DEVICE: Final = re.compile(r"""^device:[ \t]*["']?([A-Za-z0-9][A-Za-z0-9._-]*)""", re.MULTILINE)
_LABELS: Final = re.compile(
    r"^labels:(?:[ \t]*\{([^}]*)\}|[^\n]*\n((?:[ \t]+[^\n]*\n?)*))", re.MULTILINE
)
_LABEL: Final = re.compile(
    r"""(?:^|[\s,{])["']?([A-Za-z0-9][A-Za-z0-9._-]*)["']?:[ \t]+["']?([^\s,}"'#]+)"""
)
_GLOB: Final = re.compile(r"[*?\[]")
_DIVIDER: Final = re.compile(r"^---", re.MULTILINE)
# A candidate that goes on: no space is put behind it.
PART: Final = "part"
Complete: TypeAlias = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


class Seen(NamedTuple):
    """A device as a glance at its file shows it."""

    name: str
    file: str
    labels: dict[str, str]


def devices(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Names of cameras, or a pattern that some of them match."""
    del param
    seen = list(_seen(ctx))
    if _GLOB.search(incomplete):
        matched = [each for each in seen if fnmatchcase(each.name, incomplete)]
        return (
            [CompletionItem(incomplete, help=f"{len(matched)} of {len(seen)}")] if matched else []
        )
    given = ctx.params.get("names") or ()
    return [
        CompletionItem(each.name, help=each.file)
        for each in seen
        if each.name.startswith(incomplete) and each.name not in given
    ]


def among(words: Iterable[str]) -> Complete:
    """What completes to one of these words."""

    def found(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        del ctx, param
        return [CompletionItem(each) for each in words if each.startswith(incomplete)]

    return found


def plans_and_devices(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """What `apply` takes: a saved plan, or cameras."""
    found = devices(ctx, param, incomplete)
    return found if ctx.params.get("names") else [*found, CompletionItem(incomplete, type="file")]


def selectors(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Keys of labels, and behind an equals sign the values that they have."""
    del param
    head, comma, term = incomplete.rpartition(",")
    key, sign, value = re.split(r"(!?==?|$)", term, maxsplit=1)
    seen = list(_seen(ctx))
    if not sign:
        keys = sorted({each for device in seen for each in device.labels})
        return [
            CompletionItem(f"{head}{comma}{each}=", type=PART)
            for each in keys
            if each.startswith(key)
        ]
    values = sorted({device.labels[key] for device in seen if key in device.labels})
    return [
        CompletionItem(f"{head}{comma}{key}{sign}{each}")
        for each in values
        if each.startswith(value)
    ]


def paths(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Paths below `config`, one step at a time."""
    del ctx, param
    known: tuple[str, ...] = import_module("recamera_gitops.desired.catalogue").every_path()
    inner = incomplete in known
    depth = incomplete.count(".") + inner
    found = (each for each in known if each.startswith(incomplete) and each.count(".") <= depth)
    return [CompletionItem(each, type=PART if _goes_on(each, known) else "plain") for each in found]


def _goes_on(path: str, known: tuple[str, ...]) -> bool:
    return any(each.startswith(f"{path}.") for each in known)


def flavours(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Names of flavours, and what each is."""
    del ctx, param
    known: dict[str, str] = import_module("recamera_gitops.emulator.flavours").FLAVOURS
    found = (name for name in known if name.startswith(incomplete))
    return [CompletionItem(name, help=known[name]) for name in found]


def locks(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """What may be unlocked, and which camera that is about."""
    del param
    try:
        found: list[tuple[str, str]] = import_module("recamera_gitops.cli.locking").known(
            ctx.params.get("directory")
        )
    except (InvalidInput, OSError):
        return []
    return [CompletionItem(each, help=what) for each, what in found if each.startswith(incomplete)]


def rules(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Rules that may be made graver or less grave."""
    del ctx, param
    every = CompletionItem("all", help="Every rule that is a warning.")
    found = [every, *(CompletionItem(name, help=RULES[name].says) for name in LINT_RULES)]
    return [each for each in found if each.value.startswith(incomplete)]


def runs(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Names of runs that have a journal, the latest first."""
    del param
    try:
        folder = root_of(ctx.params.get("directory")) / ".recamera" / "runs"
        names = sorted((each.name for each in folder.iterdir()), reverse=True)
    except (InvalidInput, OSError):
        return []
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


def _seen(ctx: click.Context) -> Iterator[Seen]:
    """Every device of the repository that is meant, by name."""
    try:
        root = root_of(ctx.params.get("directory"))
        files = [*(root / "devices").glob("[!.]*.yaml"), *(root / "devices").glob("[!.]*.yml")]
    except (InvalidInput, OSError):
        return
    yield from sorted(each for file in files for each in _in_file(file))


def _in_file(file: Path) -> Iterator[Seen]:
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    for document in _DIVIDER.split(text):
        device, labels = _DEVICE.search(document), _LABELS.search(document)
        if device is not None:
            found = dict(_LABEL.findall(labels[1] or labels[2] or "")) if labels else {}
            yield Seen(device[1], f"devices/{file.name}", found)
