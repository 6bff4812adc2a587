"""The reference of rules: it is current, and names every rule once."""

import re
from pathlib import Path

from recamera_gitops.desired.comments import ignores
from recamera_gitops.report.rules import rules_markdown
from recamera_gitops.rules import RULES

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"


def test_the_page_is_the_one_that_is_generated():
    assert PAGE.read_text(encoding="utf-8") == rules_markdown()


def test_every_rule_has_one_row_of_four_cells():
    rows = [line for line in rules_markdown().splitlines() if line.startswith("| `")]
    assert sorted(row.split("`")[1] for row in rows) == sorted(RULES)
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {5}


def test_the_comments_that_are_shown_are_right():
    (shown,) = re.findall(r"```yaml\n(.*?)```", rules_markdown(), re.DOTALL)
    found, wrong = ignores(shown.encode(), "gate.yaml")
    assert [(each.rule, each.line) for each in found] == [
        ("no-serial", 2),
        ("needless-null", 2),
        ("plain-http", 4),
    ]
    assert wrong == ()
