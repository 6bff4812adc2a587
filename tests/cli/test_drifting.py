"""drift: what a job at night sees of cameras that somebody has changed, over emulated cameras."""

import contextlib
import json
import re
import sqlite3

import jsonschema
import pytest
from prometheus_client.parser import text_string_to_metric_families

from recamera_gitops.desired.fleet import load
from recamera_gitops.desired.schema import schemas
from recamera_gitops.emulator.device import DEVICE_INFO
from recamera_gitops.fleet import runs
from recamera_gitops.fleet.drift_history import points
from tests.cli.drifting import Site
from tests.conftest import ROOT

PAGE = (ROOT / "docs/drift.md").read_text(encoding="utf-8")


@pytest.fixture
def site(tmp_path, environment, rcg, within):
    return within(Site(tmp_path, environment, rcg))


@pytest.fixture
def settled(site):
    """The same after an apply: every camera is what the files say, and a journal tells of it."""
    assert site.rcg("apply", "--auto-approve").code == 0
    return site


def changes(site, *arguments):
    found = json.loads(site.rcg("drift", *arguments, "--format", "json").out)
    return {
        (device["device"], change["path"]): change
        for device in found["devices"]
        for resource in device["resources"]
        for change in resource["changes"]
    }


def direction(site, path="image.rotation", name="gate"):
    return changes(site)[name, path]["direction"]


class TestWhoseDoing:
    """The direction of a difference, from what earlier runs have proved."""

    def test_what_somebody_changed_is_told_apart_from_a_newer_wish(self, settled):
        settled.turn("gate", 90)
        settled.declare("dock", "{osd: {font: {size: 48}}, image: {rotation: 0, flip: none}}")
        ended = settled.rcg("drift")
        assert ended.code == 2
        assert ended.out == (
            "dock\n"
            "  ~ osd.font.size  32 → 48   devices/dock.yaml:4   the files are newer than the last apply\n"
            "\n"
            "gate\n"
            "  ~ image.rotation  90 → 0   devices/gate.yaml:4   changed on the camera\n"
            "    impact: stream-restart, recording-gap\n"
            "\n"
            "Drift: 2 changes on 2 of 2 cameras. 2 streams restart. 1 recording has a gap.\n"
        )

    def test_nobody_knows_without_a_run_that_tells(self, site):
        assert direction(site, "osd.font.size") == "unknown"
        assert "changed" not in site.rcg("drift").out.partition("\n\n")[0]

    def test_a_newer_wish_counts_where_both_have_moved(self, settled):
        settled.turn("gate", 90)
        settled.declare("gate", "{image: {rotation: 180}}")
        assert direction(settled) == "files"

    def test_what_was_rolled_back_waits_for_another_apply(self, settled):
        settled.declare("gate", "{osd: {font: {size: 48}}, image: {rotation: 90, flip: both}}")
        settled.fleet("rollout: {on_failure: rollback}\n")
        settled.declare("dock", "{osd: {font: {size: 48}}}")
        settled.camera("dock").faults.add("status-500", "/osd/cfg", method="POST", every=True)
        assert settled.rcg("apply", "--auto-approve").code == 3
        assert "gate" in runs.find(settled.root, "latest").given_back
        assert direction(settled, "image.rotation") == "files"

    def test_a_run_that_was_refused_proves_nothing_and_takes_nothing_back(self, settled):
        settled.turn("gate", 90)
        settled.camera("gate").faults.add("status-500", "/image/0/*", every=True)
        assert settled.rcg("apply", "--auto-approve").code == 3
        settled.camera("gate").faults.clear()
        assert direction(settled) == "camera"

    def test_nobody_knows_of_another_camera_in_its_place(self, settled):
        settled.turn("gate", 90)
        settled.camera("gate").documents[DEVICE_INFO]["sSerialNumber"] = "SN-other"
        assert direction(settled) == "unknown"


