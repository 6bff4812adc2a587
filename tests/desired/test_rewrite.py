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
    ["", "Gate N", "06:30:00", "off", "a: b", "it's", 'say "x"', "# no", "[x]", "1", "ü€", "a\nb\n", "\x07", " x "]
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
            inner = "".join(
                f"{self.newline}{' ' * (indent + 2)}{item}{',' if n < len(items) - 1 or self.maybe() else ''}{self.comment()}"
                for n, item in enumerate(items)
            )
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
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for step, inner in pairs if isinstance(value, dict | list) else ():
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
        mappings = [()] + [s for s in places(documents[number]) if isinstance(at(documents[number], s), dict)]
        steps = (*draw(st.sampled_from(mappings)), draw(KEYS))
    for step in steps[:-1]:
        holder = holder[step]
    if value is not REMOVED:
        holder[steps[-1]] = copy.deepcopy(value)
    elif isinstance(holder, list) or steps[-1] in holder:
        del holder[steps[-1]]
    return content, Edit(number, steps, value), wanted


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
    paths = [s for s in places(documents[number]) if type(at(documents[number], s)) in (int, bool, float)]
    if not paths:
        return
    steps = data.draw(st.sampled_from(paths))
    old = at(documents[number], steps)
    there = rewritten(content, [Edit(number, steps, data.draw(st.sampled_from([7, "hlc", True])))])
    assert rewritten(there, [Edit(number, steps, old)]) == content
    changes = [
        (one, other)
        for kind, a, b, c, d in difflib.SequenceMatcher(None, content, there, autojunk=False).get_opcodes()
        if kind != "equal"
        for one, other in [(content[a:b], there[c:d])]
    ]
    assert sum(len(one) for one, _ in changes) <= len(json.dumps(old))
