"""The JSON Schemas of the files, made from the models that validate them; editors read these.

Two things that YAML allows everywhere are said once, as definitions: a setting may be null (which takes
it out of management) or one reference such as `${var:gain}`, and a section may be null.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from recamera_gitops.desired.models import DeviceFile, FleetFile, ProfileFile
from recamera_gitops.desired.plan_schema import PLAN_SCHEMA

Schema = dict[str, Any]

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_MODELS: Final[dict[str, type[BaseModel]]] = {
    "fleet": FleetFile,
    "profile": ProfileFile,
    "device": DeviceFile,
}
_ELSEWHERE: Final = "Elsewhere"
_ELSEWHERE_SCHEMA: Final[Schema] = {
    "description": "A reference such as ${var:name} or ${label:site}, or null: not managed.",
    "anyOf": [
        {"type": "string", "pattern": r"\$\{(var|label):[A-Za-z0-9][A-Za-z0-9._-]*\}|\$\{device\}"},
        {"type": "null"},
    ],
}
_NOT_A_SETTING: Final = frozenset({"FleetFile", "ProfileFile", "DeviceFile"})


class _Generator(GenerateJsonSchema):
    """Pydantic's generator without the titles that only repeat names."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ANN401 - as declared by the base
        del schema
        return False


def schemas() -> dict[str, Schema]:
    """File name → schema."""
    made = {name: _schema(model) for name, model in _MODELS.items()}
    made["plan"] = PLAN_SCHEMA
    return {f"{name}.schema.json": _headed(name, body) for name, body in made.items()}


def text_of(document: Schema) -> str:
    """The text of a schema file."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _headed(name: str, body: Schema) -> Schema:
    head = {"$schema": _DIALECT, "$id": f"urn:recamera-gitops:{name}", "title": f"{name} file"}
    return {**head, **body}


def _schema(model: type[BaseModel]) -> Schema:
    raw = model.model_json_schema(schema_generator=_Generator)
    definitions: Schema = raw.pop("$defs", {})
    nullable: set[str] = set()
    body = _object(raw, model.__name__, nullable)
    made = {name: _object(each, name, nullable) for name, each in definitions.items()}
    for name in nullable & made.keys():
        made[name]["type"] = ["object", "null"]
    made[_ELSEWHERE] = _ELSEWHERE_SCHEMA
    return {**body, "$defs": dict(sorted(made.items()))}


def _object(schema: Schema, name: str, nullable: set[str]) -> Schema:
    """An object schema with its properties as people would write them."""
    bare = _bare(schema)
    settings = name not in _NOT_A_SETTING
    properties = {
        key: _property(each, nullable, may_refer=settings or key == "host")
        for key, each in bare.get("properties", {}).items()
    }
    return {**bare, "properties": properties} if properties else bare


def _property(schema: Schema, nullable: set[str], *, may_refer: bool) -> Schema:
    """One key; an alternative of null becomes a note on the section, or the shared definition."""
    options = [each for each in schema.get("anyOf", [schema]) if each != {"type": "null"}]
    notes = {k: v for k, v in schema.items() if k in ("description", "examples")}
    targets = [each["$ref"].rpartition("/")[2] for each in options if "$ref" in each]
    if "anyOf" in schema and targets:
        nullable.update(targets)
    plain = options[0] if len(options) == 1 else {"anyOf": options}
    if targets or not may_refer:
        return {**notes, **plain, **notes}
    if plain.get("type") == "array" or _any_text(plain):
        return {**notes, **_or_null(plain, "anyOf" in schema), **notes}
    choices = plain.get("anyOf", [{k: v for k, v in plain.items() if k not in notes}])
    return {**notes, "anyOf": [*choices, {"$ref": f"#/$defs/{_ELSEWHERE}"}]}


def _or_null(schema: Schema, nullable: bool) -> Schema:  # noqa: FBT001 - a plain fact about it
    if not nullable or "type" not in schema:
        return schema
    return {**schema, "type": [schema["type"], "null"]}


def _any_text(schema: Schema) -> bool:
    """Whether every text fits, references too."""
    limited = {"enum", "const", "pattern", "maxLength", "format"} & schema.keys()
    return schema.get("type") == "string" and not limited


def _bare(schema: Any) -> Any:  # noqa: ANN401 - any JSON
    """The schema without titles and without defaults of null."""
    if isinstance(schema, list):
        return [_bare(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return dict(_kept(schema))


def _kept(schema: Schema) -> Iterator[tuple[str, Any]]:
    for key, value in schema.items():
        if key == "properties":
            yield key, {name: _bare(each) for name, each in value.items()}
        elif key not in ("title", "propertyNames") and not (key == "default" and not value):
            yield key, _bare(value)
