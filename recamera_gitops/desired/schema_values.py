"""What may stand at one key, in JSON Schema, in the form in which editors explain and complete it best.

Where alternatives can be said in one object they are, since editors say little of `anyOf`: a number that
may also be a reference or null is one object of three types.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from recamera_gitops.desired.patterns import ONE_VARIABLE, SECRET, Texts, without_reference

Schema = dict[str, Any]

REFERENCE: Final = "Reference"
# Alternatives say what they are: an editor would otherwise take them for the choice beside them.
NOTHING: Final[Schema] = {"type": "null", "description": "Not managed."}
_NOTES: Final = (
    "title",
    "description",
    "default",
    "examples",
    "meanings",
    "definition",
    "propertyNames",
)
_CHOICES: Final = frozenset({"enum", "const", "$ref"})
_BRACES: Final = (
    "A reference is ${var:name}, ${label:name} or ${device}; a literal ${ is written $${."
)
_HIDDEN_BRACES: Final = (
    "A reference to a secret is ${env:NAME} or ${file:path}; a literal ${ is written $${."
)


@dataclass(frozen=True, slots=True)
class Spot:
    """What is known of a key besides its own schema.

    `texts` is None where no reference may stand; `meanings` tell what the words of a choice mean.
    """

    texts: Texts | None
    example: Any = None
    meanings: Mapping[str, str] | None = None


def value(schema: Schema, spot: Spot) -> Schema:
    """The schema of what may stand there."""
    options, nullable = alternatives(schema)
    bare = [{key: each[key] for key in each if key not in _NOTES} for each in options]
    null = ["null"] if nullable else []
    if not any(_CHOICES & each.keys() for each in bare):
        made = _COLLECTIONS.get(bare[0]["type"], _plain)(bare, spot)
        types = [*made.pop("type"), *null]
        return {"type": types if len(types) > 1 else types[0], **made}
    choices = [_choice(each, spot) for each in bare]
    if [*choices[0]] == ["$ref"] and len(choices) == 1:
        return choices[0]
    every = [*choices, *_referring(choices, spot), *(NOTHING for _ in null)]
    return every[0] if len(every) == 1 else {"anyOf": every}


def alternatives(schema: Schema) -> tuple[list[Schema], bool]:
    """What may stand at a key, each by itself, and whether null may."""
    options = schema.get("anyOf", schema.get("oneOf"))
    if options is None:
        return ([], True) if schema == {"type": "null"} else ([schema], False)
    found = [alternatives(each) for each in options]
    return [each for some, _ in found for each in some], any(null for _, null in found)


def range_of(schema: Schema) -> str:
    """The bounds of a number in words, `A whole number from 1 to 120.`; nothing without any."""
    bounded = [each for each in alternatives(schema)[0] if _bounds(each)]
    return " ".join(f"{_expected(each).capitalize()}." for each in bounded)


_KINDS: Final = {"integer": "a whole number", "number": "a number", "boolean": "true or false"}


def _expected(schema: Schema) -> str:
    return f"{_KINDS[schema['type']]}{_bounds(schema)}"


def _bounds(schema: Schema) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    above = schema.get("exclusiveMinimum")
    if above is not None:
        return f" above {above:g}" + ("" if high is None else f", at most {high:g}")
    if low is None:
        return ""
    if high is None:
        return f", {low:g} or more"
    return f", always {low:g}" if low == high else f" from {low:g} to {high:g}"


def _list(options: list[Schema], spot: Spot) -> Schema:
    (schema,) = options
    return {**schema, "type": ["array"], "items": value(schema["items"], spot)}


def _mapping(options: list[Schema], spot: Spot) -> Schema:
    """A mapping under keys of the user's own."""
    (schema,) = options
    patterns = schema["patternProperties"]
    members = {pattern: value(each, spot) for pattern, each in patterns.items()}
    return {"type": ["object"], "patternProperties": members, "additionalProperties": False}


_COLLECTIONS: Final = {"array": _list, "object": _mapping}


def _plain(options: list[Schema], spot: Spot) -> Schema:
    """Text, numbers, true and false in one object: no bound of one kind says anything of another."""
    made: Schema = {}
    for each in options:
        made |= each
    types = [each["type"] for each in options]
    if "string" in types:
        return {**_text(made, spot), "type": types}
    if spot.texts is None:
        return {**made, "type": types}
    says = f"Expected {' or '.join(map(_expected, options))}, or a variable such as ${{var:name}}"
    # Text comes first, since an editor would write a 0 for a number.
    return {**made, "type": ["string", *types], "pattern": ONE_VARIABLE, "errorMessage": says}


def _text(schema: Schema, spot: Spot) -> Schema:
    form = _form(schema)
    if spot.texts is None:
        pattern = without_reference(form)
    else:
        pattern = spot.texts.any if form is None else spot.texts.or_of_form(form)
    return {**schema, "pattern": pattern, **_wrong_text(form, spot)}


def _form(schema: Schema) -> str | None:
    """The form of the text as a pattern; a reference may be longer than the text that it stands for."""
    longest = schema.pop("maxLength", None)
    if longest is None:
        form: str | None = schema.get("pattern")
        return form
    return rf"^[\s\S]{{{schema.pop('minLength', 0)},{longest}}}$"


def _wrong_text(form: str | None, spot: Spot) -> Schema:
    """What an editor says of text that does not fit."""
    if form is not None:
        shown = "" if spot.example is None else f", for example {spot.example}"
        return {"patternErrorMessage": f"This is not of the form expected here{shown}"}
    if spot.texts is None:
        return {"patternErrorMessage": "A reference cannot stand here"}
    return {"patternErrorMessage": _HIDDEN_BRACES if spot.texts is SECRET else _BRACES}


def _choice(schema: Schema, spot: Spot) -> Schema:
    """One word, one of several words or numbers, or something else beside them."""
    if "$ref" in schema:
        return schema
    if "const" not in schema and "enum" not in schema:
        return {**schema, "type": schema["type"]}
    words = schema.get("enum", [schema.get("const")])
    made = {key: each for key, each in schema.items() if key != "const"} | {"enum": words}
    if spot.meanings is None:
        return made
    return {**made, "enumDescriptions": [spot.meanings[str(word)] for word in words]}


def _referring(choices: list[Schema], spot: Spot) -> Iterator[Schema]:
    """A reference in the place of a choice; what is no text can only come out of a variable."""
    if spot.texts is None:
        return
    if any(isinstance(word, str) for each in choices for word in each.get("enum", ())):
        yield {"$ref": f"#/$defs/{REFERENCE}"}
    else:
        yield {"type": "string", "pattern": ONE_VARIABLE, "description": "A variable."}
