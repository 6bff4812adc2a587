"""Values as YAML text that the reader of these files takes back as the very same values.

One value has one spelling. What another YAML reader might take for something else (`yes`, `06:30:00`,
`2026-01-01`) stands in quotes, although the reader here would not mind.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from recamera_gitops.desired.core_schema import Value, resolved
from recamera_gitops.exchange import Json

WIDTH: Final = 100
_INDENT: Final = "  "
_WORD: Final = re.compile(r"[^\W\d_](?:[\w./@+-]|:(?=[^\s]) ?| (?=[\w./(]))*")
_NAME: Final = re.compile(r"[/][\w./-]+")
_MEASURE: Final = re.compile(r"[0-9][A-Za-z0-9./]*")
_OLD_BOOLEAN: Final = re.compile(r"y|n|yes|no|on|off", re.IGNORECASE)
# What a double-quoted text shows as an escape: whatever cannot be seen, or breaks a line somewhere.
_HIDDEN: Final = re.compile(
    "[\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\uf8ff\ufe00-\ufeff\ufff0-\uffff]"
)


def literal(text: str) -> str:
    """Text as a file has to say it, so that nobody sees a reference in it."""
    return text.replace("${", "$${")


def scalar(value: Value) -> str:
    """One value that is no collection, on one line."""
    if isinstance(value, str):
        return value if may_be_plain(value) else quoted(value)
    return json.dumps(value, allow_nan=False)


def may_be_plain(text: str) -> bool:
    """Whether every YAML reader takes the text for text, without quotes."""
    form = _WORD.fullmatch(text) or _NAME.fullmatch(text) or _MEASURE.fullmatch(text)
    return bool(form) and isinstance(resolved(text), str) and not _OLD_BOOLEAN.fullmatch(text)


def quoted(text: str) -> str:
    """Text in double quotes, whatever it is."""
    return _HIDDEN.sub(
        lambda found: f"\\u{ord(found.group()):04x}", json.dumps(text, ensure_ascii=False)
    )


def flow(value: Json) -> str:
    """A value on one line: `{a: 1, b: [x, y]}`."""
    if isinstance(value, Mapping):
        items = (f"{scalar(key)}: {flow(item)}" for key, item in value.items())
        return "{" + ", ".join(items) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(map(flow, value)) + "]"
    return scalar(value)


def block(values: Mapping[str, Json] | Sequence[Json], depth: int = 0) -> str:
    """A collection over several lines; a mapping of plain values inside it stands on one where it fits."""
    lines = _lines(values, depth) if isinstance(values, Mapping) else _items(values, depth)
    return "".join(f"{_INDENT * depth}{line}\n" for line in lines)


def _lines(values: Mapping[str, Json], depth: int) -> Iterator[str]:
    for key, value in values.items():
        head = f"{scalar(key)}:"
        if _fits(head, value, depth):
            yield f"{head} {flow(value)}"
            continue
        yield head
        inner = _lines(value, depth + 1) if isinstance(value, Mapping) else _items(value, depth + 1)
        yield from (_INDENT + line for line in inner)


def _items(values: Sequence[Json], depth: int) -> Iterator[str]:
    for value in values:
        if not isinstance(value, Mapping) or _fits("-", value, depth):
            yield f"- {flow(value)}"
            continue
        first, *rest = _lines(value, depth + 1)
        yield f"- {first}"
        yield from (_INDENT + line for line in rest)


def _fits(head: str, value: Json, depth: int) -> bool:
    """Whether a value stands on its key's line; a mapping of mappings never does."""
    if not isinstance(value, Mapping | Sequence) or isinstance(value, str) or not value:
        return True
    deep = isinstance(value, Mapping) and any(isinstance(each, Mapping) for each in value.values())
    return not deep and len(_INDENT) * depth + len(head) + 1 + len(flow(value)) <= WIDTH
