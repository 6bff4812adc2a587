"""New files of a repository, as a person would have written them: short, and in order. Pure."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Mapping as Keyed
from typing import Any, Final

from recamera_gitops.desired.arrivals import Arrival
from recamera_gitops.desired.document import parse
from recamera_gitops.desired.nodes import Mapping, value_of
from recamera_gitops.desired.rewrite import Edit, declared_order, rewritten
from recamera_gitops.desired.writing import block, literal
from recamera_gitops.exchange import Json
from recamera_gitops.resources.stating import steps_to, tree_of
from recamera_gitops.secret import Secret

Spelled = Callable[[str, Secret], str]

_MODELINE: Final = "# yaml-language-server: $schema="
_SCHEMAS: Final = "../schemas"
_UNSEEN: Final = "# Set by a profile, but it cannot be seen, or not be so, on this camera.\n"


def device_text(
    arrival: Arrival,
    values: Keyed[str, Any],
    unmanaged: Sequence[str],
    spelled: Spelled,
    existing: Keyed[str, bytes],
) -> str:
    """The file of one device; `spelled` is the reference that stands for a secret at a path."""
    head = value_of(arrival.document)
    names = {key: head[key] for key in ("device", "host")}
    rest = {key: value for key, value in head.items() if key not in names}
    aside = f"\n{_UNSEEN}{block({'unmanaged': [*unmanaged]})}" if unmanaged else ""
    config = _config(values, spelled)
    return _modeline("device", existing) + block({**names, **rest}) + aside + config


def profile_text(
    name: str, values: Keyed[str, Any], spelled: Spelled, existing: Keyed[str, bytes]
) -> str:
    """The file of a new profile."""
    return _modeline("profile", existing) + block({"profile": name}) + _config(values, spelled)


def extended(content: bytes, values: Keyed[str, Any], spelled: Spelled) -> bytes:
    """A profile that states these settings too; what it has said before, and its comments, stay."""
    (document, *_), _ = parse(content, "")
    if isinstance(document, Mapping) and document.get("config") is None:
        text = content.decode("utf-8")
        return (text.rstrip("\n") + "\n" + _config(values, spelled)).encode("utf-8")
    edits = (
        Edit(0, ("config", *steps_to(path)), _written(path, values[path], spelled))
        for path in _in_order_of_declaration(values)
    )
    return rewritten(content, edits)


def _in_order_of_declaration(paths: Iterable[str]) -> list[str]:
    """The paths as they would stand in a file."""
    tree = _in_order(tree_of({path: path for path in paths}), ("config",))
    return [*_texts(tree)]


def _texts(tree: Json) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
        return
    for inner in tree.values():
        yield from _texts(inner)


def _config(values: Keyed[str, Any], spelled: Spelled) -> str:
    """The settings below `config`, families apart where one of them takes several lines."""
    written = {path: _written(path, value, spelled) for path, value in values.items()}
    tree = _in_order(tree_of(written), ("config",))
    parts = [block({family: tree[family]}, 1) for family in tree]
    return "".join(["\nconfig:\n", *_apart(parts)]) if parts else ""


def _apart(parts: list[str]) -> Iterator[str]:
    before = "\n"
    for part in parts:
        long = part.count("\n") > 1 or before.count("\n") > 1
        yield "\n" + part if long and before != "\n" else part
        before = part


def _in_order(tree: Json, steps: tuple[str, ...]) -> Json:
    """Keys as they are declared; those that files choose stay as they are."""
    if not isinstance(tree, dict):
        return tree
    order = declared_order(steps)
    keys = sorted(tree, key=lambda key: order.index(key) if key in order else len(order))
    return {key: _in_order(tree[key], (*steps, key)) for key in keys}


def _written(path: str, value: Json, spelled: Spelled) -> Json:
    if isinstance(value, Secret):
        return spelled(path, value)
    if isinstance(value, str):
        return literal(value)
    if isinstance(value, list):
        return [_written(path, each, spelled) for each in value]
    if isinstance(value, dict):
        return {key: _written(path, each, spelled) for key, each in value.items()}
    return value


def _modeline(kind: str, existing: Keyed[str, bytes]) -> str:
    """The line by which editors find the schema: as the neighbours have it."""
    for file, content in existing.items():
        first = content.partition(b"\n")[0].decode("utf-8", "replace").rstrip()
        if file.startswith(f"{kind}s/") and first.startswith(_MODELINE):
            return first + "\n"
    return f"{_MODELINE}{_SCHEMAS}/{kind}.schema.json\n"
