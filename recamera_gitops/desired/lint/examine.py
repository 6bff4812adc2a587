"""Everything that `validate` says of a repository."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from recamera_gitops.desired.comments import Ignore, heeded, ignores
from recamera_gitops.desired.document import parse
from recamera_gitops.desired.drifting import Today
from recamera_gitops.desired.files import unread
from recamera_gitops.desired.findings import in_order
from recamera_gitops.desired.fleet import Loading
from recamera_gitops.desired.lint.checks import lint
from recamera_gitops.desired.lint.sources import Sources
from recamera_gitops.desired.nodes import Mapping as Document
from recamera_gitops.desired.nodes import text_at
from recamera_gitops.desired.overlay import EMPTY, Profiles
from recamera_gitops.desired.state import Fleet
from recamera_gitops.errors import Diagnostic, InvalidInput


@dataclass(frozen=True, slots=True)
class Examined:
    """The fleet, None where the files make none, and every complaint in the order of the files."""

    fleet: Fleet | None
    diagnostics: tuple[Diagnostic, ...]


def examine(root: Path, today: Today | None = None) -> Examined:
    """Load a repository, and ask every rule about what can be used; comments are heeded."""
    loading = Loading(root)
    try:
        fleet = loading.fleet()
    except InvalidInput as error:
        _, wrong = _comments(loading.files.commented)
        return Examined(None, in_order((*error.diagnostics, *wrong)))
    files, beside = loading.files, unread(root)
    sources = Sources(
        fleet,
        files.fleet or EMPTY,
        Profiles(_named(files.profiles, "profile").items()),
        _named(files.devices, "device"),
        files.known,
        tuple(beside),
        today,
    )
    readable = {name: text for name, text in beside.items() if not parse(text, name)[1]}
    ignored, wrong = _comments({**files.commented, **readable})
    said = heeded((*fleet.warnings, *lint(sources)), ignored)
    return Examined(fleet, in_order((*said, *wrong)))


def _named(documents: tuple[Document, ...], key: str) -> dict[str, Document]:
    return {text_at(each, key) or "": each for each in documents}


def _comments(
    files: Mapping[str, bytes],
) -> tuple[tuple[Ignore, ...], tuple[Diagnostic, ...]]:
    """What is ignored in all of them, and what is wrong with their comments."""
    read = [ignores(content, name) for name, content in files.items()]
    return (
        tuple(each for found, _ in read for each in found),
        tuple(each for _, wrong in read for each in wrong),
    )
