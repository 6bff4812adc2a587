"""When a maintenance window is open, and when it opens next."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recamera_gitops.desired.models import MaintenanceWindow
from recamera_gitops.fleet.windows import closed, is_open, next_opening

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
ZONES = ("Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia", None)


def window(start="01:00", duration="3h", days=None, timezone="Europe/Berlin"):
    return MaintenanceWindow(days=days, start=start, duration=duration, timezone=timezone)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def opening(found, now):
    return next_opening(found, at(now)).astimezone(UTC).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("moment", "within"),
    [
        ("2026-11-24 00:00:00", True),  # Tuesday, 01:00 in Berlin
        ("2026-11-23 23:59:59", False),
        ("2026-11-24 02:59:59", True),
        ("2026-11-24 03:00:00", False),
        ("2026-11-25 00:30:00", False),  # Wednesday
    ],
)
def test_a_window_opens_by_the_clock_of_its_zone(moment, within):
    assert is_open(window(days=["Tue"], duration="2h60m"), at(moment)) is within


def test_a_window_lasts_over_midnight_and_over_days():
    night = window("22:00", "6h", ["Mon"], None)
    assert is_open(night, at("2026-11-24 03:00"))
    assert not is_open(night, at("2026-11-24 04:00"))
    weekend = window("18:00", "2d12h", ["Fri"], None)
    assert is_open(weekend, at("2026-11-30 05:59"))
    assert not is_open(weekend, at("2026-11-30 06:00"))


def test_a_window_that_never_ends_or_never_begins():
    always = window(days=["Mon"], duration="999999d" * 400)
    assert all(is_open(always, at(f"2026-11-{day} 12:00")) for day in range(10, 20))
    for never in (window(days=[]), window(duration="0h0m")):
        assert not is_open(never, at("2026-11-24 01:30"))
        assert next_opening(never, at("2026-11-24 01:30")) is None
        assert closed(never, at("2026-11-24 01:30")) == "the window never opens"


def test_without_days_it_opens_every_day():
    assert opening(window(), "2026-11-24 00:00") == "2026-11-25 00:00"
    assert opening(window(), "2026-11-23 23:59") == "2026-11-24 00:00"


def test_a_start_that_the_clocks_leave_out_is_told_by_the_clock_before():
    spring = window("02:30", "1h")  # 29 March 2026: 02:00 is 03:00 at once
    assert opening(spring, "2026-03-28 12:00") == "2026-03-29 01:30"
    assert next_opening(spring, at("2026-03-28 12:00")).strftime("%H:%M") == "03:30"
    assert is_open(spring, at("2026-03-29 02:29"))
    assert not is_open(spring, at("2026-03-29 01:29"))


def test_a_start_that_comes_twice_counts_the_first_time():
    autumn = window("02:30", "30m")  # 25 October 2026: 03:00 is 02:00 again
    assert opening(autumn, "2026-10-24 12:00") == "2026-10-25 00:30"
    assert not is_open(autumn, at("2026-10-25 01:30"))


def test_a_window_lasts_as_long_as_it_says_whatever_the_clocks_do():
    spring, autumn = at("2026-03-29 00:00"), at("2026-10-24 23:00")  # 01:00 in Berlin
    for start in (spring, autumn):
        assert is_open(window(), start)
        assert is_open(window(), start + timedelta(hours=3, seconds=-1))
        assert not is_open(window(), start + timedelta(hours=3))


def test_a_day_that_a_zone_skips_moves_the_start_to_the_next():
    samoa = window("10:00", "1h", ["Fri"], "Pacific/Apia")  # there was no 30 December 2011
    assert opening(samoa, "2011-12-30 00:00") == "2011-12-30 20:00"


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (None, "there is no window"),
        (
            window(days=["Tue"]),
            "the window opens on Tue 2026-12-01 at 01:00 Europe/Berlin (2026-12-01 00:00 UTC)",
        ),
        (
            window(days=["Tue"], timezone="Pacific/Auckland"),
            "the window opens on Tue 2026-12-01 at 01:00 Pacific/Auckland (2026-11-30 12:00 UTC)",
        ),
        (window(days=["Sun"], timezone=None), "the window opens on Sun 2026-11-29 01:00 UTC"),
        (window("11:00"), None),
    ],
)
def test_when_it_opens_is_told_by_both_clocks(found, told):
    assert closed(found, at("2026-11-26 12:00")) == told


WINDOWS = st.builds(
    window,
    start=st.times().map("{:%H:%M}".format),
    duration=st.integers(1, 60 * 24 * 9).map("{}m".format),
    days=st.none() | st.lists(st.sampled_from(DAYS), min_size=1, unique=True),
    timezone=st.sampled_from(ZONES),
)
MOMENTS = st.datetimes(
    at("2011-12-20 00:00").replace(tzinfo=None),
    at("2027-12-31 00:00").replace(tzinfo=None),
    timezones=st.just(UTC),
)


@given(WINDOWS, MOMENTS, st.floats(0, 1))
def test_it_is_open_from_its_next_opening_on_and_not_before(found, now, part):
    start = next_opening(found, now)
    assert now < start <= now + timedelta(days=9)
    assert is_open(found, start)
    before = min(now + (start - now) * part, start - timedelta.resolution)
    if not is_open(found, now):
        assert not is_open(found, before)


@given(WINDOWS, MOMENTS)
def test_it_opens_on_a_day_and_at_a_time_that_were_asked_for(found, now):
    start = next_opening(found, now)
    skipped = start.astimezone(UTC).astimezone(start.tzinfo)
    if (skipped - timedelta(days=1)).utcoffset() == skipped.utcoffset():  # no clock was changed
        assert start.strftime("%H:%M") == found.start
        assert found.days is None or DAYS[start.weekday()] in found.days
