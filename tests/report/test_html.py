"""The page as a text: one file, a policy that fits it, data that cannot leave its element."""

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recamera_gitops.errors import Diagnostic, Place
from recamera_gitops.reconcile.plan import Action, Change, DevicePlan, Plan, ResourcePlan, Status
from recamera_gitops.report.history_points import HistoryPoint
from recamera_gitops.report.html.chart import HEIGHT, WIDTH, chart
from recamera_gitops.report.html.document import document
from recamera_gitops.report.html.page import carried_page, embedded, plan_page
from recamera_gitops.report.html.states import STATES, by_gravity
from recamera_gitops.report.inside import no_inner
from recamera_gitops.report.results import Carried, Planned, Surroundings
from recamera_gitops.rules import Severity


def test_the_policy_allows_what_is_in_the_page_and_nothing_else(make):
    page = plan_page(Planned(make.plan(make.device("a"))))
    policy = re.search('Content-Security-Policy" content="(.*?)"', page)[1].replace("&#39;", "'")
    for element in ("style", "script"):
        body = re.search(rf"<{element}>(.*?)</{element}>", page, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"{element}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert not re.findall(r"""\b(?:style|on\w+)=["']""", page)
    assert not re.findall(r"""(?:src|href)=["'](?!data:|#)""", page)


def test_data_cannot_end_its_element():
    text = embedded({"x": "</script><!--\u2028&"})
    assert not re.search(r"[<>&\u2028]", text)
    assert json.loads(text) == {"x": "</script><!--\u2028&"}


class Elements(HTMLParser):
    """Every element of a page, with the names of its attributes."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, [name for name, _ in attributes]))

    def handle_endtag(self, tag):
        self.found.append(tag)

    def handle_comment(self, data):
        self.found.append("comment")


TEXT = st.text(max_size=8) | st.sampled_from(
    ["</title>", "</script>", "<script>", "<!--", '"><img src=x onerror=y>', "&lt;", "{{ x }}"]
)


def page_of(text):
    place = Place(text(0), 1, 1)
    change = Change(text(1), text(2), text(3), source=place, confirm=text(4))
    part = ResourcePlan(text(5), Action.UPDATE, (text(6),), "x", (change,))
    device = DevicePlan(
        text(7), text(8), Status.CHANGED, warnings=(text(9),), resources=(part,), serial=text(10)
    )
    refusal = Diagnostic("policy-forbid", text(11), "x", place, severity=Severity.WARNING)
    around = Surroundings({text(7): {text(12): text(13)}}, {text(7): 1}, (refusal,))
    return plan_page(Planned(Plan(text(14), text(15), text(16), (device,)), around))


@given(st.lists(TEXT, min_size=17, max_size=17))
def test_a_text_of_others_makes_no_element(texts):
    hostile = page_of(lambda at: f"{texts[at]}{at}")
    assert Elements(hostile).found == Elements(page_of(lambda at: f"x{at}")).found


def test_what_many_cameras_share_is_there_once(make):
    part = make.resource("osd", make.change("osd.font.size", "auto", "32"))
    plan = make.plan(*(make.device(f"camera-{number}", part) for number in range(50)))
    data = document(plan.devices, None, Surroundings(), no_inner)
    assert len(data["changes"]) == 1
    assert {each["cells"]["osd"][1] for each in data["cameras"]} == {1}


def test_families_stand_as_they_do_in_files(make):
    parts = (
        make.resource(each, make.change(f"{each}.x", 1, 2)) for each in ("zzz", "osd", "video.sub")
    )
    data = document((make.device("a", *parts),), None, Surroundings(), no_inner)
    assert data["families"] == ["video", "osd", "zzz"]


def test_a_secret_is_never_in_a_page(make):
    part = make.resource(
        "system.ftp", make.change("system.ftp.password", "a5ecret", "b5ecret", sensitive=True)
    )
    assert "5ecret" not in plan_page(Planned(make.plan(make.device("a", part))))


def test_the_gravest_state_is_first_and_every_state_has_a_sign():
    assert by_gravity(["verified", "failed", "unchanged"]) == ["failed", "verified", "unchanged"]
    assert all(each.sign and each.says for each in STATES.values())


def points(*counts):
    return [
        HistoryPoint(f"2026-11-{day:02}T06:00:00Z", count, count, 0)
        for day, count in enumerate(counts, start=1)
    ]


@pytest.mark.parametrize("history", [[], points(3)])
def test_of_fewer_than_two_looks_there_is_no_chart(history):
    assert chart(history) is None


def test_the_chart_runs_over_time_from_end_to_end():
    found = chart(points(0, 4, 2))
    assert found.highest == 4
    assert found.differing == f"0.0,{HEIGHT}.0 {WIDTH / 2},0.0 {WIDTH}.0,{HEIGHT / 2}"


def test_looks_at_one_moment_do_not_divide_by_nothing():
    assert chart(points(1)[:1] * 2).differing.startswith("0.0,")


def seen(**more):
    return {"mean": 92.0, "black": 0.0, "white": 0.0, "alarm": None, **more}


def test_pictures_stand_side_by_side_in_the_page(make):
    plan = make.plan(make.device("gate"))
    pictures = {"gate": {"before": seen(file="b"), "after": seen(file="a", differs=0.4)}}
    photo = {"b": b"before", "a": b"after"}
    page = carried_page(
        Carried(plan, (), pictures=pictures, photo=lambda facts: photo.get(facts.get("file")))
    )
    shown = re.findall(r'<img src="data:image/jpeg;base64,([^"]*)" alt="([^"]*)">', page)
    assert [(base64.b64decode(content), alt) for content, alt in shown] == [
        (b"before", "What gate showed before"),
        (b"after", "What gate showed after"),
    ]
    assert "<p>picture 92 mean luminance, 0 % clipped, 40 % of it differs</p>" in page
    assert not re.findall(r"""(?:src|href)=["'](?!data:|#)""", page)


def test_of_too_many_pictures_those_with_trouble_are_shown(make):
    pictures = {f"c{number}": {"before": seen()} for number in range(50)}
    pictures["c49"] = {"before": {"trouble": "<b>401</b>"}}
    page = carried_page(Carried(make.plan(make.device("c1")), (), pictures=pictures))
    assert "<h3>c49</h3>" in page
    assert "&lt;b&gt;401&lt;/b&gt;" in page
    assert "<h3>c48</h3>" not in page
    assert "Pictures of 10 more cameras are in the folder of the run." in page


def test_without_pictures_nothing_is_said_of_them(make):
    assert 'id="pictures"' not in carried_page(Carried(make.plan(make.device("a")), ()))


def test_of_a_drift_the_page_tells_whose_doing_it_is_and_since_when(make):
    change = replace(make.change("osd", 1, 2), direction="camera", severity="critical")
    device = make.device("gate", make.resource("osd", change))
    around = Surroundings(since={("gate", "osd"): "2026-11-22T00:00:00Z"})
    data = document((device,), None, around, no_inner)
    noted = data["texts"][data["changes"][0][2]]
    assert noted == "critical, changed on the camera, since 2026-11-22T00:00:00Z"
