"""Formatting changes how a file looks, never what it says, and keeps every comment where it belongs."""

import re
import textwrap
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recamera_gitops.desired.document import parse
from recamera_gitops.desired.formatting import formatted, same
from recamera_gitops.desired.models import DeviceFile, FleetFile, ProfileFile
from recamera_gitops.desired.written import Leaf, documents

EXAMPLE = Path(__file__).parents[2] / "examples/fleet"

KEYS = ["device", "host", "config", "osd", "video", "main", "gop", "labels", "font", "a b", "'q'"]
WORDS = ["a", "1", "1.50", "yes", "Gate N", "a: b", "a #b", "${env:A}", "it's", 'a "b"', "\\", ""]


def quoted(text, mark):
    inner = (
        text.replace("'", "''") if mark == "'" else text.replace("\\", "\\\\").replace('"', '\\"')
    )
    return f"{mark}{inner}{mark}"


PLAIN = st.sampled_from(
    ["a", "1", "1.50", "0x1F", "True", "null", "~", "Gate N", "${device}", "a:b"]
)
QUOTED = st.builds(quoted, st.sampled_from(WORDS), st.sampled_from("'\""))
SCALAR = PLAIN | QUOTED
REMARK = st.sampled_from(["# c", "#c", "# d   ", "# rcg: ignore[x]", "# a: {b", "# ü"])
BESIDE = st.just("") | st.builds(
    "{}{}".format, st.sampled_from([" ", "  ", "   ", "      "]), REMARK
)
BREAK = st.sampled_from(["", " ", "\n      ", "   # in\n      ", "\n\n   # in\n  "])


@st.composite
def flows(draw, depth=0):
    """A value in brackets over one line or several, with comments in it."""
    if depth > 2 or draw(st.integers(0, 2)) == 0:
        return draw(SCALAR)
    brackets = draw(st.sampled_from(["[]", "{}"]))
    inner = ""
    for number, key in enumerate(draw(st.lists(st.sampled_from(KEYS), max_size=4, unique=True))):
        head = f"{key}: " if brackets == "{}" else ""
        comma = "," if number else ""
        inner += f"{comma}{draw(BREAK)} {head}{draw(flows(depth + 1))}"
    return brackets[0] + inner + draw(BREAK) + brackets[1]


@st.composite
def long_scalars(draw, pad):
    """A scalar over several lines, after the key or the dash; with what may stand beside it."""
    kind = draw(st.sampled_from(["block", "plain", "quoted"]))
    lines = draw(
        st.lists(st.sampled_from(["x", "  x", "# no comment", "", "a: b"]), min_size=1, max_size=4)
    )
    if kind == "block":
        mark = draw(st.sampled_from(["|", ">", "|-", ">+", "|+"]))
        body = ["first", *lines] if draw(st.booleans()) else ["first"]
        return mark + draw(BESIDE) + "".join(f"\n{pad}  {line}" if line else "\n" for line in body)
    if kind == "plain":
        return f"one\n{pad} two\n\n{pad}   three" + draw(BESIDE)
    mark = draw(st.sampled_from("'\""))
    return f"{mark}one\n{pad} two  \n\n{pad}   three{mark}" + draw(BESIDE)


@st.composite
def blocks(draw, indent=0, depth=0):
    """The lines of a mapping or a list in block style, and whatever comments and blank lines around it."""
    pad = " " * indent
    is_list = depth > 0 and draw(st.booleans())
    text = ""
    for key in draw(st.lists(st.sampled_from(KEYS), min_size=1, max_size=4, unique=True)):
        for _ in range(draw(st.integers(0, 2))):
            text += draw(st.sampled_from(["", "\n", "\n\n"]))
            text += (
                " " * draw(st.sampled_from([indent, indent, 0, indent + 3])) + draw(REMARK) + "\n"
            )
        text += draw(st.sampled_from(["", "", "\n", "  \n\n"]))
        text += pad + ("-" if is_list else f"{key}:")
        text += draw(values(indent, depth, is_list=is_list)) + "\n"
    for _ in range(draw(st.integers(0, 1))):
        text += " " * draw(st.sampled_from([indent, indent + 2])) + draw(REMARK) + "\n"
    return text


@st.composite
def values(draw, indent, depth, *, is_list):
    kinds = ["scalar", "scalar", "flow", "long", *(["block"] * 2 if depth < 3 else [])]
    match draw(st.sampled_from(kinds)):
        case "scalar":
            return " " + draw(SCALAR) + draw(BESIDE)
        case "flow":
            return " " + draw(flows()) + draw(BESIDE)
        case "long":
            return " " + draw(long_scalars(" " * indent))
        case _:
            deeper = indent + draw(st.integers(1, 4))
            inner = draw(blocks(deeper, depth + 1))
            return f"{draw(BESIDE)}\n{inner}".rstrip("\n")


TEXTS = st.builds(
    "{}{}".format,
    st.sampled_from(
        ["", "# yaml-language-server: $schema=x\n", "# head\n\n", "---\n", "# a\n--- # b\n"]
    ),
    st.lists(blocks(), min_size=1, max_size=2).map("---\n".join),
).map(lambda text: text.replace("  \n---", "\n---"))


def comments(text):
    """Every comment of a text, sorted, read from its entries."""
    return sorted(each for document in documents(text) for each in _remarks(document))


