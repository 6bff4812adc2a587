"""Values are changed in the text of a file, and whatever surrounds them stays as it was written."""

import copy
import difflib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recamera_gitops.desired.document import parse
from recamera_gitops.desired.nodes import value_of
from recamera_gitops.desired.rewrite import REMOVED, Edit, NotRewritable, rewritten
from recamera_gitops.desired.writing import scalar

KEYS = st.sampled_from(["video", "osd", "image", "a", "b", "gop", "text", "two words", "no", "x.y"])
TEXTS = st.sampled_from(
    [
        "",
        "Gate N",
        "06:30:00",
        "off",
        "a: b",
        "it's",
        'say "x"',
        "# no",
        "[x]",
        "1",
        "ü€",
        "a\nb\n",
        "\x07",
        " x ",
    ]
)
SCALARS = st.none() | st.booleans() | st.integers(-9, 99) | st.sampled_from([0.5, 1.25]) | TEXTS
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
TREES = st.dictionaries(KEYS, VALUES, min_size=1, max_size=4)


class Author:
    """Writes values as YAML in every layout that people use, with comments wherever one may stand."""

    def __init__(self, draw, newline):
        self.draw = draw
        self.newline = newline
        self.step = draw(st.sampled_from([2, 3, 4]))

    def maybe(self):
        return self.draw(st.integers(0, 3)) == 0

    def comment(self):
        return "  # about: {it}, [and] more" if self.maybe() else ""

    def scalar(self, value, *, flow):
        if not isinstance(value, str):
            return json.dumps(value)
        spellings = [scalar(value), json.dumps(value)]
        if "\n" not in value and "\x07" not in value:
            spellings.append("'" + value.replace("'", "''") + "'")
        if value in ("06:30:00", "off", "it's"):
            spellings.append(value)
        del flow
        return self.draw(st.sampled_from(spellings))

    def flow(self, value, indent):
        if not isinstance(value, list | dict):
            return self.scalar(value, flow=True)
        if isinstance(value, dict):
            opened, closed = "{", "}"
            items = [f"{scalar(k)}: {self.flow(v, indent + 2)}" for k, v in value.items()]
        else:
            opened, closed = "[", "]"
            items = [self.flow(v, indent + 2) for v in value]
        if items and self.maybe():
            between = [",", "," if self.maybe() else ""]
            lines = [
                f"{' ' * (indent + 2)}{item}{between[number == len(items)]}{self.comment()}"
                for number, item in enumerate(items, start=1)
            ]
            inner = "".join(self.newline + line for line in lines)
            return f"{opened}{inner}{self.newline}{' ' * (indent + 1)}{closed}"
        return opened + ", ".join(items) + ("," if items and self.maybe() else "") + closed

    def lines(self, value, indent):
        """A collection in block style; the first line without its indentation."""
        pairs = value.items() if isinstance(value, dict) else ((None, item) for item in value)
        for number, (key, item) in enumerate(pairs):
            if number and self.maybe():
                yield self.draw(st.sampled_from(["", f"{' ' * indent}# - about: what follows"]))
            head = (" " * indent if number else "") + ("-" if key is None else f"{scalar(key)}:")
            yield from self.entry(head, key, item, indent)

    def entry(self, head, key, item, indent):
        collection = isinstance(item, list | dict) and item
        if not collection or self.maybe():
            yield from f"{head} {self.flow(item, indent)}{self.comment()}".split(self.newline)
            return
        if key is None and self.maybe():
            first, *rest = self.lines(item, indent + 2)
            yield f"{head} {first}"
            yield from rest
            return
        inner = indent + self.step
        if isinstance(item, list) and key is not None and self.maybe():
            inner = indent
        yield head + self.comment()
        first, *rest = self.lines(item, inner)
        yield " " * inner + first
        yield from rest


@st.composite
def written(draw):
    """The text of a file, and what its documents say."""
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    documents = draw(st.lists(TREES, min_size=1, max_size=2))
    author = Author(draw, newline)
    texts = [newline.join(author.lines(each, 0)) for each in documents]
    text = f"{newline}---{newline}".join(texts) + (newline if draw(st.booleans()) else "")
    return text.encode(), documents


def read(content):
    nodes, diagnostics = parse(content, "file.yaml")
    assert diagnostics == ()
    return [value_of(node, lambda _: False) for node in nodes]


