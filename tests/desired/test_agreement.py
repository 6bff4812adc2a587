"""The schemas and the loader agree: what an editor lets pass is refused only for what no form can say."""

import copy
import re
from functools import cache
from typing import get_args, get_origin

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from recamera_gitops.desired.document import parse
from recamera_gitops.desired.fleet import load
from recamera_gitops.desired.models import DeviceFile, FleetFile, ProfileFile
from recamera_gitops.desired.nodes import scalars
from recamera_gitops.desired.schema import schemas
from recamera_gitops.desired.writing import flow
from recamera_gitops.errors import InvalidInput
from recamera_gitops.resources.base import Fragment, Impact, section_type
from tests.resources.strategies import JSON, of_type, plain_type

# The rules about the form of a document; every other one needs more than this document, see BEYOND.
FORM = {
    *("wrong-type", "not-one-of", "out-of-range", "bad-form", "bad-length", "bad-value"),
    *("unknown-key", "missing-key", "bad-name", "bad-reference", "misplaced-secret"),
}
# Rules of form whose question is not one of form at these paths, and why.
BEYOND_FORM = {
    ("out-of-range", r"config\.video\.\w+\.resolution"): "width and height are inside one text",
    ("bad-value", r"drift\.ignore\[[0-9]+\]\.until"): "no month has every day",
    ("bad-value", r"config\.record\.storage\.slot"): "one of two keys, not both",
    ("bad-value", r"(defaults\.)?connection\.tls"): "one of two keys, not both",
}
FILES = {"device": "devices/it.yaml", "profile": "profiles/it.yaml", "fleet": "fleet.yaml"}
LEAST = {
    "device": {"device": "gate", "host": "h"},
    "profile": {"profile": "it"},
    "fleet": {"fleet": "acme"},
}
VARIABLES = {"text": "word", "number": 5, "yes": True}


SPACE = "\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000"


@cache
def compiled(form):
    """As ECMA 262 has it: a text ends at its end, not before a last line break, and \\x1f is no space."""
    form = re.sub(r"(?<!\\)\$(?=$|[)|])", r"\\Z", form).replace(r"[\s\S]", "(?s:.)")
    form = form.replace(r"\S", rf"[^{SPACE}]").replace(r"[^\s", rf"[^{SPACE}")
    return re.compile(form.replace(r"\s", f"[{SPACE}]"))


def pattern(validator, form, instance, schema):
    del validator, schema
    if isinstance(instance, str) and not compiled(form).search(instance):
        yield ValidationError("form")


VALIDATOR = extend(Draft202012Validator, {"pattern": pattern})
VALIDATORS = {
    kind: VALIDATOR(schemas()[f"{kind}.schema.json"]) for kind in ("device", "profile", "fleet")
}


def fields_of(model, above=()):
    """Every field below a model that is no section, with the keys that lead to it."""
    for name, info in model.model_fields.items():
        steps = (*above, name)
        inner = section_type(info.annotation)
        if inner is None or issubclass(inner, Fragment):
            yield steps, info
        else:
            yield from fields_of(inner, steps)


SPOTS = {
    kind: list(fields_of(model))
    for kind, model in (("device", DeviceFile), ("profile", ProfileFile), ("fleet", FleetFile))
}


def legal(info):
    """Values of a field as its declaration has them."""
    kind, notes = plain_type(info.annotation, info.metadata)
    if get_origin(kind) is dict:
        key, inner = get_args(kind)
        return st.dictionaries(of_type(key), of_type(inner), max_size=3)
    if get_origin(kind) is list and plain_type(get_args(kind)[0])[0] is Impact:
        return st.lists(st.sampled_from(Impact).map(str), max_size=3)
    if section_type(kind) is not None and issubclass(section_type(kind), Fragment):
        return st.dictionaries(st.text(max_size=5), JSON, max_size=3)
    return of_type(kind, notes)