class TestWhatIsPassedOver:
    """Entries of drift.ignore, with reasons and for a time."""

    @pytest.fixture
    def excused(self, settled):
        settled.fleet(
            "drift:\n"
            "  ignore:\n"
            "    - osd\n"
            "    - {path: image.rotation, reason: the bracket comes in December, until: 2026-12-01}\n"
        )
        settled.turn("gate", 90)
        settled.turn("dock", 90)
        settled.declare("dock", "{osd: {font: {size: 48}}, image: {rotation: 0}}")
        return settled

    def test_it_is_counted_with_its_reasons(self, excused):
        ended = excused.rcg("drift")
        assert ended.code == 0
        assert ended.out == (
            "No drift: 2 cameras as declared.\n"
            "3 differences on paths that drift ignores:\n"
            "  1 below osd\n"
            "  2 below image.rotation, until 2026-12-01: the bracket comes in December\n"
        )

    def test_programs_see_each_of_it(self, excused):
        told = json.loads(excused.rcg("drift", "gate", "--format", "json").out)
        assert told["ignored"] == [
            {
                "device": "gate",
                "path": "image.rotation",
                "ignored_path": "image.rotation",
                "reason": "the bracket comes in December",
                "until": "2026-12-01",
            }
        ]

    def test_it_counts_again_from_the_day_after(self, excused):
        excused.later(days=9, hours=22)  # 1 December, 23:00 UTC
        assert excused.rcg("drift").code == 0
        excused.later(hours=1)
        assert excused.rcg("drift").code == 2
        assert "ending-ignore" in excused.rcg("validate").out

    def test_pull_leaves_it_as_long(self, excused):
        assert "drift passes over it" in excused.rcg("pull", "gate", "--yes", "--dry-run").err
        excused.later(days=10)
        assert "drift passes over" not in excused.rcg("pull", "gate", "--yes", "--dry-run").err


class TestHowGraveItIs:
    """Severity by path, and the ends that depend on it."""

    @pytest.fixture
    def rated(self, settled):
        settled.fleet("drift: {severity: {image: critical, image.flip: low}}\n")
        return settled

    def test_the_nearest_path_counts(self, rated):
        rated.turn("gate", 90)
        rated.declare("gate", "{osd: {font: {size: 48}}, image: {rotation: 0, flip: both}}")
        found = {path: each["severity"] for (_, path), each in changes(rated).items()}
        assert found == {
            "osd.font.size": "normal",
            "image.rotation": "critical",
            "image.flip": "low",
        }
        assert "   critical, changed on the camera\n" in rated.rcg("drift").out

    def test_only_what_is_grave_enough_ends_with_2(self, rated):
        rated.declare("gate", "{image: {rotation: 0, flip: both}}")
        assert rated.rcg("drift").code == 2
        ended = rated.rcg("drift", "--fail-on", "high")
        assert (ended.code, "image.flip" in ended.out) == (0, True)
        rated.turn("gate", 90)
        assert rated.rcg("drift", "--fail-on", "critical").code == 2


def test_out_of_reach_is_4_unless_something_differs(settled):
    settled.out_of_reach("dock")
    assert settled.rcg("drift").code == 4
    settled.turn("gate", 90)
    assert settled.rcg("drift").code == 2
    settled.camera("dock").power = True
    settled.camera("dock").faults.add("garbage", "/osd/cfg", every=True)
    assert settled.rcg("drift").code == 3


def test_the_json_has_the_form_that_is_promised(settled):
    settled.fleet("drift: {ignore: [osd]}\n")
    settled.turn("gate", 90)
    settled.declare("dock", "{osd: {font: {size: 48}}}")
    told = json.loads(settled.rcg("drift", "--format", "json").out)
    jsonschema.validate(told, schemas()["drift.schema.json"])
    plan = json.loads(settled.rcg("plan", "--format", "json").out)
    gate = next(each for each in plan["devices"] if each["device"] == "gate")
    assert {**told["devices"][1], "resources": []} == {**gate, "resources": []}


