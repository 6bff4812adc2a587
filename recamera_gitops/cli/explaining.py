"""`explain`: what a camera is to be, and which line says so."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from recamera_gitops.cli import console
from recamera_gitops.cli.root import root_of
from recamera_gitops.cli.selection import Selection
from recamera_gitops.desired.catalogue import checked_addresses
from recamera_gitops.desired.explain import explain as explained
from recamera_gitops.desired.fleet import loaded
from recamera_gitops.desired.messages import echo
from recamera_gitops.desired.selectors import select
from recamera_gitops.errors import Diagnostic, ExitCode, InvalidInput
from recamera_gitops.report.explained import explanation_json, explanation_text
from recamera_gitops.report.values import document
from recamera_gitops.resources.declared import is_below
from recamera_gitops.resources.explained import Explanation

CONNECTION: Final = "connection"


def explain(selection: Selection, path: str | None, form: str) -> ExitCode:
    """Load, look for the reasons, show; no camera is asked."""
    found = loaded(root_of(selection.directory))
    if path is not None and path != CONNECTION:
        checked_addresses((path,))
    device, *others = select(found.fleet, selection.names)
    if others:
        message = f"{echo(selection.names[0])} matches several devices; explain takes one"
        raise InvalidInput([Diagnostic("unknown-device", message)])
    console.result(_VIEWS[form](_narrowed(explained(found, device), path)))
    return ExitCode.DONE


def _narrowed(explanation: Explanation, path: str | None) -> Explanation:
    if path is None:
        return explanation
    if path == CONNECTION:
        return replace(explanation, settings=(), path=path)
    kept = tuple(each for each in explanation.settings if _speaks_of(each.path, path))
    return replace(explanation, connection=(), settings=kept, path=path)


def _speaks_of(setting: str, path: str) -> bool:
    """Whether a setting stands below a path, or takes in what does."""
    return is_below(setting, path) or is_below(path, setting)


def _text(explanation: Explanation) -> str:
    return explanation_text(explanation, console.paint())


def _json(explanation: Explanation) -> str:
    return document(explanation_json(explanation)) + "\n"


_VIEWS: Final[Mapping[str, Callable[[Explanation], str]]] = {"text": _text, "json": _json}
