"""What is known of a rule, whatever it is about."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """Errors stop a run before it contacts a camera; warnings are only said."""

    ERROR = "error"
    WARNING = "warning"


class Kind(StrEnum):
    """Who says what a rule says, and what may be done about it."""

    LINT = "lint"  # said by `validate` alone; may be ignored in a comment, and made an error
    REMARK = "remark"  # the same, and said by every other command that reads the files
    POLICY = "policy"  # apply refuses such a plan, and plan warns of it
    VALIDITY = "validity"  # the files cannot be used: an error, for every command
    USE = "use"  # what was asked for cannot be done, whatever the files say: an error too


@dataclass(frozen=True, slots=True)
class Rule:
    """A reason to complain: a stable kebab-case id, one sentence, and what to do about it."""

    id: str
    kind: Kind
    severity: Severity
    says: str
    hint: str

    @property
    def is_lint(self) -> bool:
        """Whether the files can be used all the same."""
        return self.kind in (Kind.LINT, Kind.REMARK)

    @property
    def may_warn(self) -> bool:
        """Whether it may be said without an end of everything."""
        return self.is_lint or self.kind is Kind.POLICY
