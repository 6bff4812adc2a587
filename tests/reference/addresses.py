"""The addresses that the sources name, from endpoints.txt, and which of them a request is for."""

import re
from typing import NamedTuple

from tests.conftest import ROOT

_WILD = {"{n}": "[0-9]+", "{scene}": "[0-2]", "{file}": ".*", "*": ".*"}


class Endpoint(NamedTuple):
    """One line of the list; it is written like this in tables too."""

    method: str
    path: str

    def __str__(self):
        return f"{self.method} {self.path}"

    def is_meant(self, method, path):
        form = "".join(_WILD.get(part) or re.escape(part) for part in _PARTS.split(self.path))
        return self.method in (method, "ANY") and re.fullmatch(form, path) is not None


_PARTS = re.compile(r"(\{\w+\}|\*)")


def listed():
    """Every endpoint in the order of the list."""
    lines = (
        (ROOT / "tests" / "reference" / "endpoints.txt").read_text(encoding="utf-8").splitlines()
    )
    told = (line.partition("  # ")[0].split() for line in lines if line and line[0] != "#")
    return [Endpoint(*each) for each in told]


def meant(method, target):
    """The endpoints that a request is for; its query counts for nothing."""
    path = target.partition("?")[0]
    exact = [each for each in listed() if each == (method, path)]
    return exact or [each for each in listed() if each.is_meant(method, path)]
