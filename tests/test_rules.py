"""The table of rules: it knows every complaint that can be made, and nothing that nobody makes."""

import ast
import re
from pathlib import Path

import pytest

import recamera_gitops
from recamera_gitops.desired.lint.checks import CHECKS
from recamera_gitops.errors import Diagnostic
from recamera_gitops.rules import IGNORABLE, LINT_RULES, RULES, UNUSED_IGNORE, Kind, Severity

PACKAGE = Path(recamera_gitops.__file__).parent
TREES = [
    ast.parse(path.read_text(encoding="utf-8"))
    for path in PACKAGE.rglob("*.py")
    if "rules" not in path.relative_to(PACKAGE).parts
]
MAKERS = {"Diagnostic", "Lacking", "Complaint", "_report", "_problem", "_whole_file", "_complaint"}


def named():
    """The first argument of every call that makes a complaint, where it is written out."""
    for tree in TREES:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args:
                maker = getattr(node.func, "id", getattr(node.func, "attr", None))
                first = node.args[0]
                if maker in MAKERS and isinstance(first, ast.Constant):
                    yield first.value


def texts():
    """Every text in the source that is written out."""
    for tree in TREES:
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def filled():
    """Every text in the source that is filled in, as a pattern."""
    for tree in TREES:
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                parts = (getattr(each, "value", None) for each in node.values)
                yield "".join(re.escape(p) if isinstance(p, str) else "[a-z]+" for p in parts)


TEXTS, FILLED = set(texts()), re.compile("|".join(filled()))


def test_a_complaint_names_a_rule_of_the_table():
    with pytest.raises(ValueError, match="there is no rule 'made-up'"):
        Diagnostic("made-up", "x")


def test_what_makes_files_unusable_is_no_warning():
    with pytest.raises(ValueError, match="unknown-key is always an error"):
        Diagnostic("unknown-key", "x", severity=Severity.WARNING)


def test_every_rule_that_the_source_names_is_in_the_table():
    assert set(named()) - {"address", "gateway", "netmask"} <= RULES.keys()


@pytest.mark.parametrize("rule", RULES)
def test_a_row_is_about_something_that_is_complained_about(rule):
    assert rule in TEXTS or FILLED.fullmatch(rule) or rule == UNUSED_IGNORE


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_a_row_says_what_and_what_to_do(rule):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.id)
    assert re.fullmatch(r"\S.*[^.]\.", rule.says)
    assert rule.hint
    assert not rule.hint.endswith(".")


def test_every_rule_of_lint_has_one_function():
    lint = {name for name, rule in RULES.items() if rule.kind is Kind.LINT}
    assert CHECKS.keys() == lint - {UNUSED_IGNORE}
    assert len(set(CHECKS.values())) == len(CHECKS)


def test_what_can_be_used_is_warned_about_and_what_cannot_is_an_error():
    for name, rule in RULES.items():
        assert (rule.severity is Severity.WARNING) == (name in LINT_RULES)
    assert {*IGNORABLE, UNUSED_IGNORE} == set(LINT_RULES)
