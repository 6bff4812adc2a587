"""docs/rollouts.md: its example is one, shows everything that can be said, and is refused as it tells."""

import re

from recamera_gitops.desired.fleet import load
from recamera_gitops.desired.models import GATES, CommandGate, Policy
from recamera_gitops.errors import Place
from recamera_gitops.fleet.policy import violations
from recamera_gitops.report.diagnostics import line
from tests.conftest import ROOT
from tests.fleet.test_policy import changed, planned

PAGE = (ROOT / "docs" / "rollouts.md").read_text(encoding="utf-8")
REFUSED = "error: the plan is refused; nothing was written"


def block(language):
    found = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return found[0]


def example(root):
    (root / "devices").mkdir()
    (root / "fleet.yaml").write_text(block("yaml"), encoding="utf-8")
    for name in ("gate-north", "lobby"):
        text = f"device: {name}\nhost: {name}.test\n"
        (root / "devices" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return load(root)


def test_the_example_says_everything_that_a_policy_and_gates_can_say(tmp_path):
    fleet = example(tmp_path)
    assert fleet.policy.model_fields_set == Policy.model_fields.keys() - {"literal_secrets"}
    *words, command = fleet.rollout.gates
    assert words == list(GATES)
    assert command == CommandGate(command="./check-picture.sh --dark")
    assert fleet.rollout.window.model_fields_set == type(fleet.rollout.window).model_fields.keys()


def test_the_example_is_refused_as_the_page_tells(tmp_path):
    source = Place("profiles/outdoor.yaml", 16, 26)
    wish = changed("gate-north", "network.wifi.enabled", after=False, source=source)
    told = [line(each.said()) for each in violations(planned(wish), example(tmp_path), ())]
    assert "\n".join([*told, REFUSED, ""]) == block("text")


def test_the_table_of_gates_names_every_one():
    cells = re.findall(r"^\| `([a-z]+)` \|", PAGE, re.MULTILINE)
    assert cells == list(GATES)
