"""New files: what they are to say, and nothing else, whatever the texts are."""

from hypothesis import given
from hypothesis import strategies as st

from recamera_gitops.desired.arrivals import Told, arrival, text
from recamera_gitops.desired.composing import device_text, extended, profile_text
from recamera_gitops.desired.document import parse
from recamera_gitops.desired.nodes import value_of
from recamera_gitops.desired.notation import parse as parts_of
from recamera_gitops.secret import Secret

GATE = arrival(Told(host=text("gate.test"), name=text("gate")))


def spelled(path, secret):
    del secret
    return f"${{env:{path.upper().replace('.', '_')}}}"


def said(content):
    (document,), found = parse(content.encode(), "devices/gate.yaml")
    assert found == ()
    return value_of(document, lambda _scalar: False)


def test_a_camera_of_which_nothing_is_special_has_no_config():
    assert device_text(GATE, {}, (), spelled, {}) == (
        "# yaml-language-server: $schema=../schemas/device.schema.json\n"
        "device: gate\n"
        "host: gate.test\n"
    )


def test_keys_stand_in_the_order_of_their_declaration_and_families_apart():
    values = {
        "system.api.key": Secret("c4n"),
        "osd.channel_name.text": "Gate ${device}",
        "osd.font.size": 32,
        "video.main.gop": 50,
        "video.main.frame_rate": 25,
        "models.a.b.rknn.info.name": "A",
    }
    assert device_text(GATE, values, ["image.flip"], spelled, {}).partition("gate.test\n")[2] == (
        "\n"
        "# Set by a profile, but it cannot be seen, or not be so, on this camera.\n"
        "unmanaged: [image.flip]\n"
        "\n"
        "config:\n"
        "  video:\n"
        "    main: {frame_rate: 25, gop: 50}\n"
        "\n"
        "  osd:\n"
        "    font: {size: 32}\n"
        '    channel_name: {text: "Gate $${device}"}\n'
        "\n"
        "  models:\n"
        "    a.b.rknn:\n"
        "      info: {name: A}\n"
        "\n"
        "  system:\n"
        '    api: {key: "${env:SYSTEM_API_KEY}"}\n'
    )


@given(st.text(max_size=60), st.lists(st.text(max_size=20), max_size=3))
def test_whatever_a_text_is_the_file_says_it(name, classes):
    rule = {"id": name, "classes": classes}
    values = {"osd.channel_name.text": name, "record.trigger.inference": [rule]}
    config = said(device_text(GATE, values, (), spelled, {}))["config"]
    (found,) = config["record"]["trigger"]["inference"]
    texts = [config["osd"]["channel_name"]["text"], found["id"], *found["classes"]]
    assert ["".join(map(str, parts_of(each))) for each in texts] == [name, name, *classes]


def test_a_new_file_finds_its_schema_as_its_neighbours_do():
    line = "# yaml-language-server: $schema=https://example.org/device.json"
    existing = {
        "fleet.yaml": b"# yaml-language-server: $schema=fleet.json\n",
        "devices/a.yaml": b"device: a\n",
        "devices/b.yaml": f"{line}\ndevice: b\n".encode(),
    }
    assert device_text(GATE, {}, (), spelled, existing).startswith(line + "\n")
    assert "../schemas/profile" in profile_text("base", {}, spelled, existing)


def test_a_profile_keeps_what_it_says():
    before = b"# Ours.\nprofile: base   # low\nconfig:\n  osd: {font: {size: 32}}   # big\n"
    values = {"osd.channel_name.text": "${x}", "system.api.key": Secret("c4n")}
    after = extended(before, values, spelled).decode()
    assert after.startswith("# Ours.\nprofile: base   # low\n")
    assert "# big" in after
    assert said(after)["config"] == {
        "osd": {"font": {"size": 32}, "channel_name": {"text": "$${x}"}},
        "system": {"api": {"key": "${env:SYSTEM_API_KEY}"}},
    }


def test_a_profile_that_says_nothing_yet_gets_its_settings_behind_its_comments():
    before = b"# Ours.\nprofile: base\n\n# config: {osd: {}}\n"
    values = {"system.ftp.port": 22, "video.main.gop": 50, "video.main.frame_rate": 25}
    assert extended(before, values, spelled) == before + (
        b"\n"
        b"config:\n"
        b"  video:\n"
        b"    main: {frame_rate: 25, gop: 50}\n"
        b"\n"
        b"  system:\n"
        b"    ftp: {port: 22}\n"
    )
    assert extended(before, {}, spelled) == before


def test_what_a_profile_says_in_addition_comes_in_the_order_of_declaration():
    before = b"profile: base\nconfig:\n  osd: {font: {size: 32}}\n"
    values = {"system.ftp.port": 22, "video.main.gop": 50, "video.main.frame_rate": 25}
    config = said(extended(before, values, spelled).decode())["config"]
    assert [*config["video"]["main"]] == ["frame_rate", "gop"]
