"""What became of a plan as JUnit, for forges that show tests: a suite per camera, a case per resource. Pure."""

import re
from collections.abc import Iterable, Mapping
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from recamera_gitops.reconcile.outcome import DeviceOutcome, Outcome, Verdict
from recamera_gitops.report.outcomes import summary_line, trouble, word_of
from recamera_gitops.report.results import Carried
from recamera_gitops.report.values import shown
from recamera_gitops.secret import printable

# Beside what `printable` shows escaped, the two characters that XML cannot have.
_NOT_IN_XML: Final = re.compile("[\ufffe\uffff]")
_TAGS: Final = {
    Verdict.UNVERIFIED: "failure",
    Verdict.FAILED: "failure",
    Verdict.UNKNOWN: "error",
    Verdict.NOT_ATTEMPTED: "skipped",
}
_COUNTED: Final = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def junit(found: Carried) -> str:
    """The document; what was restored afterwards has suites of its own."""
    word = word_of(found)
    files = {
        (device.device, part.address): change.source.file
        for device in found.plan.devices
        for part in device.resources
        for change in reversed(part.changes)
        if change.source is not None
    }
    root = Element("testsuites", {"name": _text(f"{word}: {found.plan.fleet}")})
    for each in found.outcomes:
        root.append(_suite(each, each.device, found, files))
    for each in found.back:
        root.append(_suite(each, f"{each.device}, restored", found, {}))
    if found.stopped is not None and len(root):
        SubElement(root[-1], "system-out").text = _text(f"Stopped: {found.stopped}.")
    _count(root)
    indent(root)
    said = _text(summary_line(found.outcomes, word)).replace("--", "- -")
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<!-- {said} -->\n'
    return head + tostring(root, encoding="unicode") + "\n"


def _suite(
    outcome: DeviceOutcome, name: str, found: Carried, files: Mapping[tuple[str, str], str]
) -> Element:
    about = {"name": _text(name), "hostname": _text(outcome.host), "time": "0"}
    suite = Element("testsuite", about)
    facts = {"run": found.run, "wave": found.around.waves.get(outcome.device)}
    stated = {key: value for key, value in facts.items() if value is not None}
    if stated:
        properties = SubElement(suite, "properties")
        for key, value in stated.items():
            SubElement(properties, "property", {"name": key, "value": _text(str(value))})
    within = f"{found.plan.fleet}.{name}"
    for each in outcome.outcomes:
        case = _case(suite, within, each.address)
        file = files.get((outcome.device, each.address))
        if file is not None:
            case.set("file", _text(file))
        _judge(case, each, outcome.error)
    _whole_camera(suite, within, outcome)
    return suite


def _case(suite: Element, within: str, name: str) -> Element:
    about = {"name": _text(name), "classname": _text(within), "time": "0"}
    return SubElement(suite, "testcase", about)


def _judge(case: Element, outcome: Outcome, otherwise: str | None) -> None:
    tag = _TAGS.get(outcome.verdict)
    if tag is None:
        return
    message = outcome.reason or otherwise or str(outcome.verdict)
    about = {"message": _text(message)}
    if tag != "skipped":
        about["type"] = str(outcome.verdict)
    SubElement(case, tag, about).text = "\n".join(_differences(outcome)) or None


def _differences(outcome: Outcome) -> Iterable[str]:
    for each in outcome.differences:
        values = (each.desired, each.sent, each.observed)
        desired, sent, observed = (shown(value, sensitive=each.sensitive) for value in values)
        yield _text(f"{each.path}: desired {desired}, sent {sent}, observed {observed}")


def _whole_camera(suite: Element, within: str, outcome: DeviceOutcome) -> None:
    """A case about the camera, where none about its resources tells how it ended."""
    if outcome.exit_code:
        if suite.find("testcase/failure") is None and suite.find("testcase/error") is None:
            case = _case(suite, within, "camera")
            word = trouble(outcome.exit_code)
            about = {"message": _text(outcome.error or word), "type": word}
            SubElement(case, "error", about)
    elif not outcome.outcomes:
        _case(suite, within, "as declared")


def _count(root: Element) -> None:
    """The numbers that readers take from the outer elements."""
    for each in (*root, root):
        each.set("tests", str(len(each.findall(".//testcase"))))
        for name, tag in _COUNTED.items():
            each.set(name, str(len(each.findall(f".//testcase/{tag}"))))


def _text(text: str) -> str:
    return _NOT_IN_XML.sub(lambda found: f"\\u{ord(found[0]):04x}", printable(text))
