"""The page in a real browser: what it shows, how it is filtered, and that nothing in it does anything else."""

import re

import pytest

from recamera_gitops.errors import Diagnostic, Place
from recamera_gitops.reconcile.plan import Action, Change, DevicePlan, Plan, ResourcePlan, Status
from recamera_gitops.report.html.page import plan_page
from recamera_gitops.report.results import Planned, Surroundings
from recamera_gitops.rules import Severity


def names(page):
    return page.locator("button.camera:visible .name").all_text_contents()


def details(page, name):
    button = page.get_by_role("button", name=name)
    return page.locator(f"#{button.get_attribute('aria-controls')}")


def test_it_shows_every_camera_against_every_family(shown, planned):
    page = shown(planned)
    assert page.locator("#matrix thead").first.inner_text().split() == [
        *("camera", "state", "site", "wave", "video", "osd", "image"),
    ]
    lines = [
        " ".join(each.split()).removeprefix("\u203a")
        for each in page.locator("#matrix tr.line").all_text_contents()
    ]
    assert lines == [
        "gate-north~changedhqwave 1~1video: 1 change, changed·osd: as declared~1image: 1 change, changed",
        "lobby~changeddockwave 2·video: as declared~1osd: 1 change, changed·image: as declared",
        "dock-east·unchangedhqwave 2·video: as declared·osd: as declared·image: as declared",
        "yard∅unreachabledockwave 2"
        + "".join(f"?{each}: could not be read" for each in ("video", "osd", "image")),
    ]


def test_a_camera_tells_its_changes_and_where_they_are_stated(shown, planned):
    page = shown(planned)
    below = details(page, "gate-north")
    assert below.is_hidden()
    page.get_by_role("button", name="gate-north").click()
    assert below.locator("tbody tr").all_text_contents() == [
        "image.scenes.night.exposure.modeautomanualprofiles/outdoor.yaml:12",
        "video.main.gop6050profiles/outdoor.yaml:9",
    ]
    assert "stream-restart" in below.inner_text()
    page.get_by_role("button", name="yard").click()
    assert "no answer within 45 s" in details(page, "yard").inner_text()
    page.get_by_role("button", name="gate-north").click()
    assert below.is_hidden()


def test_what_became_of_a_plan_is_told_apart(shown, carried):
    page = shown(carried)
    states = page.locator("#matrix .badge").all_text_contents()
    assert states == ["✗failed", "✓done", "·unchanged", "∅unreachable"]
    page.get_by_role("button", name="gate-north").click()
    told = details(page, "gate-north").inner_text()
    assert "the reply was lost" in told
    assert re.search(r"kept otherwise\s+desired\s+sent\s+observed", told)
    assert "run 20261126T1" in " ".join(page.locator(".facts").inner_text().split())
    assert "Stopped: max_failures: 1." in page.locator(".notes").inner_text()


@pytest.mark.parametrize(
    ("field", "choice", "left"),
    [
        ("state", "changed", ["gate-north", "lobby"]),
        ("site", "hq", ["gate-north", "dock-east"]),
        ("wave", "1", ["gate-north"]),
        ("settings", "osd", ["lobby"]),
    ],
)
def test_a_choice_leaves_the_cameras_that_are_like_it(shown, planned, field, choice, left):
    page = shown(planned)
    page.select_option(f"#f-{field}", choice)
    assert names(page) == left
    assert page.locator("#count").inner_text() == f"{len(left)} of 4 cameras"
    page.get_by_role("button", name="Reset").click()
    page.get_by_text("4 cameras", exact=True).wait_for()
    assert len(names(page)) == 4


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("LOBBY", ["lobby"]),
        ("exposure manual", ["gate-north"]),
        ("outdoor.yaml:21", ["lobby"]),
        ("site=dock", ["lobby", "yard"]),
        ("no answer", ["yard"]),
        ("nowhere", []),
    ],
)
def test_a_text_is_looked_for_in_all_that_is_said(shown, planned, text, left):
    page = shown(planned)
    page.fill("#f-text", text)
    assert names(page) == left


def test_the_keyboard_is_enough(shown, planned):
    page = shown(planned)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the cameras"
    page.keyboard.press("/")
    page.keyboard.type("gate")
    assert names(page) == ["gate-north"]
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    page.keyboard.press("Tab")
    page.keyboard.press("c")  # the state that begins so
    assert names(page) == ["gate-north", "lobby"]
    page.locator("button.camera").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    opened = page.locator("button.camera[aria-expanded=true]")
    assert opened.locator(".name").all_text_contents() == ["lobby"]
    page.keyboard.press("Tab")
    assert not page.evaluate("document.activeElement.classList.contains('skip')")


