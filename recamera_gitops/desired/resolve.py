"""Secrets and files at the last moment, for one device at a time.

Secrets come from the environment and from files; a file that a camera is to have is measured.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from recamera_gitops.artifact import Artifact
from recamera_gitops.desired.artifacts import artifact, names_file
from recamera_gitops.desired.catalogue import is_secret
from recamera_gitops.desired.files import contents
from recamera_gitops.desired.messages import check, echo, under
from recamera_gitops.desired.nodes import Mapping as MappingNode
from recamera_gitops.desired.nodes import Node, Scalar
from recamera_gitops.desired.references import Kind, Reference, Template
from recamera_gitops.desired.state import Device
from recamera_gitops.errors import Diagnostic, InvalidInput, Place
from recamera_gitops.resources.catalog import Config
from recamera_gitops.resources.declared import Declared, Wish
from recamera_gitops.secret import Secret

_LARGEST_SECRET: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class ConnectionSecrets:
    """What a device is logged in with, as far as its files state it."""

    password: Secret | None = None
    token: Secret | None = None


def resolve(
    device: Device, environment: Mapping[str, str], root: Path
) -> tuple[Declared, ConnectionSecrets]:
    """The wishes with every secret in place, and the login; InvalidInput with all that is lacking."""
    resolving = _Resolving(environment, root)
    settings = device.connection
    login = ConnectionSecrets(resolving.secret(settings.password), resolving.secret(settings.token))
    declared: dict[str, Wish] = {}
    for path, wish in device.declared.items():
        if isinstance(wish.value, Template):
            secret = resolving.secret(wish.value)
            declared[path] = Wish(secret, wish.place)
        elif names_file(path):
            declared[path] = Wish(resolving.file(path, wish), wish.place)
        else:
            declared[path] = wish
    problems = [*resolving.problems, *_misfits(declared)]
    if problems:
        raise InvalidInput(problems)
    return declared, login


class _Resolving:
    """One run: what could not be resolved is kept in `problems`."""

    def __init__(self, environment: Mapping[str, str], root: Path) -> None:
        self.problems: list[Diagnostic] = []
        self._environment = environment
        self._root = root

    def secret(self, template: Template | None) -> Secret | None:
        """The secret that a template makes; None, and a problem, where a part is lacking."""
        if template is None:
            return None
        texts = [self._text(part, template) for part in template.parts]
        if None in texts:
            return None
        return Secret("".join(str(text) for text in texts))

    def file(self, path: str, wish: Wish) -> Artifact | None:
        """The file that a wish names; None, and a problem, where it cannot be used."""
        found = artifact(path, wish, self._root)
        if isinstance(found, Artifact):
            return found
        self.problems.append(found)
        return None

    def _text(self, part: str | Reference, template: Template) -> str | None:
        if isinstance(part, str):
            return part
        if part.kind is Kind.ENV:
            return self._variable(part, template)
        return self._file(part, template)

    def _variable(self, reference: Reference, template: Template) -> str | None:
        value = self._environment.get(reference.name) or reference.default
        if value is None:
            state = "empty" if reference.name in self._environment else "not set"
            message = f"the environment variable {reference.name} is {state}"
            self._problem("unset-variable", message, template)
        elif not _is_text(value):
            message = f"the environment variable {reference.name} is not UTF-8"
            self._problem("encoding", message, template)
            return None
        return value

    def _file(self, reference: Reference, template: Template) -> str | None:
        path = self._root / reference.name
        if not path.resolve().is_relative_to(self._root.resolve()):
            message = f"{echo(reference.name)} leads out of the repository"
            self._problem("outside", message, template)
            return None
        try:
            return _content(path)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "is not a short text"
            message = f"{echo(reference.name)} cannot be read: {reason}"
            self._problem("unreadable", message, template)
            return None

    def _problem(self, rule: str, message: str, template: Template) -> None:
        self.problems.append(Diagnostic(rule, message, template.path, template.place))


def _is_text(value: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in value)


def _content(path: Path) -> str:
    content = contents(path, _LARGEST_SECRET)
    if len(content) > _LARGEST_SECRET:
        raise ValueError("too large")
    return content.decode("utf-8").removesuffix("\n").removesuffix("\r")


def _misfits(declared: Declared) -> Iterator[Diagnostic]:
    """Resolved secrets that the camera would not take: too short, of the wrong form."""
    root = _tree({p: w for p, w in declared.items() if isinstance(w.value, Secret)})
    _, found = check(Config, root, lambda path: is_secret(f"config.{path}"), lambda _: False)
    return under("config", found)


def _tree(wishes: Declared) -> MappingNode:
    tree: dict[str, Any] = {}
    nowhere = Place("", 1, 1)
    for path, wish in wishes.items():
        *parents, last = path.split(".")
        level = tree
        for parent in parents:
            level = level.setdefault(parent, {})
        level[last] = Scalar(wish.place or nowhere, wish.value.reveal(), "", plain=False)
    return _node(tree, nowhere)


def _node(tree: dict[str, Any], place: Place) -> MappingNode:
    items: dict[str, Node] = {
        key: _node(value, place) if isinstance(value, dict) else value
        for key, value in tree.items()
    }
    return MappingNode(place, items, dict.fromkeys(items, place))
