"""Secrets and files at the last moment: references are looked up, files for cameras measured."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from recamera_gitops.artifact import Artifact
from recamera_gitops.desired.artifacts import artifact, names_file
from recamera_gitops.desired.catalogue import is_secret
from recamera_gitops.desired.lookup import Lookup
from recamera_gitops.desired.messages import check, under
from recamera_gitops.desired.nodes import Mapping as MappingNode
from recamera_gitops.desired.nodes import Node, Scalar
from recamera_gitops.desired.notation import Reference
from recamera_gitops.desired.references import Template
from recamera_gitops.desired.state import Device
from recamera_gitops.errors import Diagnostic, InvalidInput, Place
from recamera_gitops.resources.catalog import Config
from recamera_gitops.resources.declared import Declared, Wish
from recamera_gitops.secret import Secret


@dataclass(frozen=True, slots=True)
class ConnectionSecrets:
    """What a device is logged in with, as far as its files state it."""

    password: Secret | None = None
    token: Secret | None = None


Resolved: TypeAlias = tuple[Declared, ConnectionSecrets]


def resolve_all(devices: Iterable[Device], lookup: Lookup, root: Path) -> dict[str, Resolved]:
    """Every device by name; InvalidInput with all that is lacking on any, each said once."""
    found: dict[str, Resolved] = {}
    lacking: dict[Diagnostic, None] = {}
    for device in devices:
        try:
            found[device.name] = resolve(device, lookup, root)
        except InvalidInput as error:
            lacking |= dict.fromkeys(error.diagnostics)
    if lacking:
        raise InvalidInput(lacking)
    return found


def resolve(device: Device, lookup: Lookup, root: Path) -> Resolved:
    """The wishes with every secret in place, and the login; InvalidInput with all that is lacking."""
    resolving = _Resolving(lookup)
    login = resolving.login(device)
    declared: dict[str, Wish] = {}
    for path, wish in device.declared.items():
        if isinstance(wish.value, Template):
            secret = resolving.secret(wish.value)
            declared[path] = Wish(secret, wish.place)
        elif names_file(path):
            declared[path] = Wish(resolving.file(path, wish, root), wish.place)
        else:
            declared[path] = wish
    problems = [*resolving.problems, *_unusable(device, login, declared)]
    if problems:
        raise InvalidInput(problems)
    return declared, login


def unfit(device: Device, lookup: Lookup) -> Iterator[Diagnostic]:
    """Secrets of a device that can be looked up, but not used."""
    resolving = _Resolving(lookup)
    secrets = {
        path: Wish(secret, wish.place)
        for path, wish in device.declared.items()
        if isinstance(wish.value, Template) and (secret := resolving.secret(wish.value)) is not None
    }
    return _unusable(device, resolving.login(device), secrets)


class _Resolving:
    """One device: what could not be resolved is kept in `problems`."""

    def __init__(self, lookup: Lookup) -> None:
        self.problems: list[Diagnostic] = []
        self._lookup = lookup

    def secret(self, template: Template | None) -> Secret | None:
        """The secret that a template makes; None, and a problem, where a part is lacking."""
        if template is None:
            return None
        texts = [self._text(part, template) for part in template.parts]
        if None in texts:
            return None
        return Secret("".join(str(text) for text in texts))

    def login(self, device: Device) -> ConnectionSecrets:
        """What the device is logged in with, as far as it can be looked up."""
        settings = device.connection
        return ConnectionSecrets(self.secret(settings.password), self.secret(settings.token))

    def file(self, path: str, wish: Wish, root: Path) -> Artifact | None:
        """The file that a wish names; None, and a problem, where it cannot be used."""
        found = artifact(path, wish, root)
        if isinstance(found, Artifact):
            return found
        self.problems.append(found)
        return None

    def _text(self, part: str | Reference, template: Template) -> str | None:
        found = part if isinstance(part, str) else self._lookup.text(part)
        if isinstance(found, str):
            return found
        problem = Diagnostic(found.rule, found.message, template.path, template.place, found.hint)
        self.problems.append(problem)
        return None


def _unusable(device: Device, login: ConnectionSecrets, declared: Declared) -> Iterator[Diagnostic]:
    settings = device.connection
    pairs = ((settings.password, login.password), (settings.token, login.token))
    for template, secret in pairs:
        # A camera would count the attempt, and lock everybody out after a few.
        if template is not None and secret == Secret(""):
            message, hint = "nobody can log in with an empty text", "state none, or fill it"
            yield Diagnostic("empty-secret", message, template.path, template.place, hint)
    yield from _misfits(declared)


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