# Pieces of text around and inside references, right and wrong ones.
PIECES = [
    *("${var:text}", "${var:number}", "${var:yes}", "${var:nowhere}", "${label:site}", "${device}"),
    *("${env:A}", "${env:A:-b}", "${file:x}", "${sops:a#b}", "${keyring:a/b}", "${cmd:a}"),
    *("${env:A:-{b}}", "${env:A:-{}", "${sops:a#b.c}", "${sops:a#b#.c}", "${keyring:a/b/c}"),
    *("${sops:a}", "${sops:a#}", "${sops:#b}", "${sops:a#b..c}", "${keyring:a}", "${keyring:a/}"),
    *("${cmd:}", "${cmd: }", "${cmd: a b}", "${cmd:awk '{print {$1}}' f}", "${cmd:a ${env:B}}"),
    *(
        "$",
        "{",
        "}",
        "${",
        "$${",
        "text",
        "1",
        "${x}",
        "${var}",
        "${env:1}",
        "${device:x}",
        "${file:}",
    ),
]
REFERRING = st.lists(st.sampled_from(PIECES), min_size=1, max_size=3).map("".join)
STRANGE = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([-1, 0, 1, 2, 7, 1000, 10**9, 0.5, -0.5, 50.0, 1e9]),
    st.sampled_from(["", "true", "5", "none", "auto", "absent", "10.0.0.300", "a b", "-", "off"]),
    REFERRING,
    st.lists(st.none() | st.booleans() | st.integers(0, 3) | REFERRING, max_size=3),
    st.dictionaries(
        st.sampled_from(["x", "enabled", "a b", ""]), st.none() | REFERRING, max_size=2
    ),
)


def put(document, steps, value):
    *parents, last = steps
    for step in parents:
        inner = document.get(step)
        if not isinstance(inner, dict):
            inner = document[step] = {}
        document = inner
    document[last] = value


def positions(value):
    """Every place of a document: what holds it, and its key or number."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, each in inner:
        yield value, key
        if isinstance(each, dict | list):
            yield from positions(each)


@st.composite
def documents(draw, kind, strange):
    """A document of legal settings, with as many strange changes in it."""
    document = copy.deepcopy(LEAST[kind])
    for steps, info in draw(st.lists(st.sampled_from(SPOTS[kind]), min_size=1, max_size=3)):
        put(document, steps, draw(legal(info)))
    for _ in range(strange):
        holder, key = draw(st.sampled_from(list(positions(document)) or [(document, "x")]))
        match draw(st.sampled_from(["replace", "replace", "add", "delete"])):
            case "replace":
                holder[key] = draw(STRANGE)
            case "add" if isinstance(holder, dict):
                holder[draw(st.sampled_from(["x", "enabled", "a b"]))] = draw(STRANGE)
            case "add":
                holder.append(draw(STRANGE))
            case "delete" if key in holder or isinstance(holder, list):
                del holder[key]
    return document


@pytest.fixture(scope="module")
def problems(tmp_path_factory):
    """What the loader says of the form of a document, in a repository in which it is used."""
    root = tmp_path_factory.mktemp("fleet")
    for directory in ("devices", "profiles"):
        (root / directory).mkdir()
    others = {
        "device": {"device": "gate", "host": "h", "labels": {"site": "hq"}, "profiles": ["it"]},
        "profile": {"profile": "it"},
        "fleet": {"fleet": "acme", "variables": VARIABLES},
    }

    def found(kind, document):
        for each, name in FILES.items():
            text = flow(document if each == kind else others[each])
            (root / name).write_text(text, encoding="utf-8")
        try:
            load(root)
        except InvalidInput as error:
            return error.diagnostics
        return ()

    return found


def of_form(kind, document, diagnostics):
    """Those of the complaints that the document's own form is about."""
    nodes, _ = parse(flow(document).encode(), FILES[kind])
    texts = {scalar.place: scalar for node in nodes for _, scalar in scalars(node)}
    return [each for each in diagnostics if is_of_form(each, texts.get(each.place), FILES[kind])]


def is_of_form(found, scalar, file):
    if found.rule not in FORM or found.place.file != file:
        return False
    if any(found.rule == rule and re.fullmatch(path, found.path) for rule, path in BEYOND_FORM):
        return False
    if scalar is None:
        return True
    if isinstance(scalar.value, float) and scalar.value.is_integer():
        return False  # 50.0 is no whole number here, and one in JSON
    refers = isinstance(scalar.value, str) and "${" in scalar.value
    return not refers or found.rule in ("bad-reference", "misplaced-secret")


@pytest.mark.parametrize("kind", FILES)
@given(data=st.data())
def test_a_legal_document_is_right_for_the_schema(problems, kind, data):
    document = data.draw(documents(kind, 0))
    if not of_form(kind, document, problems(kind, document)):
        assert [each.message for each in VALIDATORS[kind].iter_errors(document)] == []


@pytest.mark.parametrize("kind", FILES)
@given(data=st.data())
def test_schema_and_loader_find_the_same_documents_wrong(problems, kind, data):
    document = data.draw(documents(kind, data.draw(st.integers(1, 2))))
    agree(problems, kind, document)


def agree(problems, kind, document):
    said = problems(kind, document)
    complaints = [
        f"{'.'.join(map(str, e.path))}: {e.message}" for e in VALIDATORS[kind].iter_errors(document)
    ]
    if complaints:
        assert said, complaints
    else:
        assert of_form(kind, document, said) == [], flow(document)