def _remarks(document):
    yield from (each.text for each in (*document.header, *document.tail))
    yield from filter(None, [document.beside.strip()])
    if document.root is not None:
        yield from _inside(document.root)


def _inside(part):
    if isinstance(part, Leaf):
        return
    for entry in part.entries:
        yield from (each.text for each in entry.above)
        yield from filter(None, [entry.beside.strip()])
        yield from _inside(entry.value)
    yield from (each.text for each in part.tail)


def nodes_of(text):
    nodes, diagnostics = parse(text.encode(), "file.yaml")
    return None if diagnostics else nodes


@given(TEXTS)
def test_formatting_keeps_what_is_said_and_every_comment(text):
    before = nodes_of(text)
    if before is None:
        return
    result = formatted(text, DeviceFile)
    assert result is not None
    after = nodes_of(result)
    assert len(before) == len(after)
    assert all(map(same, before, after))
    assert comments(result) == comments(text)
    assert formatted(result, DeviceFile) == result


@given(TEXTS)
def test_a_formatted_text_is_tidy(text):
    if nodes_of(text) is None:
        return
    result = formatted(text, DeviceFile)
    assert result.endswith("\n")
    assert not result.endswith("\n\n") or "+" in result
    if "|" not in result and ">" not in result and "\\\n" not in result:
        assert not re.search(r"[ \t]\n|\n\n\n|\t|\A\n", result)


def laid_out(text):
    return formatted(textwrap.dedent(text).lstrip("\n"), DeviceFile)


def test_keys_take_the_order_of_the_declarations_and_comments_go_with_them():
    before = """
        # yaml-language-server: $schema=x
        # The gate.

        # Who knows.
        host: h   # for now
        device: gate

        config:
            osd:
                # in front
                channel_name: { text : 'Gate N' }
                font: {color: fff799,   size: 16}
                # the end of osd
            # about the picture
            video:
                main: {gop: 50}
        # the end
    """
    after = """
        # yaml-language-server: $schema=x
        # The gate.

        device: gate
        # Who knows.
        host: h   # for now

        config:
          # about the picture
          video:
            main: {gop: 50}
          osd:
            font: {size: 16, color: fff799}
            # in front
            channel_name: {text: Gate N}
            # the end of osd
        # the end
    """
    assert laid_out(before) == textwrap.dedent(after).lstrip("\n")


def test_lists_and_long_values_are_laid_out_anew():
    names = ", ".join(f"name-{number}" for number in range(10, 24))
    before = f"""
        device: gate
        host: h
        config:
          record:
            trigger:
              inference:
              - # first
                id: a
                classes: [ x,
                  y ]
              -   id: b
                  classes: [{names}]
                  regions: [[[0, 0],   # corner
                    [1, 0]]]
          notify:
            templates:
              detection: |2
                   deep
                 flat

    """
    after = f"""
        device: gate
        host: h
        config:
          record:
            trigger:
              inference:
                # first
                - id: a
                  classes: [x, y]
                - id: b
                  classes:
                    - {names.replace(", ", chr(10) + " " * 20 + "- ")}
                  regions:
                    - - [0, 0]   # corner
                      - [1, 0]
          notify:
            templates:
              detection: |2
                   deep
                 flat
    """
    assert laid_out(before) == textwrap.dedent(after).lstrip("\n")


@pytest.mark.parametrize(
    ("value", "becomes"),
    [
        ("'Gate N'", "Gate N"),
        ('"Gate N"', "Gate N"),
        ("'yes'", '"yes"'),
        ("'${device}'", '"${device}"'),
        ("${device}", "${device}"),
        ("'say \"x\"'", "'say \"x\"'"),
        ('"\\u00e4"', '"\\u00e4"'),
        ("'06:30:00'", '"06:30:00"'),
        ("Gate N", "Gate N"),
    ],
)
def test_quotes_stay_where_they_are_needed(value, becomes):
    line = "device: gate\nhost: h\nconfig:\n  osd:\n    channel_name:\n      text: %s\n"
    assert formatted(line % value, DeviceFile) == line % becomes


def test_values_that_are_no_text_keep_their_spelling():
    text = "device: gate\nhost: h\nvariables: {a: 1.50, b: 0x1F, c: True, d: ~}\n"
    assert formatted(text, DeviceFile) == text


def test_keys_of_ones_own_keep_their_order():
    text = "device: gate\nhost: h\nlabels: {site: hq, role: gate, area: b}\n"
    assert formatted(text, DeviceFile) == text


def test_documents_are_divided_and_line_ends_are_line_feeds():
    text = (
        "---\r\ndevice: a\r\nhost: h\r\n...\r\n# b\r\n---\r\n\r\nhost: i\r\ndevice: b\r\n\r\n\r\n"
    )
    assert formatted(text, DeviceFile) == "device: a\nhost: h\n# b\n---\ndevice: b\nhost: i\n"


@pytest.mark.parametrize("path", sorted(EXAMPLE.rglob("*.yaml")), ids=lambda path: path.name)
def test_the_example_is_in_its_form(path):
    model = {"devices": DeviceFile, "profiles": ProfileFile}.get(path.parent.name, FleetFile)
    text = path.read_text(encoding="utf-8")
    assert formatted(text, model) == text
