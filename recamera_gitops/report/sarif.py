"""Complaints as SARIF 2.1.0, which code scanning services take."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import quote

from recamera_gitops import __version__
from recamera_gitops.errors import Diagnostic, Place
from recamera_gitops.exchange import Json
from recamera_gitops.report.diagnostics import told
from recamera_gitops.rules import RULES, Rule
from recamera_gitops.secret import printable

_SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_ROOT: Final = "%SRCROOT%"  # what relative paths are relative to: the checkout, known to the reader
_FINGERPRINT: Final = "ruleAndPath/v1"
_INDICES: Final = {name: index for index, name in enumerate(RULES)}


def sarif(found: Sequence[Diagnostic], prefix: str = "") -> dict[str, Json]:
    """One run with every rule and every complaint.

    `prefix` leads from the root of the checkout to the repository of the fleet. What is complained about
    is the same from run to run by its fingerprint, wherever it has moved to in its file.
    """
    driver: dict[str, Json] = {
        "name": "recamera-gitops",
        "semanticVersion": __version__,
        "rules": [_rule(each) for each in RULES.values()],
    }
    prints = _fingerprints(found)
    run: dict[str, Json] = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, mark, prefix) for each, mark in zip(found, prints, strict=True)],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: Rule) -> dict[str, Json]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.says},
        "help": {"text": rule.hint},
        "defaultConfiguration": {"level": str(rule.severity)},
        "properties": {"kind": str(rule.kind)},
    }


def _result(found: Diagnostic, fingerprint: str, prefix: str) -> dict[str, Json]:
    result: dict[str, Json] = {
        "ruleId": found.rule,
        "ruleIndex": _INDICES[found.rule],
        "level": str(found.severity),
        "message": {"text": told(found)},
        "partialFingerprints": {_FINGERPRINT: fingerprint},
    }
    if found.place is not None:
        result["locations"] = [_location(found.place, found.path, prefix)]
    return result


def _location(place: Place, path: str, prefix: str) -> dict[str, Json]:
    # A name that is no UTF-8 keeps its bytes.
    uri = quote((prefix + place.file).encode("utf-8", "surrogateescape"))
    location: dict[str, Json] = {
        "physicalLocation": {
            "artifactLocation": {"uri": uri, "uriBaseId": _ROOT},
            "region": {"startLine": place.line, "startColumn": place.column},
        }
    }
    if path:
        location["logicalLocations"] = [{"fullyQualifiedName": printable(path)}]
    return location


def _fingerprints(found: Sequence[Diagnostic]) -> Iterator[str]:
    """A mark for each complaint, made of its rule, file and path, and of how many there were before."""
    seen: Counter[tuple[str, ...]] = Counter()
    for each in found:
        key = (each.rule, each.place.file if each.place else "", each.path)
        words = "\0".join((*key, str(seen[key])))
        seen[key] += 1
        yield hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()
