"""The README's table of what the API offers: complete, and nothing in it that there is not."""

import ast
import re

import pytest

from recamera_gitops.cli.main import program
from recamera_gitops.resources.catalog import RESOURCES, is_address
from tests.conftest import ROOT
from tests.reference.addresses import Endpoint, listed, meant

README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = {" ".join(words) for words, _ in program.every_command()}
HEADING = "| endpoints | what | with |"
TABLE = README.partition(HEADING)[2].partition("\n\n")[0].splitlines()[2:]
CODE = re.compile(r"`([^`]+)`")
NOT_CALLED = "not called: "


def rows():
    """The endpoints of each row, and what it says that they are reached with."""
    for row in TABLE:
        first, _, last = (cell.strip() for cell in row.strip("|").split(" | "))
        yield tuple(endpoint for cell in CODE.findall(first) for endpoint in named(cell)), last


def named(cell):
    """`GET POST /osd/cfg` is two endpoints."""
    *methods, path = cell.split()
    return [Endpoint(method, path) for method in methods]


ROWS = list(rows())


def test_every_endpoint_is_in_the_table_once_and_no_other():
    told = [endpoint for endpoints, _ in ROWS for endpoint in endpoints]
    assert len(told) == len(set(told))
    assert [str(each) for each in listed() if each not in told] == []
    assert [str(each) for each in told if each not in listed()] == []


@pytest.mark.parametrize(("endpoints", "reached"), ROWS, ids=lambda cell: str(cell[0]))
def test_what_an_endpoint_is_reached_with_exists(endpoints, reached):
    words = CODE.findall(reached)
    assert words or reached.startswith(NOT_CALLED)
    paths = {each.path for each in listed()}
    unknown = [e for e in words if e not in COMMANDS and not is_address(e) and e not in paths]
    assert unknown == []


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda each: each.path)
def test_a_setting_stands_in_the_rows_of_what_it_is_written_with(resource):
    for method, target in (("GET", resource.get), (resource.method, resource.put)):
        if not target.startswith("/"):
            continue
        (endpoint,) = meant(method, target)
        (reached,) = (last for endpoints, last in ROWS if endpoint in endpoints)
        stated = [word for word in CODE.findall(reached) if is_address(word)]
        covering = [e for e in stated if f"{resource.path}.".startswith(f"{e}.")]
        assert covering or any(word.startswith(f"{resource.path}.") for word in stated)


# --- what the program sends ------------------------------------------------------------------------

PACKAGE = ROOT / "recamera_gitops"
BESIDE = ("emulator", "cli", "report")  # the other side of the wire, and what only words things


def forms():
    """Every path that the program may send: a regular expression of each text that looks like one."""
    for file in PACKAGE.rglob("*.py"):
        if file.relative_to(PACKAGE).parts[0] not in BESIDE:
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                form = form_of(node)
                if re.match(r"/[\w\\-]+|https://", form):
                    yield form.partition(r"\?")[0]


def form_of(node):
    """A text with anything where something is filled in; empty for what is no text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.escape(node.value)
    if not isinstance(node, ast.JoinedStr):
        return ""
    return "".join(
        re.escape(part.value) if isinstance(part, ast.Constant) else "[^/]+" for part in node.values
    )


FORMS = set(forms())
TOLD_BY_THE_CAMERA = {"/download/config.tar"}  # in the answer of the export


def is_sent(endpoint):
    """Whether some text of the program is this path; of the cloud, hosts may stand elsewhere."""
    example = endpoint.path.replace("{n}", "0").replace("{scene}", "0").partition("/{file}")[0]
    paths = {example, re.sub("^https://[^/]+", "", example)}
    return any(re.fullmatch(form, path) for form in FORMS for path in paths)


@pytest.mark.parametrize(("endpoints", "reached"), ROWS, ids=lambda cell: str(cell[0]))
def test_what_is_said_to_be_called_is_sent_by_the_program_and_nothing_else(endpoints, reached):
    called = {each.path for others, last in ROWS if last[:12] != NOT_CALLED for each in others}
    for endpoint in endpoints:
        if reached.startswith(NOT_CALLED):
            assert endpoint.path in called or not is_sent(endpoint), endpoint
        elif endpoint.path not in TOLD_BY_THE_CAMERA:
            assert is_sent(endpoint), endpoint
