"""What text may stand where, as patterns of JSON Schema: with references in it, or without any.

`notation` decides what a reference is; `tests/desired/test_agreement.py` holds these patterns against it.
"""

from dataclasses import dataclass
from typing import Final

_NAME: Final = "[A-Za-z0-9][A-Za-z0-9._-]*"
_LABEL: Final = f"label:{_NAME}|device"
_SHOWN: Final = f"var:{_NAME}|{_LABEL}"
# A character inside a reference, or a pair of braces; deeper pairs than these are not looked into.
_CALM: Final = r"(?:[^{}$]|\$(?!\{))"
_INSIDE: Final = rf"(?:{_CALM}|\{{(?:{_CALM}|\{{{_CALM}*\}})*\}})"
_STEP: Final = rf"(?:(?!\.){_INSIDE})+"
_HIDDEN: Final = "|".join(
    (
        rf"env:[A-Za-z_][A-Za-z0-9_]*(?::-{_INSIDE}*)?",
        rf"file:{_INSIDE}+",
        rf"sops:(?:(?!#){_INSIDE})+#{_STEP}(?:\.{_STEP})*",
        rf"keyring:{_INSIDE}+/(?:(?!/){_INSIDE})+",
        rf"cmd:[ \t\r\n]*(?![ \t\r\n]){_INSIDE}+",
    )
)
# One character, or `$${`; a dollar sign before either kind of brace belongs to the brace.
_LITERAL: Final = r"[^$]|\$(?!\$?\{)|\$\$\{"
_A_REFERENCE: Final = r"(?:[\s\S]*[^$])?\$\{"


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one kind of place; `references` is what may stand between the braces of one."""

    references: str

    @property
    def any(self) -> str:
        """Any text whose references may stand here."""
        return rf"^(?:{_LITERAL}|\$\{{(?:{self.references})\}})*$"

    @property
    def referring(self) -> str:
        """Any such text with a reference in it: what it amounts to is known later."""
        return f"^(?={_inner(self.any)}$){_A_REFERENCE}"

    def or_of_form(self, form: str) -> str:
        """Text of a form of its own, or such text with a reference in it."""
        return f"^(?={_inner(self.any)}$)(?:(?:{_inner(form)})$|{_A_REFERENCE})"


SETTING: Final = Texts(_SHOWN)
VARIABLE: Final = Texts(_LABEL)
SECRET: Final = Texts(f"{_SHOWN}|{_HIDDEN}")

# The only reference that can amount to something else than text.
ONE_VARIABLE: Final = rf"^\$\{{var:{_NAME}\}}$"


def without_reference(form: str | None) -> str:
    """Text, of a form of its own or of any, in which nothing looks like a reference."""
    return r"^(?![\s\S]*\$\{)" + ("" if form is None else f"(?:{_inner(form)})$")


def _inner(form: str) -> str:
    """A pattern without the anchors around it."""
    return form.removeprefix("^").removesuffix("$")