def places(value, steps=()):
    """Every path in a value."""
    pairs = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value if isinstance(value, list) else ())
    )
    for step, inner in pairs:
        yield (*steps, step)
        yield from places(inner, (*steps, step))


@st.composite
def edited(draw):
    """A file, one edit of it, and what its documents then say."""
    content, documents = draw(written())
    number = draw(st.integers(0, len(documents) - 1))
    wanted = copy.deepcopy(documents)
    known = draw(st.sampled_from(list(places(documents[number]))))
    value = draw(st.just(REMOVED) | VALUES)
    steps, holder = known, wanted[number]
    if draw(st.booleans()):  # something new below a mapping
        mappings = [()] + [
            s for s in places(documents[number]) if isinstance(at(documents[number], s), dict)
        ]
        steps = (*draw(st.sampled_from(mappings)), draw(KEYS))
    for step in steps[:-1]:
        holder = holder[step]
    if value is not REMOVED:
        holder[steps[-1]] = copy.deepcopy(value)
    elif isinstance(holder, list) or steps[-1] in holder:
        del holder[steps[-1]]
    return content, Edit(number, steps, value), wanted


@st.composite
def edited_often(draw):
    """A file, several edits of it, and what its documents then say."""
    content, documents = draw(written())
    wanted, edits = copy.deepcopy(documents), []
    for _ in range(draw(st.integers(2, 6))):
        number = draw(st.integers(0, len(wanted) - 1))
        holders = [()] + [
            steps for steps in places(wanted[number]) if isinstance(at(wanted[number], steps), dict)
        ]
        steps = draw(st.sampled_from(holders))
        holder = at(wanted[number], steps)
        key, value = draw(KEYS), draw(st.just(REMOVED) | VALUES)
        edits.append(Edit(number, (*steps, key), value))
        if value is REMOVED:
            holder.pop(key, None)
        else:
            holder[key] = copy.deepcopy(value)
    return content, edits, wanted


def at(value, steps):
    for step in steps:
        value = value[step]
    return value


@given(written())
def test_the_author_of_these_tests_says_what_was_meant(case):
    content, documents = case
    assert read(content) == documents


@given(edited())
def test_only_the_targeted_value_differs(case):
    content, edit, wanted = case
    assert read(rewritten(content, [edit])) == wanted


@given(edited_often())
def test_several_edits_are_made_at_once(case):
    content, edits, wanted = case
    assert read(rewritten(content, edits)) == wanted


@given(written(), st.data())
def test_the_same_value_is_no_change(case, data):
    content, documents = case
    number = data.draw(st.integers(0, len(documents) - 1))
    for steps in places(documents[number]):
        assert rewritten(content, [Edit(number, steps, at(documents[number], steps))]) == content


@given(edited())
def test_every_comment_line_of_somebody_else_stays(case):
    content, edit, _ = case
    result = rewritten(content, [edit])
    around = [line for line in content.splitlines() if line.lstrip().startswith(b"#")]
    steps, value = edit.steps, at(read(content)[edit.document], edit.steps[:-1])
    old = value.get(steps[-1]) if isinstance(value, dict) else value[steps[-1]]
    if not isinstance(old, dict | list):
        assert [line for line in result.splitlines() if line.lstrip().startswith(b"#")] == around


@given(written(), st.data())
def test_a_plain_scalar_that_comes_back_leaves_no_trace(case, data):
    content, documents = case
    number = data.draw(st.integers(0, len(documents) - 1))
    paths = [
        s for s in places(documents[number]) if type(at(documents[number], s)) in (int, bool, float)
    ]
    if not paths:
        return
    steps = data.draw(st.sampled_from(paths))
    old = at(documents[number], steps)
    there = rewritten(content, [Edit(number, steps, data.draw(st.sampled_from([7, "hlc", True])))])
    assert rewritten(there, [Edit(number, steps, old)]) == content
    changes = [
        (one, other)
        for kind, a, b, c, d in difflib.SequenceMatcher(
            None, content, there, autojunk=False
        ).get_opcodes()
        if kind != "equal"
        for one, other in [(content[a:b], there[c:d])]
    ]
    assert sum(len(one) for one, _ in changes) <= len(json.dumps(old))


def changed(text, *edits):
    """The text after edits of its first document."""
    return rewritten(text.encode(), [Edit(0, *each) for each in edits]).decode()


