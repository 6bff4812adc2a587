"""What is wrong with the YAML of a file, in words for people and without quoting any of it."""

import re
from typing import Final

# What the parser says → rule, message and hint; first match wins.
_SYNTAX: Final[tuple[tuple[str, str, str, str | None], ...]] = (
    (r"character '\\t'", "tab", "a tab stands where spaces are needed", "indent with spaces"),
    (
        r"cannot start any token",
        "syntax",
        "a plain value cannot begin with this character",
        "put the value in quotes",
    ),
    (
        r"mapping values are not allowed",
        "syntax",
        "a colon stands where no key can be",
        "put text that contains ': ' in quotes, and check the indentation",
    ),
    (
        r"unexpected end of stream|found unexpected document",
        "syntax",
        "the text ends inside quotes",
        "close the quotes",
    ),
    (r"tag|URI", "tag", "YAML tags are not supported", "quote text that begins with !"),
    (r"escape", "syntax", "this escape is unknown", "use single quotes, or write \\\\"),
    (
        r"expected ',' or|stream end",
        "syntax",
        "a bracket is not closed, or a comma is missing",
        None,
    ),
    (
        r"expected <block end>|could not find expected ':'",
        "syntax",
        "the structure breaks off here",
        "check the indentation, the colons and the quotes",
    ),
)


def explained(problem: str) -> tuple[str, str, str | None]:
    """Rule, message and hint for what the parser says."""
    rows = (
        (rule, message, hint)
        for pattern, rule, message, hint in _SYNTAX
        if re.search(pattern, problem)
    )
    return next(rows, ("syntax", "this is not valid YAML", None))
