"""docs/ci.md: what it says of jobs, of the action and of the folder between them is so."""

import re

import pytest

from recamera_gitops.desired.document import parse
from recamera_gitops.desired.nodes import value_of
from recamera_gitops.fleet.journal import RUNS
from recamera_gitops.fleet.ledger import LEDGER
from tests.cli.workflows import GITHUB, GITLAB, said, written
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")


def block(containing):
    (found,) = (
        body
        for body in re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
        if containing in body
    )
    (document,), problems = parse(found.encode(), "page")
    assert not problems
    return value_of(document, lambda _scalar: False)


def test_the_step_with_the_action_says_what_the_action_takes():
    (step,) = block("uses:")["steps"]
    action = said(ROOT / "action.yml")
    assert step["with"].keys() <= action["inputs"].keys()
    assert re.fullmatch(r"OWNER/recamera-gitops@[0-9a-f]{40}", step["uses"])


@pytest.mark.parametrize("name", [*GITHUB, GITLAB])
def test_what_has_to_be_set_up_is_what_the_jobs_ask_for(tmp_path, name):
    (file,) = written(tmp_path, name)
    text = file.read_text(encoding="utf-8")
    asked = {*re.findall(r"(?:secrets|vars)\.(\w+)", text), *re.findall(r"\$(RECAMERA_\w+)", text)}
    assert {f"`{each}`" for each in asked - {"RECAMERA_GITOPS"}} <= set(
        re.findall("`[A-Z_]+`", PAGE)
    )
    environments = re.findall(r"environment:(?: |\n\s+name: )(\w+)$", text, re.MULTILINE)
    assert environments
    assert {f"   | `{each}` |" for each in environments} <= set(
        re.findall(r"^ {3}\| `\w+` \|", PAGE, re.MULTILINE)
    )


def test_what_is_to_be_kept_is_called_so():
    assert f"| `{RUNS}/` | yes |" in PAGE
    assert f"| `{LEDGER}` | yes |" in PAGE


def test_the_folder_between_jobs_is_never_put_into_a_cache(tmp_path):
    for file in written(tmp_path, *GITHUB, GITLAB):
        text = file.read_text(encoding="utf-8")
        assert "actions/cache" not in text
        assert "\ncache:" not in text
        assert "clean: false" in text or "exclude=.recamera/" in text