def samples(file):
    """What Prometheus reads: (name without the program's, labels in order) → number."""
    text = file.read_text(encoding="utf-8")
    families = list(text_string_to_metric_families(text))
    assert all(each.documentation and each.type == "gauge" for each in families)
    return {
        (sample.name.removeprefix("recamera_gitops_"), *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


class TestMetrics:
    """--metrics-file: what the textfile collector of Prometheus finds."""

    def test_a_camera_that_cannot_be_seen_is_down_and_has_no_counts(self, settled, tmp_path):
        settled.fleet("drift: {ignore: [image.flip], severity: {image: high}}\n")
        settled.turn("gate", 90)
        settled.declare("gate", "{osd: {font: {size: 48}}, image: {rotation: 0, flip: both}}")
        settled.out_of_reach("dock")
        file = tmp_path / "drift.prom"
        assert settled.rcg("drift", "--metrics-file", file).code == 2
        assert samples(file) == {
            ("drift_settings", "gate", "hq", "low"): 0,
            ("drift_settings", "gate", "hq", "normal"): 1,
            ("drift_settings", "gate", "hq", "high"): 1,
            ("drift_settings", "gate", "hq", "critical"): 0,
            ("drift_ignored_settings", "gate", "hq"): 1,
            ("camera_up", "dock", "far"): 0,
            ("camera_up", "gate", "hq"): 1,
            ("drift_last_run_timestamp_seconds",): settled.now.timestamp(),
            ("drift_duration_seconds",): 0,
        }
        assert file.stat().st_mode & 0o777 == 0o644

    def test_labels_are_escaped(self, settled, tmp_path):
        strange = 'a\\b"c{}'
        text = (settled.root / "devices/gate.yaml").read_text()
        text = text.replace("site: hq", f"site: {json.dumps(strange)}")
        (settled.root / "devices/gate.yaml").write_text(text)
        settled.rcg("drift", "gate", "--metrics-file", tmp_path / "drift.prom")
        assert ("camera_up", "gate", strange) in samples(tmp_path / "drift.prom")

    def test_a_file_that_cannot_be_written_is_an_error_and_hides_nothing(self, settled, tmp_path):
        settled.turn("gate", 90)
        ended = settled.rcg("drift", "--metrics-file", tmp_path / "nowhere" / "drift.prom")
        assert ended.code == 1
        assert "image.rotation" in ended.out
        assert "drift.prom cannot be written" in ended.err


class TestHistory:
    """--history, and drift log."""

    @pytest.fixture
    def night(self, settled):
        """Looks an hour apart: as declared, turned, turned with the other away, put right."""

        def look():
            settled.later(hours=1)
            return settled.rcg("drift", "--history").code

        assert look() == 0
        settled.turn("gate", 90)
        settled.turn("dock", 90)
        assert look() == 2
        settled.turn("gate", 0)
        settled.out_of_reach("dock")
        assert look() == 4
        settled.out_of_reach()
        assert look() == 2
        return settled

    def test_new_and_gone_are_counted_from_when_a_camera_was_last_seen(self, night):
        ended = night.rcg("drift", "log")
        assert ended.code == 0
        assert ended.out == (
            "at                    cameras  differ  unreachable  failed  changes  new  gone\n"
            "2026-11-22T05:00:00Z        2       1            0       0        1    0     0\n"
            "2026-11-22T04:00:00Z        2       0            1       0        0    0     1\n"
            "2026-11-22T03:00:00Z        2       2            0       0        2    2     0\n"
            "2026-11-22T02:00:00Z        2       0            0       0        0    0     0\n"
        )

    def test_programs_see_what_differed(self, night):
        (look,) = json.loads(night.rcg("drift", "log", "--last", "1", "--format", "json").out)[
            "looks"
        ]
        assert look["differences"] == [
            {
                "device": "dock",
                "path": "image.rotation",
                "before": 90,
                "after": 0,
                "direction": "camera",
                "severity": "normal",
            }
        ]

    def test_a_curve_has_a_point_for_each_look(self, night):
        found = points(night.root, 3)
        assert [each[1:] for each in found] == [(2, 2, 0), (0, 0, 1), (1, 1, 0)]
        assert found[-1].at == "2026-11-22T05:00:00Z"

    def test_it_is_for_its_owner_only_and_has_no_other_files(self, night):
        file = night.root / ".recamera" / "history.sqlite"
        assert file.stat().st_mode & 0o777 == 0o600
        assert [each.name for each in file.parent.glob("history*")] == ["history.sqlite"]

    def test_what_is_old_is_forgotten(self, night):
        night.later(hours=21)  # and one more, before the look
        night.rcg("drift", "--history", "--history-days", "1")
        looks = json.loads(night.rcg("drift", "log", "--format", "json").out)["looks"]
        assert [each["at"][11:16] for each in looks] == [
            "02:00",
            "05:00",
            "04:00",
            "03:00",
            "02:00",
        ]
        night.later(days=1)
        night.rcg("drift", "--history", "--history-days", "1")
        looks = json.loads(night.rcg("drift", "log", "--format", "json").out)["looks"]
        assert len(looks) == 2

    def test_nothing_is_remembered_unless_asked_for(self, settled):
        settled.rcg("drift")
        assert "No look for drift" in settled.rcg("drift", "log").out
        assert not (settled.root / ".recamera" / "history.sqlite").exists()

    @pytest.mark.parametrize("content", [b"no database at all, but long enough for one" * 9, None])
    def test_a_database_that_cannot_be_used_is_an_error_and_hides_nothing(self, settled, content):
        file = settled.root / ".recamera" / "history.sqlite"
        if content is None:
            file.symlink_to(settled.root / "elsewhere")
        else:
            file.write_bytes(content)
        settled.turn("gate", 90)
        ended = settled.rcg("drift", "--history")
        assert (ended.code, "image.rotation" in ended.out) == (1, True)
        assert "history.sqlite cannot be" in ended.err

    def test_a_later_version_is_left_alone(self, night):
        file = night.root / ".recamera" / "history.sqlite"
        with contextlib.closing(sqlite3.connect(file)) as database:
            database.execute("PRAGMA user_version = 9")
        before = file.read_bytes()
        ended = night.rcg("drift", "log")
        assert (ended.code, "a later version" in ended.err) == (1, True)
        assert file.read_bytes() == before

    def test_days_without_history_are_wrong_usage(self, settled):
        assert settled.rcg("drift", "--history-days", "3").code == 64

    def test_a_secret_is_no_part_of_it(self, settled):
        settled.declare("gate", '{notify: {mqtt: {password: "${env:PW}"}}}')
        assert settled.rcg("drift", "--history").code == 2
        content = (settled.root / ".recamera" / "history.sqlite").read_bytes()
        assert b"notify.mqtt.password" in content
        assert settled.password.encode() not in content


def test_a_camera_called_like_a_verb_is_not_looked_at_by_mistake(settled):
    (settled.root / "devices/log.yaml").write_text("device: log\nhost: gate.test\n")
    (settled.root / "devices/gate.yaml").unlink()
    assert "No look for drift" in settled.rcg("drift", "log").out
    assert "No drift: 1 camera as declared." in settled.rcg("drift", "check", "log").out
    assert "`drift check log`" in settled.rcg("drift", "log").err


def test_the_page_shows_rules_that_are_valid(site):
    (rules,) = re.findall(r"```yaml\n(drift:.*?)```", PAGE, re.DOTALL)
    site.fleet(rules)
    drift = load(site.root).drift
    assert (len(drift.entries), len(drift.severity), len(drift.repair)) == (2, 2, 2)


def test_the_page_names_every_metric(settled, tmp_path):
    settled.rcg("drift", "--metrics-file", tmp_path / "drift.prom")
    told = {f"recamera_gitops_{name}" for name, *_ in samples(tmp_path / "drift.prom")}
    assert set(re.findall(r"`(recamera_gitops_\w+)`", PAGE)) == told


def test_a_page_has_the_curve_of_earlier_looks(settled, tmp_path):
    for degrees in (0, 90, 180):
        settled.later(days=1)
        settled.turn("gate", degrees)
        settled.rcg("drift", "--history")
    settled.rcg("drift", "--format", f"html={tmp_path / 'drift.html'}")
    page = (tmp_path / "drift.html").read_text(encoding="utf-8")
    assert all(day in page for day in ("2026-11-23", "2026-11-25"))