def test_paper_gets_everything_and_the_screen_is_as_before(shown, planned):
    page = shown(planned)
    page.select_option("#f-state", "changed")
    page.evaluate(
        "addEventListener('beforeprint', () => { window.printed ="
        " [...document.querySelectorAll('.below:not([hidden])')].length })"
    )
    page.pdf()
    assert page.evaluate("window.printed") == 2
    assert page.locator(".below:not([hidden])").count() == 0
    page.emulate_media(media="print")
    assert page.locator("#filters").is_hidden()


def test_it_can_be_read_on_a_telephone(shown, planned):
    page = shown(planned, width=360)
    page.get_by_role("button", name="gate-north").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.locator("#matrix thead").first.is_hidden()
    assert page.locator("tr.line").first.locator(".cell:visible").count() == 2


def test_it_is_dark_where_that_is_preferred(shown, planned):
    colours = [
        shown(planned, dark=dark).evaluate("getComputedStyle(document.body).backgroundColor")
        for dark in (False, True)
    ]
    light, dark = (sum(map(int, re.findall(r"\d+", each)[:3])) for each in colours)
    assert light > 700
    assert dark < 150


def test_the_chart_shows_earlier_looks(shown, planned):
    page = shown(planned)
    assert page.get_by_role("img").get_attribute("aria-labelledby") == "chart-title"
    assert len(page.locator("polyline.differing").get_attribute("points").split()) == 19
    assert page.locator(".numbers tbody tr").count() == 19


HOSTILE = (
    "<script>window.hit=1</script>",
    '"><img src=x onerror="window.hit=1">',
    "</script><script>window.hit=1</script>",
    "<!-- <script>",
    "{{ 7*7 }}{% raw %}",
    "javascript:window.hit=1",
    "__proto__",
    "constructor",
    "\u202eevil\x00\u2028",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_of_others_stays_text(shown, text):
    place = Place(text, 1, 1)
    changes = (
        Change(text, text, [text], source=place, confirm=text),
        Change(f"{text}.x", {text: text}, None, source=place, known_after=text),
    )
    part = ResourcePlan(text, Action.UPDATE, (text,), "x", changes)
    one = DevicePlan(text, text, Status.CHANGED, text, text, None, 0, (text,), (part,))
    two = DevicePlan(f"{text}2", text, Status.FAILED, error=text)
    refusal = Diagnostic("policy-forbid", text, text, place, text, Severity.WARNING)
    labels = {text: {text: text, "site": text}, two.device: {"site": "other"}}
    around = Surroundings(labels, {text: 1}, (refusal,))
    page = shown(plan_page(Planned(Plan(text, text, text, (one, two)), around)))
    page.get_by_role("button", name="Open all").click()
    assert page.evaluate("window.hit") is None
    assert page.locator("img, iframe, a:not(.skip), script[src]").count() == 0
    assert page.locator("tr.line").count() == 2
    if text.isprintable():
        assert page.locator("h1").text_content() == text
        assert page.locator("button.camera .name").first.text_content() == text
        told = page.locator("table.changes tbody th").first.text_content()
        assert told == f"{text}needs --confirm {text}"


def test_nothing_else_can_run_in_it(chromium, planned, tmp_path):
    (tmp_path / "page.html").write_text(planned, encoding="utf-8")
    with chromium.new_context() as context:
        page = context.new_page()
        refused = []
        page.on("console", lambda said: refused.append(said.text))
        page.goto((tmp_path / "page.html").as_uri())
        page.evaluate(
            "() => { const made = document.createElement('script');"
            " made.textContent = 'window.hit = 1'; document.body.append(made); }"
        )
        assert page.evaluate("window.hit") is None
        assert "Content Security Policy" in refused[0]


def test_two_hundred_cameras_answer_at_once(shown):
    devices = tuple(
        DevicePlan(
            f"camera-{number:03}",
            "192.0.2.1",
            Status.CHANGED,
            resources=tuple(
                ResourcePlan(
                    f"{family}.main",
                    Action.UPDATE,
                    ("none",),
                    "x",
                    tuple(Change(f"{family}.main.x{at}", at, f"{number} {at}") for at in range(10)),
                )
                for family in ("video", "stream", "audio", "osd", "image", "record", "notify")
            ),
        )
        for number in range(200)
    )
    text = plan_page(Planned(Plan("acme", "2026-11-26T10:00:00Z", "0.1.0", devices)))
    assert len(text.encode()) < 2_000_000
    page = shown(text)
    took = page.evaluate(
        "() => { const search = document.getElementById('f-text'); const begun = performance.now();"
        " search.value = 'camera-17'; search.dispatchEvent(new Event('input', {bubbles: true}));"
        " document.body.offsetHeight; return performance.now() - begun; }"
    )
    assert took < 1000
    assert len(names(page)) == 10
