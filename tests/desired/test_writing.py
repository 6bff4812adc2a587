"""What is written is read back as the same value, by this reader and by an independent one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML  # noqa: TID251 - another reader

from recamera_gitops.desired.document import parse
from recamera_gitops.desired.nodes import value_of
from recamera_gitops.desired.notation import parse as parts_of
from recamera_gitops.desired.writing import block, flow, literal, scalar

CHARACTERS = st.characters(exclude_categories=("Cs",))
TEXTS = st.text(CHARACTERS) | st.sampled_from(
    [
        "yes",
        "No",
        "null",
        "~",
        "1e3",
        "0x1F",
        "06:30:00",
        "2026-01-01",
        "a: b",
        "a #b",
        "- a",
        "Mon 09:00:00",
    ]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**15), 10**15)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(TEXTS.filter(lambda t: t != "<<"), inner, max_size=4)
    ),
    max_leaves=12,
)


def read(text):
    nodes, diagnostics = parse(text.encode(), "file.yaml")
    assert diagnostics == ()
    return value_of(nodes[0], lambda _: False)


@given(
    st.dictionaries(
        st.text(CHARACTERS, min_size=1).filter(lambda t: t != "<<"), VALUES, min_size=1, max_size=4
    )
)
def test_what_is_written_is_read_back(values):
    for text in (block(values), flow(values)):
        assert read(text) == values


@given(TEXTS)
def test_another_reader_takes_text_for_the_same_text(text):
    for version in ((1, 1), (1, 2)):
        reader = YAML(typ="safe", pure=True)
        reader.version = version
        assert reader.load(f"key: {scalar(text)}\n") == {"key": text}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Gate N", "Gate N"),
        ("3840x2160", "3840x2160"),
        ("1/25", "1/25"),
        ("H.265", "H.265"),
        ("192.168.10.21", "192.168.10.21"),
        ("/dev/mmcblk0p8", "/dev/mmcblk0p8"),
        ("Mon 09:00:00", "Mon 09:00:00"),
        ("Europe/Berlin", "Europe/Berlin"),
        ("06:30:00", '"06:30:00"'),
        ("${env:KEY}", '"${env:KEY}"'),
        ("yes", '"yes"'),
        ("1.5", '"1.5"'),
        ("", '""'),
        (" a", '" a"'),
        ("a: b", '"a: b"'),
        (0.05, "0.05"),
        (True, "true"),
        (None, "null"),
    ],
)
def test_the_usual_values_look_as_people_write_them(value, text):
    assert scalar(value) == text


def test_a_mapping_of_plain_values_stands_on_one_line_where_it_fits():
    values = {
        "osd": {"font": {"size": "auto"}, "channel_name": {"text": "x" * 90}},
        "trigger": {"inference": [{"id": "person", "regions": [[[0, 0], [1, 0]]] * 9}]},
    }
    assert block(values) == (
        "osd:\n"
        "  font: {size: auto}\n"
        "  channel_name:\n"
        f"    text: {'x' * 90}\n"
        "trigger:\n"
        "  inference:\n"
        "    - id: person\n"
        "      regions:\n" + "        - [[0, 0], [1, 0]]\n" * 9
    )


@given(st.text("${}a"))
def test_literal_text_holds_no_reference(text):
    assert parts_of(literal(text)) in ((text,), ())
