"""JUnit of what became of a plan: which case is what, and that every reader can take it."""

from dataclasses import replace
from xml.etree.ElementTree import fromstring

from hypothesis import given
from hypothesis import strategies as st

from recamera_gitops.errors import ExitCode, Place
from recamera_gitops.reconcile.outcome import DeviceOutcome, Difference, Outcome, Verdict
from recamera_gitops.reconcile.plan import Action, Change, DevicePlan, Plan, ResourcePlan, Status
from recamera_gitops.report.junit import junit
from recamera_gitops.report.results import Carried, Surroundings

# What the schema of Surefire, which most readers follow, lets stand where.
ATTRIBUTES = {
    "testsuites": {"name", "tests", "failures", "errors", "skipped"},
    "testsuite": {"name", "hostname", "time", "tests", "failures", "errors", "skipped"},
    "testcase": {"name", "classname", "time", "file"},
    "failure": {"message", "type"},
    "error": {"message", "type"},
    "skipped": {"message"},
    "properties": set(),
    "property": {"name", "value"},
    "system-out": set(),
}
CHILDREN = {
    "testsuites": ["testsuite"],
    "testsuite": ["properties", "testcase", "system-out"],
    "testcase": ["failure", "error", "skipped"],
    "properties": ["property"],
}


def conforms(element):
    assert element.attrib.keys() <= ATTRIBUTES[element.tag]
    order = [CHILDREN[element.tag].index(each.tag) for each in element]
    assert order == sorted(order)
    for each in element:
        conforms(each)


def plan(*devices):
    return Plan("acme", "2026-11-26T10:00:00Z", "0.1.0", devices)


def test_a_case_per_resource_and_one_for_a_camera_that_has_none():
    change = Change("osd.font.size", "auto", "32", source=Place("profiles/base.yaml", 3, 1))
    part = ResourcePlan("osd", Action.UPDATE, ("none",), "x", (change,))
    planned = DevicePlan("gate", "192.0.2.1", Status.CHANGED, resources=(part,))
    wrong = Difference("osd.font.size", "32", "32", "16")
    gate = DeviceOutcome(
        "gate",
        "192.0.2.1",
        ExitCode.FAILED,
        "osd: it did not keep it",
        (
            Outcome("osd", Verdict.UNVERIFIED, "it did not keep it", (wrong,)),
            Outcome("video.main", Verdict.VERIFIED),
            Outcome("image", Verdict.UNKNOWN, "the reply was lost"),
            Outcome("notify", Verdict.NOT_ATTEMPTED),
        ),
    )
    idle = DeviceOutcome("idle", "192.0.2.2", ExitCode.DONE)
    away = DeviceOutcome("away", "192.0.2.3", ExitCode.UNREACHABLE, "no answer")
    found = Carried(
        plan(planned),
        (gate, idle, away),
        Surroundings(waves={"gate": 2}),
        ExitCode.FAILED,
        run="R1",
        stopped="max_failures: 1",
    )
    assert junit(found) == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        "<!-- Apply: 1 verified, 1 unverified, 1 unknown, 1 not attempted on 1 camera."
        " 1 camera unreachable. -->\n"
        '<testsuites name="Apply: acme" tests="6" failures="1" errors="2" skipped="1">\n'
        '  <testsuite name="gate" hostname="192.0.2.1" time="0" tests="4" failures="1" errors="1"'
        ' skipped="1">\n'
        "    <properties>\n"
        '      <property name="run" value="R1" />\n'
        '      <property name="wave" value="2" />\n'
        "    </properties>\n"
        '    <testcase name="osd" classname="acme.gate" time="0" file="profiles/base.yaml">\n'
        '      <failure message="it did not keep it" type="unverified">osd.font.size: desired "32",'
        ' sent "32", observed "16"</failure>\n'
        "    </testcase>\n"
        '    <testcase name="video.main" classname="acme.gate" time="0" />\n'
        '    <testcase name="image" classname="acme.gate" time="0">\n'
        '      <error message="the reply was lost" type="unknown" />\n'
        "    </testcase>\n"
        '    <testcase name="notify" classname="acme.gate" time="0">\n'
        '      <skipped message="osd: it did not keep it" />\n'
        "    </testcase>\n"
        "  </testsuite>\n"
        '  <testsuite name="idle" hostname="192.0.2.2" time="0" tests="1" failures="0" errors="0"'
        ' skipped="0">\n'
        "    <properties>\n"
        '      <property name="run" value="R1" />\n'
        "    </properties>\n"
        '    <testcase name="as declared" classname="acme.idle" time="0" />\n'
        "  </testsuite>\n"
        '  <testsuite name="away" hostname="192.0.2.3" time="0" tests="1" failures="0" errors="1"'
        ' skipped="0">\n'
        "    <properties>\n"
        '      <property name="run" value="R1" />\n'
        "    </properties>\n"
        '    <testcase name="camera" classname="acme.away" time="0">\n'
        '      <error message="no answer" type="unreachable" />\n'
        "    </testcase>\n"
        "    <system-out>Stopped: max_failures: 1.</system-out>\n"
        "  </testsuite>\n"
        "</testsuites>\n"
    )


TEXT = st.text(max_size=12) | st.sampled_from(["]]>", "--", "<!--", "&amp;", "\ufffe", "\ud800"])


@given(st.lists(TEXT, min_size=8, max_size=8), st.sampled_from(Verdict), st.sampled_from(ExitCode))
def test_whatever_is_said_it_is_well_formed_and_of_the_schema(texts, verdict, code):
    wrong = Difference(*texts[:4])
    outcomes = (Outcome(texts[4], verdict, texts[5], (wrong,)),)
    device = DeviceOutcome(texts[6], texts[7], code, texts[5], outcomes)
    named = replace(plan(), fleet=texts[0])
    found = Carried(named, (device,), run=texts[1], stopped=texts[2], back=(device,))
    root = fromstring(junit(found).encode("utf-8"))  # noqa: S314 - made a line above
    conforms(root)
    assert int(root.get("tests")) == len(list(root.iter("testcase")))


def test_a_restored_camera_has_a_suite_of_its_own_and_an_ending_is_told_once():
    device = DeviceOutcome(
        "gate", "h", ExitCode.FAILED, "x", (Outcome("osd", Verdict.FAILED, "x"),)
    )
    back = DeviceOutcome("gate", "h", ExitCode.DONE, None, (Outcome("osd", Verdict.VERIFIED),))
    root = fromstring(junit(Carried(plan(), (device,), back=(back,))))  # noqa: S314
    assert [each.get("name") for each in root] == ["gate", "gate, restored"]
    assert [len(each.findall("testcase")) for each in root] == [1, 1]
