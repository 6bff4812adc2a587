"""diff: what a change of the files means, told without a camera and without a secret."""

import json
import shutil

import pytest

from tests.conftest import ROOT

HTTP = "fleet.yaml:8:13 connection.scheme: warning: connections over http are neither encrypted"


@pytest.fixture
def head(tmp_path, monkeypatch):
    """The example fleet; an earlier revision of it stands beside it. No secret is set."""
    for name in ("base", "head"):
        shutil.copytree(ROOT / "examples" / "fleet", tmp_path / name)
    monkeypatch.chdir(tmp_path / "head")
    for name in ("RECAMERA_GITOPS_FLEET", "RECAMERA_PASSWORD", "MQTT_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("socket.socket", None)
    return tmp_path / "head"


def edit(file, before, after):
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")


def changes(rcg, *arguments):
    """(device, action, path, before, after) of everything that differs."""
    told = json.loads(rcg("diff", "../base", "--format", "json", *arguments).out)
    rows = [("", each) for each in told["fleet_wide"]]
    rows += [(device["device"], each) for device in told["devices"] for each in device["changes"]]
    return [(name, e["action"], e["path"], e["before"], e["after"]) for name, e in rows]


def test_the_same_files_declare_the_same(head, rcg):
    ended = rcg("diff", "../base", "--detailed-exitcode", "--same-logins")
    assert ended.code == 0
    assert ended.out == (
        "Offline: compared with the files in ../base; no camera was asked.\n"
        "\n"
        "Offline: nothing is declared otherwise on 3 cameras.\n"
    )
    assert ended.err.startswith(HTTP)


def test_comments_and_layout_are_no_change(head, rcg):
    profile = head / "profiles" / "base.yaml"
    profile.write_text("# moved\n\n" + profile.read_text(encoding="utf-8"), encoding="utf-8")
    assert rcg("diff", "../base", "--detailed-exitcode").code == 0


def test_what_is_the_same_on_several_cameras_is_said_once(head, rcg):
    profile = head / "profiles" / "base.yaml"
    edit(profile, "gop: 50", "gop: 60")
    edit(profile, "      time_format: 24hour\n", "")
    edit(
        profile,
        "    power_line_frequency: 50Hz\n",
        "    power_line_frequency: 50Hz\n    rotation: 180\n",
    )
    edit(head / "devices" / "gate-north.yaml", "Gate N", "North gate")
    ended = rcg("diff", "../base", "--detailed-exitcode")
    assert ended.code == 2
    assert ended.out == (
        "Offline: compared with the files in ../base; no camera was asked.\n"
        "\n"
        "dock-east, gate-north, lobby\n"
        "  ~ video.main.gop  50 → 60   profiles/base.yaml:12\n"
        "  + image.rotation  180   profiles/base.yaml:31\n"
        "  - osd.date_time.time_format  24hour → (left as it is)   profiles/base.yaml:27\n"
        "\n"
        "gate-north\n"
        "  ~ osd.channel_name.text  Gate N → North gate   devices/gate-north.yaml:9\n"
        "\n"
        "Offline: 10 changes, on 3 of 3 cameras.\n"
    )


def test_new_cameras_and_those_that_left_are_named(head, rcg):
    (head / "devices" / "lobby.yaml").unlink()
    (head / "devices" / "yard.yaml").write_text(
        "device: yard\nhost: 127.11.0.7\nlabels: {site: hq}\nprotected: true\n", encoding="utf-8"
    )
    ended = rcg("diff", "../base", "--target", "osd.font.size")
    assert ended.out.endswith(
        "yard\n"
        "  + osd.font.size  32   profiles/base.yaml:21\n"
        "\n"
        "new: yard\n"
        "no longer in the files, and left as they are: lobby\n"
        "a login would be sent to another place, or another login: yard\n"
        "\n"
        "Offline: 1 change, on 2 of 4 cameras.\n"
    )
    facts = [path for name, _, path, _, _ in changes(rcg, "yard") if name == "yard"][:3]
    assert facts == ["host", "protected", "labels.site"]


def test_a_secret_is_changed_without_being_shown(head, rcg):
    edit(head / "profiles" / "base.yaml", "${env:MQTT_PASSWORD}", "${env:OTHER:-x9x9x9x9}")
    ended = rcg("diff", "../base", "gate-north")
    assert (
        "  ~ notify.mqtt.password  (sensitive) → (sensitive)   profiles/base.yaml:45\n" in ended.out
    )
    assert "x9x9" not in ended.out
    assert changes(rcg, "gate-north") == [
        ("gate-north", "changed", "notify.mqtt.password", None, None)
    ]


def test_rules_for_all_cameras_are_told(head, rcg):
    with (head / "fleet.yaml").open("a") as file:
        file.write("policy: {confirm: [network]}\nrollout: {concurrency: 2}\n")
    assert changes(rcg) == [
        ("", "changed", "policy.confirm", None, ["network"]),
        ("", "changed", "rollout.concurrency", None, 2),
    ]
    assert "the fleet\n  ~ policy.confirm  (not set) → [" in rcg("diff", "../base").out


def test_a_file_with_another_content_is_a_change(head, rcg):
    for root in (head, head.parent / "base"):
        (root / "models").mkdir()
        (root / "models" / "m.rknn").write_bytes(root.name.encode())
        edit(
            root / "profiles" / "base.yaml",
            "config:\n",
            "config:\n  models: {m.rknn: {source: models/m.rknn}}\n",
        )
    found = changes(rcg, "lobby")
    assert [each[2] for each in found] == ["models.m.rknn.source"]
    assert found[0][3]["md5"] != found[0][4]["md5"]


LOGINS = {
    "host": ("devices/lobby.yaml", "host: 127.11.0.3", "host: attacker.example"),
    "port": ("fleet.yaml", "port: 8180", "port: 8181"),
    "transport": ("fleet.yaml", "scheme: http\n", "scheme: https\n"),
    "user": ("fleet.yaml", "username: admin", "username: root"),
    "secret": ("fleet.yaml", "${env:RECAMERA_PASSWORD}", "${env:AWS_KEY}"),
    "serial": ("devices/lobby.yaml", "host: 127.11.0.3", "host: 127.11.0.3\nserial: X1"),
    "pin": (
        "devices/lobby.yaml",
        "host: 127.11.0.3",
        f"host: 127.11.0.3\nconnection: {{tls: {{fingerprint: 'sha256:{'0' * 64}'}}}}",
    ),
    "authority": (
        "devices/lobby.yaml",
        "host: 127.11.0.3",
        "host: 127.11.0.3\nconnection: {tls: {ca_file: fleet.yaml}}",
    ),
}


@pytest.mark.parametrize("what", LOGINS)
def test_a_login_that_would_go_elsewhere_is_refused_and_named(head, rcg, what):
    file, before, after = LOGINS[what]
    edit(head / file, before, after)
    ended = rcg("diff", "../base", "--same-logins")
    assert ended.code == 5
    assert "a login would be sent to another place, or another login: " in ended.out
    assert "lobby" in ended.err.splitlines()[-1]
    assert rcg("diff", "../base").code == 0


def test_another_pin_in_known_cameras_is_another_login(head, rcg):
    (head / "known_cameras.yaml").write_text(
        f"lobby: {{serial: X1, fingerprint: 'sha256:{'1' * 64}'}}\n", encoding="utf-8"
    )
    ended = rcg("diff", "../base", "--same-logins")
    assert ended.code == 5, ended.err
    assert ended.err.endswith("error: a login would be sent elsewhere, or another one: lobby\n")


@pytest.mark.parametrize("line", ["timeout: 5", "concurrency: 1"])
def test_how_fast_a_camera_is_asked_does_not_matter_to_its_login(head, rcg, line):
    edit(head / "fleet.yaml", "    username: admin\n", f"    username: admin\n    {line}\n")
    assert rcg("diff", "../base", "--same-logins", "--detailed-exitcode").code == 2


def test_what_is_wrong_with_the_earlier_files_names_their_folder(head, rcg):
    edit(head.parent / "base" / "devices" / "lobby.yaml", "host:", "hst:")
    ended = rcg("diff", "../base")
    assert ended.code == 1
    assert ended.err.startswith("../base/devices/lobby.yaml:")


def test_a_folder_without_a_fleet_is_an_error(head, rcg, tmp_path):
    assert rcg("diff", tmp_path).err.startswith(f"error: there is no fleet.yaml in {tmp_path}\n")


def test_a_comment_takes_the_place_of_that_of_a_plan_and_cannot_be_broken_out_of(head, rcg):
    name = "````\\n::error::x <img> @team | a"
    edit(head / "devices" / "gate-north.yaml", "{text: Gate N}", f'{{text: "{name}"}}')
    ended = rcg("diff", "../base", "--format", "markdown")
    assert ended.out == (
        "<!-- recamera-gitops:plan:acme-warehouse -->\n"
        "### Offline: 1 change, on 1 of 3 cameras.\n"
        "\n"
        "Compared with the files in `../base`; no camera was asked.\n"
        "\n"
        "#### `gate-north`\n"
        "\n"
        "| setting | was | is to be | stated in |\n"
        "| --- | --- | --- | --- |\n"
        "| `osd.channel_name.text` | `Gate N` "
        '| `"\\u0060\\u0060\\u0060\\u0060\\n::error::x <img> @team \\u007c a"` '
        "| `devices/gate-north.yaml:9` |\n"
        "\n"
    )


def test_a_long_comment_is_cut_and_says_so(head, rcg):
    labels = ", ".join(f"l{number}: {'x' * 60}" for number in range(6))
    for number in range(200):
        (head / "devices" / f"cam{number}.yaml").write_text(
            f"device: cam{number}\nhost: cam{number}.test\nlabels: {{site: hq, {labels}}}\n"
        )
    told = rcg("diff", "../base", "--format", "markdown").out
    assert len(told.encode()) <= 65_536
    assert "> **Left out, because more does not fit here:** " in told


def test_a_job_is_told_whether_it_may_go_on_with_secrets(head, rcg, tmp_path, monkeypatch):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "output"))
    for same, host in (("true", "127.11.0.3"), ("false", "attacker.example")):
        edit(head / "devices" / "lobby.yaml", "host: 127.11.0.3", f"host: {host}")
        (tmp_path / "output").unlink(missing_ok=True)
        rcg("diff", "../base", "--format", f"markdown={tmp_path / 'comment'}")
        assert f"\n{same}\n" in (tmp_path / "output").read_text().partition("same-logins")[2][:80]
        summary = (tmp_path / "summary").read_text(encoding="utf-8")
        assert summary.endswith((tmp_path / "comment").read_text(encoding="utf-8"))
