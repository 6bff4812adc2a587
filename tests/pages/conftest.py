"""Pages in a browser without a screen; skipped where the machine has none."""

import os
import shutil

import pytest

from recamera_gitops.errors import Diagnostic, ExitCode, Place
from recamera_gitops.reconcile.outcome import DeviceOutcome, Difference, Outcome, Verdict
from recamera_gitops.reconcile.plan import Action, Change, DevicePlan, Plan, ResourcePlan, Status
from recamera_gitops.report.history_points import HistoryPoint
from recamera_gitops.report.html.page import carried_page, plan_page
from recamera_gitops.report.results import Carried, Planned, Surroundings
from recamera_gitops.rules import Severity

CHROMIUM = shutil.which("chromium")


@pytest.fixture(scope="session")
def chromium():
    """One browser for all tests of a process."""
    driver = pytest.importorskip("playwright.sync_api", reason="no playwright to drive a browser")
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine; `apt-get install chromium` brings it")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with driver.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=sandbox)
        yield browser
        browser.close()


@pytest.fixture
def shown(chromium, tmp_path):
    """shown(text, width=…, dark=…): the page in the browser; afterwards, that it was quiet and asked nobody."""
    contexts, troubles = [], []

    def show(text, *, width=1280, dark=False):
        file = tmp_path / f"page-{len(contexts)}.html"
        file.write_text(text, encoding="utf-8")
        scheme = "dark" if dark else "light"
        contexts.append(
            chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        )
        page = contexts[-1].new_page()
        page.on("console", lambda said: troubles.append(said.text))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on(
            "request",
            lambda asked: None if asked.url == file.as_uri() else troubles.append(asked.url),
        )
        page.goto(file.as_uri())
        return page

    yield show
    for each in contexts:
        each.close()
    assert troubles == []


SITES = ("hq", "dock")


def resource(address, *changes, impact=("none",)):
    return ResourcePlan(address, Action.UPDATE, impact, "sha256:0", changes)


def change(path, before, after, line=12):
    return Change(path, before, after, source=Place("profiles/outdoor.yaml", line, 11))


def camera(name, *resources, **more):
    status = Status.CHANGED if resources else Status.UNCHANGED
    return DevicePlan(name, "192.0.2.1", **{"status": status, "resources": resources, **more})


CAMERAS = (
    camera(
        "gate-north",
        resource(
            "image.scenes.night", change("image.scenes.night.exposure.mode", "auto", "manual")
        ),
        resource("video.main", change("video.main.gop", 60, 50, 9), impact=("stream-restart",)),
    ),
    camera("lobby", resource("osd", change("osd.font.size", "auto", "32", 21))),
    camera("dock-east"),
    camera("yard", status=Status.UNREACHABLE, error="no answer within 45 s"),
)
AROUND = Surroundings(
    {each.device: {"site": SITES[number % 2]} for number, each in enumerate(CAMERAS)},
    {"gate-north": 1, "lobby": 2, "dock-east": 2, "yard": 2},
    (
        Diagnostic(
            "policy-forbid",
            "lobby would get osd.font.size",
            "x",
            Place("fleet.yaml", 9, 3),
            severity=Severity.WARNING,
        ),
    ),
    tuple(
        HistoryPoint(f"2026-11-{day:02}T06:00:00Z", day % 5, day, day % 2) for day in range(1, 20)
    ),
)


@pytest.fixture
def planned():
    """A plan of four cameras as a page."""
    return plan_page(Planned(Plan("acme", "2026-11-26T10:00:00Z", "0.1.0", CAMERAS), AROUND))


@pytest.fixture
def carried():
    """What became of the same plan."""
    wrong = Difference("image.scenes.night.exposure.mode", "manual", "manual", "auto")
    ends = (
        DeviceOutcome(
            "gate-north",
            "192.0.2.1",
            ExitCode.FAILED,
            None,
            (
                Outcome("image.scenes.night", Verdict.UNVERIFIED, None, (wrong,)),
                Outcome("video.main", Verdict.UNKNOWN, "the reply was lost"),
            ),
        ),
        DeviceOutcome(
            "lobby", "192.0.2.1", ExitCode.DONE, None, (Outcome("osd", Verdict.VERIFIED),)
        ),
        DeviceOutcome("dock-east", "192.0.2.1", ExitCode.DONE),
        DeviceOutcome("yard", "192.0.2.1", ExitCode.UNREACHABLE, "no answer within 45 s"),
    )
    plan = Plan("acme", "2026-11-26T10:00:00Z", "0.1.0", CAMERAS)
    return carried_page(
        Carried(plan, ends, AROUND, ExitCode.FAILED, run="20261126T1", stopped="max_failures: 1")
    )
