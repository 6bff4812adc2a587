"""apply of what was approved before: a saved plan or a checksum, once, in time, and nothing else."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from recamera_gitops.fleet import runs
from recamera_gitops.reconcile import planfile
from tests.cli.test_rolling import Site

DATED = "%Y-%m-%dT%H:%M:%SZ"


@pytest.fixture
def site(tmp_path, environment, rcg, within):
    return within(Site(tmp_path, environment, rcg))


def checksum(site, *arguments):
    return json.loads(site.rcg("plan", "--format", "json", *arguments).out)["checksum"]


def by_hand(site, names, size):
    for name in names:
        site.camera(name).patch("/osd/cfg", {"attribute": {"iOSDFontSize": size}})


def aged(site, file, **age):
    """The plan file as if it had been made that long ago."""
    plan = planfile.load(file)
    created = site.environment.now() - timedelta(**age)
    planfile.save(replace(plan, created=created.strftime(DATED)), file)


@pytest.fixture
def saved(site):
    assert site.rcg("plan", "--out", "plan.json").code == 0
    return site.root / "plan.json"


# --- the expected plan -----------------------------------------------------------------------------


def test_the_checksum_of_a_saved_plan_is_told(site):
    ended = site.rcg("plan", "--out", "plan.json")
    assert f"plan.json: {checksum(site)}\n" in ended.err
    assert "sha256:" not in ended.out


def test_the_expected_plan_is_applied_without_a_question(site):
    ended = site.rcg("apply", "--expect", checksum(site))
    assert (ended.code, site.fonts) == (0, "xxxx"), ended.err


def test_another_plan_than_the_expected_one_is_refused_with_both_checksums(site):
    expected = checksum(site)
    site.declare(48, "d")
    ended = site.rcg("apply", "--expect", expected, "--auto-approve")
    assert (ended.code, site.fonts) == (6, "----")
    assert ended.err.endswith(
        "error: this is not the plan that is expected; nothing was written\n"
        f"error: expected {expected}\n"
        f"error: found    {checksum(site)}\n"
    )
    assert runs.past(site.root) == ()


def test_an_expected_plan_that_was_applied_is_told_to_have_been(site):
    expected = checksum(site)
    site.rcg("apply", "--expect", expected)
    ended = site.rcg("apply", "--expect", expected)
    (past,) = runs.past(site.root)
    assert ended.code == 6
    assert f"run {past.run} began to apply the expected one on {past.began}\n" in ended.err


def test_a_camera_that_changed_makes_it_another_plan(site):
    expected = checksum(site)
    by_hand(site, "b", 48)
    assert site.rcg("apply", "--expect", expected).code == 6
    assert site.fonts == "-y--"


def test_a_saved_plan_has_to_be_the_expected_one_before_any_contact(site, saved):
    requests = site.camera("a").requests
    assert site.rcg("apply", saved, "--expect", "sha256:" + "0" * 64).code == 6
    assert site.camera("a").requests == requests
    assert site.rcg("apply", saved, "a", "--expect", planfile.load(saved).checksum).code == 0
    assert site.fonts == "x---"


@pytest.mark.parametrize("said", ["sha256:1", "0" * 64, "sha256:" + "G" * 64, ""])
def test_what_is_no_checksum_is_wrong_usage(site, said):
    assert site.rcg("apply", "--expect", said).code == 64


def test_a_run_that_goes_on_expects_nothing_else(site):
    assert site.rcg("apply", "--resume", "latest", "--expect", "sha256:" + "0" * 64).code == 64


# --- once ------------------------------------------------------------------------------------------


def test_a_plan_is_applied_once_even_where_somebody_has_undone_it(site, saved):
    assert site.rcg("apply", saved).code == 0
    by_hand(site, "abcd", 0)
    ended = site.rcg("apply", saved)
    assert (ended.code, site.fonts) == (6, "----")
    (past,) = runs.past(site.root)
    assert f"this plan was already applied by run {past.run}; plan again" in ended.out


def test_cameras_that_it_was_not_applied_to_go_on(site, saved):
    assert site.rcg("apply", saved, "--wave", "1").code == 0
    assert site.fonts == "x---"
    ended = site.rcg("apply", saved)
    assert (ended.code, site.fonts) == (6, "xxxx")
    assert "a: this plan was already applied by run" in ended.out


def test_a_camera_that_failed_may_be_tried_again(site, saved):
    site.breaks("a")
    assert site.rcg("apply", saved, "a").code == 3
    site.camera("a").faults.clear()
    assert site.rcg("apply", saved).code == 0
    assert site.fonts == "xxxx"


def test_what_a_resumed_run_has_brought_about_is_not_done_again(site, saved):
    site.breaks("a")
    assert site.rcg("apply", saved).code == 3
    site.camera("a").faults.clear()
    assert site.rcg("apply", "--resume", "latest", "--auto-approve").code == 0
    by_hand(site, "abcd", 0)
    assert (site.rcg("apply", saved).code, site.fonts) == (6, "----")


def test_the_same_changes_planned_later_are_another_plan(site, saved):
    assert site.rcg("apply", saved).code == 0
    by_hand(site, "abcd", 0)
    aged(site, saved, seconds=-2)
    assert (site.rcg("apply", saved).code, site.fonts) == (0, "xxxx")


def test_the_plan_of_a_run_is_not_applied_once_more(site):
    assert site.rcg("apply", "--auto-approve").code == 0
    by_hand(site, "abcd", 0)
    (past,) = runs.past(site.root)
    assert (site.rcg("apply", past.folder / "plan.json").code, site.fonts) == (6, "----")


def test_without_journals_a_repeat_is_stale(site, saved):
    assert site.rcg("apply", saved).code == 0
    for folder in (site.root / ".recamera" / "runs").iterdir():
        for file in folder.iterdir():
            file.unlink()
    written = [site.camera(name).writes for name in "abcd"]
    assert site.rcg("apply", saved).code == 6
    assert [site.camera(name).writes for name in "abcd"] == written


# --- in time ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("age", "told"), [({"hours": 26}, "26 hours"), ({"days": 3}, "3 days")])
def test_an_old_plan_is_warned_of(site, saved, age, told):
    aged(site, saved, **age)
    ended = site.rcg("apply", saved)
    assert (ended.code, site.fonts) == (0, "xxxx")
    warning = f"warning: the plan is {told} old; cameras that have changed since are refused\n"
    assert warning in ended.err


def test_a_plan_of_today_is_not_warned_of(site, saved):
    aged(site, saved, hours=23)
    assert "old" not in site.rcg("apply", saved).err


def test_a_plan_older_than_the_policy_says_is_refused(site, saved):
    site.fleet("policy: {max_plan_age: 1h30m}\n")
    aged(site, saved, minutes=95)
    ended = site.rcg("apply", saved)
    assert (ended.code, site.fonts) == (6, "----")
    assert ended.err.endswith(
        "error: the plan is 95 minutes old, and fleet.yaml:5:24 says policy.max_plan_age: 1h30m;"
        " plan again\n"
    )
    aged(site, saved, minutes=85)
    assert site.rcg("apply", saved).code == 0


def test_a_policy_may_let_plans_grow_older(site, saved):
    site.fleet("policy: {max_plan_age: 7d}\n")
    aged(site, saved, days=6)
    ended = site.rcg("apply", saved)
    assert ended.code == 0
    assert "old" not in ended.err


def test_a_plan_from_the_future_is_refused_but_clocks_may_differ(site, saved):
    aged(site, saved, minutes=-6)
    ended = site.rcg("apply", saved)
    assert (ended.code, site.fonts) == (6, "----")
    assert "error: the plan is dated " in ended.err
    aged(site, saved, minutes=-4)
    assert site.rcg("apply", saved).code == 0