COMMENTED = """\
# What this file is for.
device: gate   # the name on the wall
host: 10.0.0.1

config:
  # Streams.
  video:
    main: {gop: 50, codec: H.265}   # as agreed

  # What is written over the picture.
  osd:
    channel_name:
      text: "Gate N"   # shown
      # from the upper left
      position: [0.05, 0.05]   # x, y
  image:
    day_night: {dawn: 06:30:00, mode: 'auto'}
"""


def test_only_the_characters_of_the_values_change():
    config = ("config",)
    result = changed(
        COMMENTED,
        ((*config, "video", "main", "gop"), 60),
        ((*config, "osd", "channel_name", "text"), "Hall: S"),
        ((*config, "osd", "channel_name", "position"), [0.05, 0.9]),
        ((*config, "image", "day_night"), {"dawn": "07:00:00", "mode": "it's"}),
    )
    expected = (
        COMMENTED.replace("gop: 50", "gop: 60")
        .replace('"Gate N"', '"Hall: S"')
        .replace("[0.05, 0.05]", "[0.05, 0.9]")
        .replace("06:30:00", "07:00:00")
        .replace("'auto'", "'it''s'")
    )
    assert result == expected


@pytest.mark.parametrize(
    ("steps", "value", "before", "after"),
    [
        (
            ("osd", "font", "size"),
            16,
            "    channel_name:\n",
            "    font: {size: 16}\n    channel_name:\n",
        ),
        (
            ("osd", "channel_name", "enabled"),
            True,
            '      text: "Gate N"',
            '      enabled: true\n      text: "Gate N"',
        ),
        (("video", "main", "frame_rate"), 25, "H.265}", "H.265, frame_rate: 25}"),
        (("image", "day_night", "sensitivity"), "low", "'auto'}", "'auto', sensitivity: low}"),
        (
            ("video", "sub"),
            {"gop": 5},
            "   # as agreed\n",
            "   # as agreed\n    sub: {gop: 5}\n",
        ),
        (
            ("image", "scenes", "night", "exposure", "gain"),
            32,
            "'auto'}\n",
            "'auto'}\n    scenes:\n      night:\n        exposure: {gain: 32}\n",
        ),
        (
            ("record", "schedule", "windows"),
            [{"start": "Mon 09:00:00", "end": "Mon 18:00:00"}] * 3,
            "'auto'}\n",
            "'auto'}\n  record:\n    schedule:\n      windows:\n"
            + "        - {start: Mon 09:00:00, end: Mon 18:00:00}\n" * 3,
        ),
        (
            ("stream", "main", "rtsp", "enabled"),
            True,
            "   # as agreed\n",
            "   # as agreed\n  stream:\n    main:\n      rtsp: {enabled: true}\n",
        ),
    ],
)
def test_a_new_key_stands_where_its_declaration_has_it(steps, value, before, after):
    assert changed(COMMENTED, (("config", *steps), value)) == COMMENTED.replace(before, after, 1)


def test_a_new_key_stands_last_where_its_siblings_are_in_an_order_of_their_own():
    text = "config:\n  osd: {a: 1}\n  video: {b: 1}\n"
    assert changed(text, (("config", "audio", "c"), 1)) == text + "  audio: {c: 1}\n"


def test_a_new_key_keeps_the_empty_lines_between_its_siblings():
    text = "config:\n  video: {a: 1}\n\n  # over it\n  osd: {b: 1}\n"
    result = changed(text, (("config", "stream", "c"), 1), (("config", "image", "d"), 1))
    assert result == (
        "config:\n  video: {a: 1}\n\n  stream: {c: 1}\n\n  # over it\n  osd: {b: 1}\n\n  image: {d: 1}\n"
    )


@pytest.mark.parametrize(
    ("text", "steps", "after"),
    [
        ("a: 1\nb: 2   # goes\n# stays\nc: 3\n", ("b",), "a: 1\n# stays\nc: 3\n"),
        ("a: {b: 1, c: 2, d: 3}\n", ("a", "c"), "a: {b: 1, d: 3}\n"),
        ("a: {b: 1, c: 2}  # d\n", ("a", "c"), "a: {b: 1}  # d\n"),
        ("a: {\n  b: 1,  # x\n  c: 2   # y\n}\n", ("a", "c"), "a: {\n  b: 1,  # x\n}\n"),
        ("a: [1, 2, 3]\n", ("a", 1), "a: [1, 3]\n"),
        ("a:\n  b: 1   # x\nc: 2\n", ("a", "b"), "a: {}\nc: 2\n"),
        ("a:   # x\n  b: 1\n", ("a", "b"), "a: {}   # x\n"),
        ("a:\n- b: 1\n  c: 2\n- d\n", ("a", 0, "b"), "a:\n- c: 2\n- d\n"),
        ("a: 1\nb: 2", ("b",), "a: 1"),
    ],
)
def test_a_key_goes_with_its_line_and_its_comment(text, steps, after):
    assert changed(text, (steps, REMOVED)) == after


