"""Files of a repository put into their one form, one by one: read, checked and formatted, not yet written."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import BaseModel

from recamera_gitops.desired.catalogue import is_secret
from recamera_gitops.desired.document import LARGEST_FILE, LINE_END, extents, parse
from recamera_gitops.desired.files import FLEET_FILE, contents, yaml_files
from recamera_gitops.desired.fleet import by_itself
from recamera_gitops.desired.formatting import formatted
from recamera_gitops.desired.models import DeviceFile, FleetFile, ProfileFile
from recamera_gitops.desired.nodes import Mapping, Node, Scalar, scalars
from recamera_gitops.desired.references import masked
from recamera_gitops.errors import Diagnostic, InvalidInput, Place
from recamera_gitops.rules import Severity

_MODELS: Final[dict[str, type[BaseModel]]] = {
    "": FleetFile,
    "profiles": ProfileFile,
    "devices": DeviceFile,
}
_MASK: Final = "•••"


@dataclass(frozen=True, slots=True)
class Reformatted:
    """A file, what it says, and the same in its one form."""

    path: Path
    before: str
    after: str

    @property
    def differs(self) -> bool:
        """Whether the file is not in its form."""
        return self.before != self.after


def files_of(root: Path) -> list[Path]:
    """Every file of a repository that people write."""
    directories = (root / name for name in _MODELS if name)
    inside = (yaml_files(directory.iterdir()) for directory in directories if directory.is_dir())
    return [root / FLEET_FILE, *(path for paths in inside for path in paths)]


def reformat(path: Path, root: Path) -> Reformatted:
    """A file of a repository and its one form; InvalidInput where it cannot be used as it is."""
    name = Path(os.path.relpath(path, root)).as_posix()
    model = _model_of(name)
    if model is None or not path.resolve().is_relative_to(root.resolve()):
        hint = "those are fleet.yaml, profiles/*.yaml and devices/*.yaml"
        raise _unusable("not-of-the-fleet", "this is not a file of the fleet", name, hint)
    try:
        content = contents(path, LARGEST_FILE)
    except OSError as error:
        raise _unusable("unreadable", f"cannot be read: {error.strerror}", name) from None
    nodes, found = parse(content, name)
    errors = [*found, *(each for node in nodes for each in _problems(node, model))]
    if errors:
        raise InvalidInput(errors)
    before = content.decode("utf-8")
    after = formatted(before, model)
    if after is None:
        raise _unusable(
            "not-formatted", "this cannot be formatted without changing its meaning", name
        )
    return Reformatted(path, before, after)


def _unusable(rule: str, message: str, name: str, hint: str | None = None) -> InvalidInput:
    return InvalidInput([Diagnostic(rule, message, place=Place(name, 1, 1), hint=hint)])


def _model_of(name: str) -> type[BaseModel] | None:
    directory, _, file = name.rpartition("/")
    is_known = file == FLEET_FILE if not directory else file.endswith((".yaml", ".yml"))
    return _MODELS.get(directory) if is_known else None


def _problems(node: Node, model: type[BaseModel]) -> Iterator[Diagnostic]:
    """The errors of a document that show in it alone."""
    if isinstance(node, Mapping):
        _, found = by_itself(model, node, lambda _: True)
        yield from (each for each in found if each.severity is Severity.ERROR)
    elif not (isinstance(node, Scalar) and node.plain and not node.text):
        yield Diagnostic("wrong-type", "expected a mapping", place=node.place)


def without_secrets(text: str) -> str:
    """The text of a file with every secret hidden that is written out in it, and line feeds alone."""
    text = LINE_END.sub("\n", text)
    nodes, _ = parse(text.encode(), "")
    secrets = {
        (scalar.place.line, scalar.place.column): scalar
        for node in nodes
        for path, scalar in scalars(node)
        if is_secret(path)
    }
    shown, at = [], 0
    for extent in extents(text):
        line, before = text.count("\n", 0, extent.start) + 1, text.rfind("\n", 0, extent.start)
        found = secrets.pop((line, extent.start - before), None)
        if found is not None:
            written = text[extent.start : extent.end]
            shown += [text[at : extent.start], _hidden(found, written)]
            at = extent.end
    if secrets:
        raise LookupError("a secret is not where it was read")
    return "".join([*shown, text[at:]])


def _hidden(scalar: Scalar, written: str) -> str:
    """A secret as it is written where it consists of references, else what may be seen of it."""
    value = scalar.value
    shown = _MASK if isinstance(value, int | float) else masked(value or "")
    if shown == value or value is None:
        return written
    quote = written[0] if written[0] in ("'", '"') else ""
    return f"{quote}{shown}{quote}" + ("\n" if written.endswith("\n") else "")
