"""Markdown for pull requests: what stands in it, what never leaves its cell, and how much it may be."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from recamera_gitops.errors import Diagnostic, ExitCode, Place
from recamera_gitops.reconcile.drift import Ignore, Ignored
from recamera_gitops.reconcile.outcome import DeviceOutcome, Difference, Outcome, Verdict
from recamera_gitops.reconcile.plan import (
    Action,
    Change,
    DevicePlan,
    Plan,
    PlannedRequest,
    ResourcePlan,
    Status,
)
from recamera_gitops.report.fitting import size
from recamera_gitops.report.markdown import COMMENT, carried_markdown, plan_markdown
from recamera_gitops.report.results import Carried, Planned, Surroundings
from recamera_gitops.rules import Severity

HOSTILE = st.lists(
    st.sampled_from(
        [
            *("`", "``", "```", "|", "\\", "\\|", "\n", "\r\n", "\n\n", "@octocat", "#1", "<", ">"),
            *("https://evil.example", "www.evil.example", "a@b.example", "[x](y)", "![x](y)", "*"),
            *("</details>", "</summary>", "</code>", "<script>", "-->", "<!--", "&lt;", "\u202e"),
            *("# x", "- x", "~~~", "$x$", " ", "\t", "\x00", "\ud800", "é", "😀", "word"),
        ]
    ),
    max_size=8,
).map("".join)
MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def planned(text):
    """A plan with a text of somebody else wherever one can stand."""
    place = Place(text(0), 4, 10)
    change = Change(text(1), text(2), text(3), source=place, confirm=text(4))
    later = Change(text(5), None, [text(6)], source=place, known_after=text(7))
    resource = ResourcePlan(text(8), Action.UPDATE, (text(9), "reboot"), "x", (change, later))
    steps = (PlannedRequest(text(0), text(1), text(2), text(3)),)
    device = DevicePlan(
        text(10), "h", Status.CHANGED, warnings=(text(11),), resources=(resource,), steps=steps
    )
    away = DevicePlan(text(12), "h", Status.UNREACHABLE, error=text(13))
    refusal = Diagnostic("policy-forbid", text(14), "x", place, text(15), Severity.WARNING)
    around = Surroundings(waves={device.device: 2}, refusals=(refusal,))
    return Planned(Plan(text(16), "2026", "0.1.0", (device, away)), around, steps=True)


def carried(text):
    wrong = Difference(text(0), text(1), text(2), text(3))
    outcomes = (Outcome(text(4), Verdict.UNVERIFIED, text(5), (wrong,)),)
    device = DeviceOutcome(text(6), "h", ExitCode.FAILED, text(7), outcomes, (text(8),))
    plan = Plan(text(9), "2026", "0.1.0", ())
    ends = {"run": text(10), "stopped": text(11), "back": (device,)}
    return Carried(plan, (device,), Surroundings(waves={text(6): 1}), ExitCode.FAILED, **ends)


def shape(markdown):
    """Every piece of the page as a reader of Markdown sees it, except what is code."""
    pieces = []
    for token in MARKDOWN.parse(markdown):
        for each in (token, *(token.children or ())):
            if each.type not in ("inline", "code_inline"):
                html = re.sub(r"<code>[^<>]*</code>", "<code/>", each.content)
                pieces.append((each.type, re.sub(r"(?<=<!-- recamera).*?(?= -->)", "", html)))
            elif each.type == "code_inline":
                pieces.append(("code", ""))
    return pieces


@given(st.lists(HOSTILE, min_size=17, max_size=17))
def test_a_text_of_others_never_leaves_its_place(texts):
    for make, view in ((planned, plan_markdown), (carried, carried_markdown)):
        hostile = view(make(lambda at: f"{texts[at]}{at}"))
        assert shape(hostile) == shape(view(make(lambda at: f"x{at}")))
        assert hostile.startswith("<!-- recamera-gitops:")


@given(st.integers(0, 3000), st.integers(1, 30), st.lists(HOSTILE, min_size=17, max_size=17))
def test_a_budget_always_holds_and_cuts_between_rows(budget, cameras, texts):
    one = planned(lambda at: f"{texts[at]}{at}")
    first, *rest = one.plan.devices
    many = tuple(
        replace(first, device=f"{first.device}{number}", warnings=(f"{texts[11]}{number}",))
        for number in range(cameras)
    )
    found = replace(one, plan=replace(one.plan, devices=(*many, *rest)))
    text = plan_markdown(found, budget)
    assert size(text) <= budget
    html = [content for kind, content in shape(text) if kind == "html_block"]
    assert sum("<details" in each for each in html) == sum("</details>" in each for each in html)
    assert "`" not in "".join(content for kind, content in shape(text))
    assert text in ("", plan_markdown(found)) or text.endswith("\n")


def fleet(make, cameras, changes):
    """So many cameras, each with changes of its own."""
    return make.plan(
        *(
            make.device(
                f"camera-{number}",
                make.resource(
                    "osd", *(make.change(f"osd.x{at}", number, "é" * 60) for at in range(changes))
                ),
            )
            for number in range(cameras)
        )
    )


def test_a_large_fleet_fits_into_a_comment_and_says_what_is_missing(make):
    text = plan_markdown(Planned(fleet(make, 200, 80)))
    assert COMMENT - 2000 < size(text) <= COMMENT
    kept = text.count("| `osd.x")
    told = re.search(r"Left out, because more does not fit here:\*\* (\d+) changes\.\n$", text)
    assert kept + int(told[1]) == 200 * 80


def test_a_plan_as_a_comment(make):
    north = make.device(
        "gate-north",
        make.resource("image", make.change("image.rotation", 0, 180), impact=("stream-restart",)),
        make.resource("system", make.change("system.ftp.password", None, None, sensitive=True)),
    )
    lobby = make.device(
        "lobby",
        make.resource("image", make.change("image.rotation", 0, 180), impact=("stream-restart",)),
    )
    away = make.device("yard", status=Status.UNREACHABLE, error="no answer within 45 s")
    refusal = Diagnostic(
        "policy-forbid", "lobby would get image.rotation", "x", Place("fleet.yaml", 9, 3),
        severity=Severity.WARNING,
    )  # fmt: skip
    around = Surroundings(waves={"lobby": 1, "gate-north": 2, "yard": 2}, refusals=(refusal,))
    assert plan_markdown(Planned(make.plan(north, lobby, away), around)) == (
        "<!-- recamera-gitops:plan:acme -->\n"
        "### Plan: 3 changes on 2 of 3 cameras (1 unreachable). 4 streams restart.\n"
        "\n"
        "#### `apply` would refuse this\n"
        "\n"
        "- **policy-forbid** at `fleet.yaml:9`: `lobby would get image.rotation`\n"
        "\n"
        "#### Unreachable\n"
        "\n"
        "- `yard`: `no answer within 45 s`\n"
        "\n"
        "#### Waves\n"
        "\n"
        "| wave | cameras | to change | changes | impact |\n"
        "| --- | --- | --- | --- | --- |\n"
        "| 1 | 1 | 1 | 1 | `stream-restart` |\n"
        "| 2 | 2 | 1 | 2 | `stream-restart` |\n"
        "\n"
        "<details open><summary><code>gate-north</code>, <code>lobby</code>: 1 change"
        " <code>stream-restart</code></summary>\n"
        "\n"
        "| setting | is | is to be | stated in |\n"
        "| --- | --- | --- | --- |\n"
        "| `image.rotation` | `0` | `180` | `profiles/outdoor.yaml:12` |\n"
        "\n"
        "</details>\n"
        "\n"
        "<details open><summary><code>gate-north</code>: 1 change</summary>\n"
        "\n"
        "| setting | is | is to be | stated in |\n"
        "| --- | --- | --- | --- |\n"
        "| `system.ftp.password` | `(sensitive)` | `(sensitive)` | `profiles/outdoor.yaml:12` |\n"
        "\n"
        "</details>\n"
        "\n"
    )


def test_requests_are_told_where_they_are_asked_for(make):
    request = make.request("PUT", "/image/0/scene", "enter edit mode: night", {"iProfile": 2})
    plan = make.plan(make.device("gate", steps=(request,)))
    assert plan_markdown(Planned(plan, steps=True)).endswith(
        "<details><summary><code>gate</code>: 1 request</summary>\n"
        "\n"
        '- `PUT /image/0/scene` `enter edit mode: night` `{"iProfile": 2}`\n'
        "\n"
        "</details>\n"
        "\n"
    )
    assert "iProfile" not in plan_markdown(Planned(plan))


@pytest.mark.parametrize(("ignored", "says"), [(0, ""), (2, "2 differences on paths")])
def test_drift_says_that_it_is_drift(make, ignored, says):
    text = plan_markdown(
        Planned(
            make.plan(make.device("a")),
            ignored=(Ignored("a", make.change("osd", 1, 2), Ignore("osd")),) * ignored,
        )
    )
    assert text.startswith(
        "<!-- recamera-gitops:drift:acme -->\n### No drift: 1 camera as declared.\n"
    )
    assert says in text


def test_of_a_drift_a_comment_tells_whose_doing_it_is(make):
    change = replace(make.change("osd", 1, 2), direction="files", severity="high")
    plan = make.plan(make.device("a", make.resource("osd", change)))
    text = plan_markdown(Planned(plan, ignored=()))
    assert "| `osd` (high, the files are newer than the last apply) | `1` | `2` |" in text


def test_what_became_of_a_plan_as_a_comment(make):
    wrong = Difference("osd.font.size", 32, "32", "16")
    failed = DeviceOutcome(
        "lobby",
        "h",
        ExitCode.FAILED,
        None,
        (
            Outcome("osd", Verdict.UNVERIFIED, None, (wrong,)),
            Outcome("image", Verdict.NOT_ATTEMPTED),
        ),
    )
    good = DeviceOutcome("gate", "h", ExitCode.DONE, None, (Outcome("osd", Verdict.VERIFIED),))
    idle = DeviceOutcome("yard", "h", ExitCode.DONE)
    found = Carried(
        make.plan(),
        (good, failed, idle),
        Surroundings(waves={"gate": 1, "lobby": 2}),
        ExitCode.FAILED,
        run="20261126T1",
        stopped="rollout.max_failures: 1 of 1",
    )
    assert carried_markdown(found) == (
        "<!-- recamera-gitops:apply:acme -->\n"
        "### Apply: 1 verified, 1 unverified, 1 not attempted on 2 cameras.\n"
        "\n"
        "Run `20261126T1`\n"
        "\n"
        "Stopped: `rollout.max_failures: 1 of 1`\n"
        "\n"
        "#### Cameras\n"
        "\n"
        "| camera | wave | verified | unverified | failed | unknown | not attempted | result |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- |\n"
        "| `lobby` | 2 | 0 | 1 | 0 | 0 | 1 | **failed** |\n"
        "| `gate` | 1 | 1 | 0 | 0 | 0 | 0 | done |\n"
        "\n"
        "#### Not verified\n"
        "\n"
        "- `lobby` `osd` unverified\n"
        '  - `osd.font.size`: desired `32`, sent `"32"`, observed `"16"`\n'
        "\n"
    )