@pytest.mark.parametrize(
    ("text", "value", "after"),
    [
        ("a: [1, 2]   # x\n", [1, 3], "a: [1, 3]   # x\n"),
        ("a: [1, 2]\n", [1, 2, 3], "a: [1, 2, 3]\n"),
        ("a:\n  - 1   # one\n  - 2\n", [1, 4, 2], "a:\n  - 1   # one\n  - 4\n  - 2\n"),
        ("a:\n  - 1   # one\n  - 2\n", [2], "a:\n  - 2\n"),
        ("a:\n  - {b: 1, c: 2}   # x\n", [{"b": 1, "c": 3}], "a:\n  - {b: 1, c: 3}   # x\n"),
        (
            "a: [\n  1,  # one\n  2   # two\n]\n",
            [1, 2, 3],
            "a: [\n  1,  # one\n  2,   # two\n  3\n]\n",
        ),
        ("a: [1, 2]\n", [], "a: []\n"),
        ("a:\n- 1\n- 2\n", [], "a: []\n"),
        ("a: |\n  one\n  two\nb: 1\n", "three\n\nfour\n", "a: |\n  three\n\n  four\nb: 1\n"),
        ("a: >-\n  one\n  two\n\n# c\n", "three", "a: >-\n  three\n\n# c\n"),
        ("a: |\n  one\nb: 1\n", "one", 'a: "one"\nb: 1\n'.replace('"one"', "one")),
        ("a: |-\n  one\n", " x", 'a: " x"\n'),
        ('a: "off"\n', 3, "a: 3\n"),
        ("a: none   # x\n", {"device": "/dev/x"}, "a: {device: /dev/x}   # x\n"),
        ("a: {b: 1}\n", "none", "a: none\n"),
        ("a:\n  b: 1   # x\n  c: 2\nd: 1\n", "none", "a: none\nd: 1\n"),
    ],
)
def test_a_value_keeps_the_style_of_the_one_before(text, value, after):
    assert changed(text, (("a",), value)) == after


def test_line_endings_and_the_missing_last_one_are_kept():
    content = b"a: 1\r\nb:\r\n  c: |\r\n    x\r\n  d: 2"
    edits = [Edit(0, ("b", "c"), "y\nz\n"), Edit(0, ("b", "e", "f"), 3), Edit(0, ("a",), 4)]
    assert rewritten(content, edits) == (
        b"a: 4\r\nb:\r\n  c: |\r\n    y\r\n    z\r\n  d: 2\r\n  e: {f: 3}"
    )


def test_a_document_is_found_by_the_name_of_its_device():
    content = b"device: a\nhost: x\n--- # second\ndevice: b\nhost: y\n...\n"
    assert rewritten(content, [Edit("b", ("host",), "z")]) == content.replace(b"y", b"z")
    assert rewritten(content, [Edit("a", ("config", "osd", "x"), 1)]) == (
        b"device: a\nhost: x\nconfig:\n  osd: {x: 1}\n--- # second\ndevice: b\nhost: y\n...\n"
    )


@pytest.mark.parametrize(
    ("content", "edit"),
    [
        (b"a: [\n", Edit(0, ("a",), 1)),
        (b"a: &x 1\n", Edit(0, ("a",), 1)),
        (b"a: 1\n", Edit(1, ("a",), 1)),
        (b"device: a\n", Edit("b", ("a",), 1)),
        (b"device: a\n---\ndevice: a\n", Edit("a", ("host",), 1)),
        (b"a: [1]\n", Edit(0, ("a", 1), 2)),
        (b"a: 1\n", Edit(0, ("a",), "\ud800")),
    ],
)
def test_what_cannot_be_done_is_refused(content, edit):
    with pytest.raises(NotRewritable):
        rewritten(content, [edit])
