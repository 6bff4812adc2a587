"""The JSON Schemas of the files, made from the models that validate them; editors read these.

What the schemas cannot say, because it takes more than one document or more than a form, is listed in
`docs/editor.md`; in everything else they and the loader agree.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from recamera_gitops.desired import patterns
from recamera_gitops.desired.catalogue import (
    every_path,
    factory_at,
    impact_at,
    is_secret,
    may_be_literal,
)
from recamera_gitops.desired.discover_schema import DISCOVER_SCHEMA
from recamera_gitops.desired.drift_schema import DRIFT_SCHEMA
from recamera_gitops.desired.event_schema import EVENT_SCHEMA
from recamera_gitops.desired.fields import places
from recamera_gitops.desired.heard_schema import HEARD_SCHEMA
from recamera_gitops.desired.models import IMPACTS, DeviceFile, FleetFile, ProfileFile
from recamera_gitops.desired.nodes import below
from recamera_gitops.desired.plan_schema import PLAN_SCHEMA
from recamera_gitops.desired.references import may_refer
from recamera_gitops.desired.schema_values import (
    REFERENCE,
    Schema,
    Spot,
    alternatives,
    range_of,
    value,
)
from recamera_gitops.desired.snippets import snippet_of
from recamera_gitops.desired.webhook_schema import WEBHOOK_SCHEMA
from recamera_gitops.desired.writing import flow
from recamera_gitops.resources.grave import LEVELS
from recamera_gitops.resources.values import MISSING

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_MODELS: Final[dict[str, type[BaseModel]]] = {
    "fleet": FleetFile,
    "profile": ProfileFile,
    "device": DeviceFile,
}
_SHARED: Final[Schema] = {
    REFERENCE: {
        "type": "string",
        "pattern": patterns.SETTING.referring,
        "description": "Text with a reference in it.",
    },
    "Anything": {
        "pattern": patterns.SETTING.any,
        "items": {"$ref": "#/$defs/Anything"},
        "additionalProperties": {"$ref": "#/$defs/Anything"},
    },
}


class _Generator(GenerateJsonSchema):
    """Pydantic's generator without the titles that only repeat names, and in the order of declaration."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ANN401 - as declared by the base
        del schema
        return False

    def sort(self, value: Any, parent_key: str | None = None) -> Any:  # noqa: ANN401 - as above
        del parent_key
        return value


def schemas() -> dict[str, Schema]:
    """File name → schema."""
    made = {name: _schema(model) for name, model in _MODELS.items()}
    made["plan"] = PLAN_SCHEMA
    made["event"] = EVENT_SCHEMA
    made["heard"] = HEARD_SCHEMA
    made["drift"] = DRIFT_SCHEMA
    made["webhook"] = WEBHOOK_SCHEMA
    made["discover"] = DISCOVER_SCHEMA
    return {f"{name}.schema.json": headed(name, body) for name, body in made.items()}


