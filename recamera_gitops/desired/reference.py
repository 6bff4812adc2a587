"""The reference of all settings as Markdown, read off the declarations."""

import json
from collections.abc import Iterator
from typing import Any, Final, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from recamera_gitops.resources.base import Impact, Leaf, Resource, Section, section_type
from recamera_gitops.resources.catalog import COLLECTIONS, EVERY_RESOURCE, RESOURCES
from recamera_gitops.resources.values import MISSING

_HEADER: Final = """\
# Settings

Everything that can stand below `config:`, read off the declarations; `make schema` writes this page.
The wire key is what the camera calls it, *factory* the value that a camera comes with, where that is
known and no secret, *source* the kind of public material that the fact comes from. A change of a setting
has the impact of its resource unless another one is named. Secrets are marked; they are given as
references such as `${env:NAME}`.
"""
_WIRE: Final = """\
Parts of objects for which there is no setting, keys and values as the camera spells them. A part is laid
over the object that these routes answer, which is written whole, once, together with its settings; types
count, and lists are replaced. What a setting says elsewhere, and secrets, cannot stand here.
"""
_LIMITS: Final = (
    ("ge", "≥ {}"),
    ("gt", "> {}"),
    ("le", "≤ {}"),
    ("min_length", "at least {} long"),
)


def settings_markdown() -> str:
    """The whole page."""
    members = (each.member("<file>") for each in COLLECTIONS)
    every = sorted((*RESOURCES, *members), key=lambda resource: resource.path)
    return _HEADER + "".join(map(_resource, every)) + _routes()


def _routes() -> str:
    """Where objects may be completed in the camera's own words."""
    routes = "".join(f"- `{each.put}`\n" for each in EVERY_RESOURCE if each.beside)
    return f"\n## `wire`\n\n{_WIRE}\n{routes}"


def _resource(resource: Resource) -> str:
    says = (resource.section.__doc__ or "").strip().partition("\n")[0]
    impact = ", ".join(resource.impact)
    asked = resource.confirm_at or resource.address
    asks = f" May need `--confirm {asked}`: {resource.confirm_why}." if resource.confirm else ""
    rows = "".join(_row(resource, leaf) for leaf in resource.leaves)
    return (
        f"\n## `{resource.path}`\n\n{says} Impact: {impact}.{asks}\n\n"
        "| setting | type and range | what it is | wire key | factory | source |\n"
        f"| --- | --- | --- | --- | --- | --- |\n{rows}"
    )


def _row(resource: Resource, leaf: Leaf) -> str:
    info = _field(resource.section, leaf.path)
    own = [each for each in leaf.wire.impact or () if each is not Impact.NONE]
    says = f"{info.description or ''}{' Impact: ' + ', '.join(own) + '.' if own else ''}"
    keys = ", ".join(f"`{key.replace('|', '` or `')}`" for key in leaf.keys)
    cells = (
        f"`{leaf.path}`",
        _type(info, leaf),
        says,
        keys,
        _factory(resource, leaf),
        leaf.wire.source,
    )
    return "| " + " | ".join(_cell(each) for each in cells) + " |\n"


def _factory(resource: Resource, leaf: Leaf) -> str:
    value = resource.factory(leaf)
    return "" if value is MISSING or leaf.wire.codec.sensitive else f"`{_spelled(value)}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _field(section: type[Section], path: str) -> FieldInfo:
    *parents, last = path.split(".")
    for parent in parents:
        inner = section_type(section.model_fields[parent].annotation)
        if inner is None:
            raise TypeError(f"{path} leads through something that is no section")
        section = inner
    return section.model_fields[last]


def _type(info: FieldInfo, leaf: Leaf) -> str:
    if leaf.wire.codec.sensitive:
        return "secret"
    names = ", ".join(dict.fromkeys(_names(info.annotation)))
    limits = [
        spelled.format(value)
        for name, spelled in _LIMITS
        for note in info.metadata
        if (value := getattr(note, name, None)) is not None
    ]
    examples = [f"such as `{_spelled(each)}`" for each in (info.examples or ())[:1]]
    return ", ".join([names, *limits, *examples])


def _spelled(example: object) -> str:
    return example if isinstance(example, str) else json.dumps(example)


def _names(annotation: Any) -> Iterator[str]:  # noqa: ANN401 - a type as pydantic keeps it
    if get_origin(annotation) is Literal:
        yield from (f"`{each}`" for each in get_args(annotation))
    elif get_origin(annotation) is list:
        yield "list"
    elif get_args(annotation):
        for each in get_args(annotation):
            yield from _names(each)
    elif isinstance(annotation, type) and annotation is not type(None):
        yield (
            "mapping"
            if issubclass(annotation, Section)
            else _WORDS.get(annotation, annotation.__name__)
        )


_WORDS: Final[dict[type, str]] = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "`true`, `false`",
}
