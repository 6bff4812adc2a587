"""How settings are laid out in a file: the model of `config`, built from the paths of the resources."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from pydantic import Field, create_model

from recamera_gitops.resources.base import Resource, Section
from recamera_gitops.resources.keyed import Collection

# The order in which a file says things, and what those keys mean that no section declares.
_IN_FILES: Final[Mapping[str, str]] = {
    "video": "How each stream is encoded.",
    "stream": "How each stream is offered to viewers, and pushed.",
    "audio": "Sound of the streams and of recordings.",
    "osd": "",
    "image": "The picture itself: its geometry, day and night, and the three scenes.",
    "record": "What is recorded, when, where to, and what starts it.",
    "models": "",
    "inference": "",
    "notify": "",
    "network": "The networks that the camera joins.",
    "system": "The camera as a machine: its clock, its services, and the ways in.",
    "firmware": "",
    "wire": "Parts of objects for which there is no setting, in the camera's own spelling.",
    "day_night": "",
    "scenes": "Three looks of the picture; image.day_night says when each is in force.",
    "general": "The scene for any light.",
    "day": "The scene for the day.",
    "night": "The scene for the night.",
    "schedule": "",
    "trigger": "",
    "lan": "",
    "wifi": "",
    "time": "",
    "https": "",
    "api": "",
}


def _in_files(key: str) -> int:
    """Where a key stands among its neighbours; those without a place follow as they come."""
    return list(_IN_FILES).index(key) if key in _IN_FILES else len(_IN_FILES)


def _model(name: str, below: Mapping[str, Resource]) -> type[Section]:
    """The section at a path, with the sections of longer paths as further fields."""
    own = below.get("")
    base = own.section if own is not None else Section
    children: dict[str, dict[str, Resource]] = {}
    for path, resource in below.items():
        if path:
            first, _, rest = path.partition(".")
            children.setdefault(first, {})[rest] = resource
    if own is not None and not children:
        return base
    fields: dict[str, Any] = {}
    for child in sorted(children, key=_in_files):
        inner = _model(child.title().replace("_", ""), children[child])
        says = _IN_FILES.get(child) or (inner.__doc__ or "").strip().partition("\n")[0]
        fields[child] = (inner | None, Field(default=None, description=says))
    return create_model(name, __base__=base, __doc__=base.__doc__, **fields)


def config_model(resources: Iterable[Resource], collections: Iterable[Collection]) -> type[Section]:
    """The model of `config`: sections by the paths of their resources, and mappings with keys of their own."""
    base = _model("Config", {resource.path: resource for resource in resources})
    fields: dict[str, Any] = {
        **{key: (info.annotation, info) for key, info in base.model_fields.items()},
        **{
            each.path: (each.annotation | None, Field(default=None, description=each.says))
            for each in collections
        },
    }
    ordered = {key: fields[key] for key in sorted(fields, key=_in_files)}
    return create_model("Config", __base__=Section, __doc__="Settings of a camera.", **ordered)
