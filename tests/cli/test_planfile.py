"""A plan file is taken exactly as it was written, or not at all."""

import json
from dataclasses import replace

import pytest

from recamera_gitops.errors import ExitCode, InvalidInput, Stale
from recamera_gitops.reconcile import planfile
from recamera_gitops.reconcile.plan import Plan, canonical, plan_json


@pytest.fixture
def plan(plans):
    devices = (plans.changed("gate"), plans.broken("yard", ExitCode.UNREACHABLE))
    return Plan("acme", "2026-11-22T10:00:00Z", "0.1.0", devices, ("image",))


@pytest.fixture
def file(plan, tmp_path):
    planfile.save(plan, tmp_path / "plan.json")
    return tmp_path / "plan.json"


def refused(file, content):
    file.write_bytes(content)
    with pytest.raises((InvalidInput, Stale)) as caught:
        planfile.load(file)
    return type(caught.value)


def test_what_was_saved_is_loaded(plan, file):
    assert planfile.load(file) == plan


@pytest.mark.parametrize("flip", [1 << bit for bit in range(8)])
def test_every_flipped_byte_is_refused_or_means_the_same(plan, file, flip):
    content = file.read_bytes()
    for position in range(len(content)):
        changed = bytearray(content)
        changed[position] ^= flip
        file.write_bytes(changed)
        try:
            found = planfile.load(file)
        except (InvalidInput, Stale):
            continue
        # When and with what it was made are beside what an apply does; all the rest is the same.
        same = replace(found, created=plan.created, tool_version=plan.tool_version)
        assert (same, found.checksum) == (plan, plan.checksum)


def test_every_shortened_file_is_refused(file):
    content = file.read_bytes().rstrip()
    for length in range(0, len(content), 7):
        refused(file, content[:length])


def altered(plan, change):
    document = json.loads(canonical(plan_json(plan)))
    change(document)
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.update(extra=1),
        lambda d: d["devices"][0].update(extra=1),
        lambda d: d["devices"][0]["resources"][0]["changes"][0].update(extra=1),
        lambda d: d.pop("created"),
        lambda d: d.update(created="2026-11-22 10:00:00"),
        lambda d: d.update(created="2026-13-22T10:00:00Z"),
        lambda d: d.update(created="٢٠٢٦-11-22T10:00:00Z"),
        lambda d: d.update(format_version="2.0"),
        lambda d: d.update(format_version=1.0),
        lambda d: d["devices"][0].update(warnings=["", 1]),
        lambda d: d.update(targets=1),
        lambda d: d["devices"][0].update(status="fine"),
        lambda d: d["devices"][0]["resources"][0].update(action="delete"),
        lambda d: d.update(devices={}),
        lambda d: d["devices"][0]["steps"][0].update(method=None),
    ],
)
def test_another_shape_is_malformed(plan, file, change):
    assert refused(file, altered(plan, change)) is InvalidInput


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"format_version": "2.0"}, "format 2.0, which recamera-gitops 0.1.0 made"),
        ({"format_version": "1.7", "more": 1}, "format 1.7, which recamera-gitops 0.1.0 made"),
        ({"format_version": "2.0", "tool_version": 1}, "a plan of format 2.0; this version reads"),
        ({"more": 1}, "this is not a plan of format 1.0"),
        ({"format_version": "x"}, "this is not a plan$"),
        ({"format_version": 2}, "this is not a plan$"),
    ],
)
def test_a_plan_of_a_later_version_is_told_apart_from_what_is_none(plan, file, change, told):
    file.write_bytes(altered(plan, lambda document: document.update(change)))
    with pytest.raises(InvalidInput, match=told):
        planfile.load(file)


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.update(fleet="other"),
        lambda d: d["summary"].update(changes=0),
        lambda d: d["devices"][0].update(host="192.0.2.99"),
        lambda d: d["devices"].pop(),
        lambda d: d.update(targets=[]),
        lambda d: d.update(checksum="sha256:" + "0" * 64),
    ],
)
def test_another_content_is_stale(plan, file, change):
    assert refused(file, altered(plan, change)) is Stale


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"\xef\xbb\xbf{}",
        b"null",
        b'{"a":1,"a":1}',
        b"[" * 100_000,
        b'{"a":NaN}',
        b"[1e999]",
        b"1" * 5000,
    ],
)
def test_what_is_not_strict_json_is_malformed(file, content):
    assert refused(file, content) is InvalidInput


def test_a_key_given_twice_is_malformed(plan, file):
    content = file.read_bytes().replace(b'{"checksum"', b'{"fleet":"acme","checksum"', 1)
    assert refused(file, content) is InvalidInput


def test_a_huge_file_is_not_read(file, monkeypatch):
    monkeypatch.setattr(planfile, "LARGEST", 10)
    with pytest.raises(InvalidInput, match="larger"):
        planfile.load(file)


def test_a_failed_save_leaves_the_old_file(plan, file, monkeypatch):
    before = file.read_bytes()

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(InvalidInput, match="No space"):
        planfile.save(plan, file)
    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]


def test_a_missing_file_is_an_error(tmp_path):
    with pytest.raises(InvalidInput, match="cannot be read"):
        planfile.load(tmp_path / "none.json")
