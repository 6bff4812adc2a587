"""Comments in the files of a fleet: they hide the finding that they name, and no other."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recamera_gitops.desired.fleet import load
from recamera_gitops.desired.lint.examine import examine
from recamera_gitops.rules import IGNORABLE, LINT_RULES

MESSY = {
    "fleet.yaml": """\
fleet: acme
defaults:
  connection: {scheme: http, username: admin}
  profiles: [base, base]
variables: {ntp: pool.example, spare: 1}
drift: {ignore: [osd.font, {path: image.rotation, until: 2026-12-01}]}
rollout:
  window: {days: [], start: "01:00", duration: 0h}
  waves: [{select: ring=canary}]
policy: {forbid: [network.wifi.enabled=false]}
""",
    "profiles/base.yaml": """\
profile: base
config:
  image: {rotation: 0, flip: null}
  system: {ftp: {enabled: true}}
  stream: {main: {rtsp: {enabled: true, auth: none}}}
  notify: {mode: mqtt, mqtt: {host: broker.example, client_id: "cam # rcg: ignore[must-differ]"}}
""",
    "profiles/spare.yaml": "profile: spare\n",
    "devices/gate.yaml": """\
device: gate
host: 10.0.0.1
variables: {gian: 4}
unmanaged: [osd.font]
config:
  osd: {privacy_masks: {enabled: true, regions: []}}
  image:
    rotation: 0
  network:
    lan: {method: static, address: 10.0.0.21, gateway: 10.0.0.254}
    wifi: {enabled: false, ssid: x}
---
device: dock
host: 10.0.0.2
connection: {scheme: https}
config:
  image: {scenes: {night: {exposure: {mode: auto, time: 1/25}}}}
  network:
    lan: {method: static, address: 10.0.0.21, gateway: 10.0.0.254}
""",
    "known_cameras.yaml": "gone: {serial: X}\n",
    "devices/old/yard.yaml": "device: yard\n",
}


def spot(found):
    return found.rule, found.place.file, found.place.line


def said(repository, files):
    for name, text in files.items():
        repository.write(name, text)
    examined = examine(repository.root, date(2026, 11, 30))
    assert examined.fleet is not None, examined.diagnostics
    return examined.diagnostics


@pytest.fixture
def before(repository):
    return said(repository, MESSY)


def appended(name, line, comment):
    """The files with a comment behind one of their lines."""
    lines = MESSY[name].split("\n")
    lines[line - 1] += f"  # rcg: {comment}"
    return {**MESSY, name: "\n".join(lines)}


def inserted(name, line, comment):
    """The files with a comment above one of their lines, as far to the right as that."""
    lines = MESSY[name].split("\n")
    indent = len(lines[line - 1]) - len(lines[line - 1].lstrip())
    lines.insert(line - 1, f"{' ' * indent}# rcg: {comment}")
    return {**MESSY, name: "\n".join(lines)}


def below(found, name, line):
    """A finding after a line was inserted."""
    place = found.place
    if place.file == name and place.line >= line:
        place = replace(place, line=place.line + 1)
    return found.rule, place


def test_nearly_every_rule_has_something_to_say(before):
    rules = {each.rule for each in before}
    assert set(LINT_RULES) - rules == {"unused-ignore", "written-default"}


def test_every_finding_can_be_ignored_on_its_line(repository, before):
    for found in before:
        rule, name, line = spot(found)
        after = said(repository, appended(name, line, f"ignore[{rule}] so it is"))
        assert after == tuple(each for each in before if spot(each) != spot(found))


def test_every_finding_can_be_ignored_in_the_line_above(repository, before):
    of_lines = [
        each for each in before if each.rule != "unread-file"
    ]  # which is about a whole file
    for found in of_lines:
        rule, name, line = spot(found)
        after = said(repository, inserted(name, line, f"ignore[{rule}]"))
        left = [below(each, name, line) for each in before if spot(each) != spot(found)]
        assert [(each.rule, each.place) for each in after] == left


def test_every_finding_can_be_ignored_in_its_whole_file(repository, before):
    for rule, name in {(each.rule, each.place.file) for each in before}:
        after = said(repository, inserted(name, 1, f"ignore-file[{rule}]"))
        left = [
            below(each, name, 1) for each in before if (each.rule, each.place.file) != (rule, name)
        ]
        assert [(each.rule, each.place) for each in after] == left


LINES = [
    (name, number)
    for name, text in MESSY.items()
    for number, line in enumerate(text.splitlines(), 1)
    if line != "---"
]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(LINES),
    st.lists(st.sampled_from(IGNORABLE), min_size=1, max_size=4, unique=True),
)
def test_an_ignore_never_hides_another_finding(repository, before, line, rules):
    name, number = line
    after = said(repository, appended(name, number, f"ignore[{', '.join(rules)}]"))
    hidden = [each for each in before if spot(each) in {(rule, name, number) for rule in rules}]
    unused = [each for each in after if each.rule == "unused-ignore"]
    assert [each for each in after if each not in unused] == [e for e in before if e not in hidden]
    assert {spot(each) for each in unused} <= {("unused-ignore", name, number)}
    assert len(unused) == len(rules) - len({each.rule for each in hidden})


def test_comments_change_nothing_for_other_commands(repository, before):
    files = {name: f"# rcg: ignore-file[plain-http]\n{text}" for name, text in MESSY.items()}
    said(repository, files)
    assert [each.rule for each in load(repository.root).warnings] == [
        "no-credentials",
        "no-credentials",
        "plain-http",
    ]


def test_what_makes_files_unusable_is_told_beside_what_is_wrong_in_comments(repository):
    repository.write("devices/gate.yaml", "device: gate\nhst: x # rcg: ignore[unknown-key, nope]\n")
    examined = examine(repository.root)
    assert examined.fleet is None
    assert [each.rule for each in examined.diagnostics] == [
        "missing-key",
        "unknown-key",
        "not-ignorable",
        "unknown-rule",
    ]


def test_comments_in_a_file_that_is_no_yaml_are_not_looked_at(repository):
    repository.write("devices/gate.yaml", 'device: "gate # rcg: ignore[nope]\n')
    assert [each.rule for each in examine(repository.root).diagnostics] == ["syntax"]


def test_an_unread_file_that_nobody_may_read_is_told_all_the_same(repository):
    said(repository, MESSY)
    (repository.root / "devices/old/yard.yaml").unlink()
    (repository.root / "devices/old/yard.yaml").symlink_to(repository.root / "nowhere.yaml")
    repository.write("devices/old/bad.yaml", b"\xff # rcg: ignore-file[unread-file]\n")
    unread = [each for each in examine(repository.root).diagnostics if each.rule == "unread-file"]
    assert [each.place.file for each in unread] == ["devices/old/bad.yaml"]
