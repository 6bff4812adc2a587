"""The one table of every rule that a complaint may name, one row each.

`Diagnostic` takes no other. The reference, SARIF and what a comment may ignore are read off it.
"""

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Final

from recamera_gitops.rules.lint import LINT
from recamera_gitops.rules.policy import POLICY
from recamera_gitops.rules.rule import Kind, Rule, Severity
from recamera_gitops.rules.use import USE
from recamera_gitops.rules.validity import VALIDITY

__all__ = ["IGNORABLE", "LINT_RULES", "RULES", "UNUSED_IGNORE", "Kind", "Rule", "Severity"]


def _by_id(rules: Iterable[Rule]) -> dict[str, Rule]:
    found: dict[str, Rule] = {}
    for rule in rules:
        if rule.id in found:
            raise TypeError(f"two rules are called {rule.id}")
        found[rule.id] = rule
    return found


RULES: Final[Mapping[str, Rule]] = _by_id(chain(LINT, POLICY, VALIDITY, USE))
LINT_RULES: Final = tuple(rule.id for rule in RULES.values() if rule.is_lint)

# Said of an ignore that ignores nothing; to ignore that in its turn would have no end.
UNUSED_IGNORE: Final = "unused-ignore"
IGNORABLE: Final = tuple(each for each in LINT_RULES if each != UNUSED_IGNORE)