def text_of(document: Schema) -> str:
    """The text of a schema file."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def headed(name: str, body: Schema) -> Schema:
    """A schema with what says which one it is."""
    return {"$schema": _DIALECT, "$id": f"urn:recamera-gitops:file/{name}", **body}


def _schema(model: type[BaseModel]) -> Schema:
    raw = model.model_json_schema(schema_generator=_Generator)
    definitions: Schema = raw.pop("$defs", {})
    making = _Making(places(model))
    whole = making.object(raw, model.__name__, "")
    for name, each in definitions.items():
        made = _enum(name, each) if "enum" in each else making.object(each, name)
        making.definitions[name] = made
    for name in making.nullable:
        making.definitions[name]["type"] = [making.definitions[name]["type"], "null"]
    return {**whole, "$defs": dict(sorted(making.definitions.items()))}


def _enum(name: str, schema: Schema) -> Schema:
    """The words of an enumeration, each with what it means."""
    meanings = _ENUMS[name]
    return {**schema, "enumDescriptions": [meanings[word] for word in schema["enum"]]}


_ENUMS: Final[Mapping[str, Mapping[Any, str]]] = {"Impact": IMPACTS, "Level": LEVELS}


class _Making:
    """The sections of one file, as people would write them; `nullable` ones may be null."""

    def __init__(self, paths: Mapping[str, str]) -> None:
        self.definitions: Schema = dict(_SHARED)
        self.nullable: set[str] = set()
        self._paths = paths

    def object(self, schema: Schema, name: str, path: str | None = None) -> Schema:
        """A section."""
        made = {key: each for key, each in schema.items() if key not in ("title", "properties")}
        made |= _snippet(name)
        if schema.get("additionalProperties") is True:
            return {**made, "additionalProperties": {"$ref": "#/$defs/Anything"}}
        above = self._paths[name] if path is None else path
        properties = {
            key: self._property(each, below(above, key), f"{name}.{key}")
            for key, each in schema.get("properties", {}).items()
        }
        return {**made, "properties": properties}

    def _property(self, schema: Schema, path: str, name: str) -> Schema:
        """One key: what it is, what may stand there, and what may be put there."""
        options, nullable = alternatives(schema)
        examples = schema.get("examples") or [e for o in options for e in o.get("examples", ())]
        if not examples and is_secret(path) and not may_be_literal(path):
            examples = [_FROM_ENVIRONMENT]
        spot = Spot(_texts(path), next(iter(examples), None), schema.get("meanings"))
        says, made = _says(schema, path), value(schema, spot)
        if nullable and "$ref" in made:
            self.nullable.add(made["$ref"].rpartition("/")[2])
        if "patternProperties" in made:
            members = made["patternProperties"].items()
            made["patternProperties"] = {form: {**says, **each} for form, each in members}
        if options[0].get("definition") == _ADDRESS:
            made = self._address(made)
        elif "items" in options[0]:
            made["items"] = self._items(options[0]["items"], made["items"])
        return {**says, **made, **({"examples": examples} if examples else {}), **_snippet(name)}

    def _items(self, schema: Schema, made: Schema) -> Schema:
        """What may stand in a list: addresses are offered, also beside something else."""
        if schema.get("definition") == _ADDRESS:
            return self._address(made)
        options, _ = alternatives(schema)
        if len(options) == 1 or "anyOf" not in made:
            return made
        pairs = zip(options, made["anyOf"], strict=True)
        return {"anyOf": [self._items(option, each) for option, each in pairs]}

    def _address(self, made: Schema) -> Schema:
        self.definitions[_ADDRESS] = {**made, **_addresses()}
        return {"$ref": f"#/$defs/{_ADDRESS}"}


def _snippet(name: str) -> Schema:
    found = snippet_of(name)
    return {"defaultSnippets": found} if found else {}


_FROM_ENVIRONMENT: Final = "${env:NAME}"
_ADDRESS: Final = "Address"


def _addresses() -> Schema:
    """What is offered where a path is wanted."""
    offered = [{"label": path, "body": path} for path in every_path()]
    return {"description": "A setting, or all below a path.", "defaultSnippets": offered}


def _texts(path: str) -> patterns.Texts | None:
    """The references that may stand at a path."""
    if path == "variables":
        return patterns.VARIABLE
    if not may_refer(path):
        return None
    return patterns.SECRET if is_secret(path) else patterns.SETTING


def _says(schema: Schema, path: str) -> Schema:
    """The sentence of a key, its range, and what people notice of a change."""
    parts = [schema.get("description", "")]
    setting = path.removeprefix("config.")
    factory, impact = factory_at(setting), ", ".join(impact_at(setting))
    comes_with = "" if factory in (MISSING, "") else f"From the factory: {flow(factory)}."
    parts += filter(None, (range_of(schema), comes_with, f"Impact: {impact}." if impact else ""))
    says = {"description": " ".join(parts)}
    if len(parts) > 1 or "`" in parts[0]:
        says["markdownDescription"] = "\n\n".join(parts)
    return says
