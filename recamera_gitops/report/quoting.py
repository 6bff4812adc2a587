"""Foreign text in Markdown: always code, so that nothing in it mentions, links or ends its cell. Pure.

Between its backticks a code span is literal. Three things could end it or the cell around it: a backtick, a
bar and the end of the line. They are shown escaped, as `printable` shows what could steer a terminal.
"""

import html
import re
from collections.abc import Sequence
from typing import Final

from recamera_gitops.report.values import bounded
from recamera_gitops.secret import printable

_ENDS: Final = re.compile(r"[`|]")
_WIDEST: Final = 400
_NOT_IN_A_MARK: Final = re.compile(r"[^A-Za-z0-9._-]")


def code(text: str, widest: int = _WIDEST) -> str:
    """The text as a code span that may stand in a paragraph, a list or a table."""
    escaped = _ENDS.sub(lambda found: f"\\u{ord(found[0]):04x}", printable(bounded(text, widest)))
    return f"`{escaped}`" if escaped.strip(" ") else "` `"


def tag(text: str, widest: int = _WIDEST) -> str:
    """The text as a code element that may stand inside HTML, such as a summary."""
    return f"<code>{html.escape(printable(bounded(text, widest)))}</code>"


def codes(texts: Sequence[str], most: int) -> str:
    """The first of several, and how many there are besides."""
    aside = f" and {len(texts) - most} more" if len(texts) > most else ""
    return ", ".join(code(each) for each in texts[:most]) + aside


def mark(kind: str, fleet: str) -> str:
    """The first line, which nobody sees: by it a job finds the comment that it wrote before."""
    return f"<!-- recamera-gitops:{kind}:{_NOT_IN_A_MARK.sub('_', fleet)} -->\n"
