"""The layout of the package, read from its source: who imports whom, which doors, how large things are."""

import ast
import importlib
import importlib.metadata
import inspect
import re
from functools import cache
from pathlib import Path

import pytest

import recamera_gitops

PACKAGE = Path(recamera_gitops.__file__).parent
NAME = "recamera_gitops"
FILES = sorted(each for each in PACKAGE.rglob("*.py") if "_example" not in each.parts)
MODULES = {
    ".".join((NAME, *each.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(
        ".__init__"
    ): each
    for each in FILES
}

BOTTOM = {
    "addresses",
    "artifact",
    "errors",
    "exchange",
    "files",
    "folders",
    "rules",
    "secret",
    "slots",
    "sockets",
    "versions",
}
# Each layer and the layers below it that it may know.
BELOW = {
    "": {"library"},  # which it names, and loads when something of it is asked for
    "resources": set(),
    "desired": {"resources"},
    "device": set(),
    "reconcile": {"resources"},
    "operations": {"device"},
    "cloud": {"device"},
    "fleet": {"resources", "desired", "device", "reconcile"},
    "report": {"resources", "reconcile", "operations", "cloud"},
    "emulator": set(),
    "library": {"resources", "desired", "device", "reconcile", "operations", "fleet"},
    "cli": {
        *("resources", "desired", "device", "reconcile", "operations"),
        *("fleet", "report", "emulator", "cloud"),
    },
}
EMULATOR_KNOWS = {"errors", "exchange", "sockets", "emulator"}

# One library, one door; `cryptography` has one on each side of the wire.
DOORS = {
    "requests": {"device.transport", "fleet.webhook", "cloud.http"},  # cameras; no cameras
    "urllib3": {"device.transport", "cloud.http"},
    "ruamel": {"desired.document"},
    "deepdiff": {"reconcile.compare"},
    "keyring": {"fleet.keychain"},
    "sqlite3": {"fleet.drift_history"},
    "jinja2": {"report.html.page"},
    "av": {"device.eye"},
    "websockets": {"device.streams"},
    "rich": {"cli.progress.drawing"},
    "distributed": {"fleet.cluster", "fleet.worker"},  # one on each side of the wire
    "subprocess": {"fleet.programs", "cli.demonstration"},
}
DOOR_OF_LAYER = {"click": ("cli",), "aiohttp": ("emulator",), "pydantic": ("resources", "desired")}
# What cameras are told under their key, and what a run keeps on disk under ours.
CRYPTOGRAPHY = {"device", "emulator", "fleet"}
PURE = [
    "resources",
    "rules",
    *(
        f"desired.lint.{name}"
        for name in (
            "checks",
            "identity",
            "layers",
            "paths",
            "selected",
            "settings",
            "sources",
            "use",
        )
    ),
    "fleet.policy",
    "fleet.luma",
    "device.rejections",
    "device.addresses",
    "device.discovery",
    "desired.listing",
    "report.discovered",
    "reconcile.plan",
    "reconcile.planner",
    "reconcile.snapshot",
    "reconcile.steps",
    "reconcile.evidence",
    "fleet.rollout",
    "fleet.resuming",
    "fleet.restoring",
    "report.history",
    "reconcile.outcome",
    "reconcile.compare",
    "reconcile.drift",
    "report.drift",
    "report.drift_log",
    "report.drift_message",
    "report.metrics",
    "report.rows",
    "report.results",
    "report.history_points",
    "report.gitlab",
    "report.markdown",
    "report.quoting",
    "report.junit",
    "report.inside",
    "report.outputs",
    "report.html.states",
    "report.html.document",
    "report.html.overview",
    "report.fitting",
    "report.outcomes",
]
IMPURE = {
    "os",
    "time",
    "socket",
    "logging",
    "pathlib",
    "subprocess",
    "threading",
    "random",
    "datetime",
}

LONGEST_FILE, LONGEST_FUNCTION = 400, 50
# A ratchet: whoever takes one away lowers the number, nobody raises it without a reason in review.
SUPPRESSIONS = {"noqa": 122, "type: ignore": 7, "pragma: no cover": 0}


@cache
def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def short(module):
    return module.removeprefix(NAME).removeprefix(".")


def layer(module):
    """`reconcile` of recamera_gitops.reconcile.plan; the empty name for the package itself."""
    return short(module).partition(".")[0]


def imported(path):
    """Every module that a file names, wherever in it; imports for types included."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            whole = (f"{node.module}.{alias.name}" for alias in node.names)
            yield from (each if each in MODULES else node.module for each in whole)


def ours(path):
    return {each for each in imported(path) if each.partition(".")[0] == NAME}


def libraries(path):
    return {each.partition(".")[0] for each in imported(path)} - {NAME}


def calls(path):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield node


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_down(module):
    own = layer(module)
    allowed = {"", own} | BOTTOM | BELOW.get(own, set())
    up = {each for each in ours(MODULES[module]) if layer(each) not in allowed}
    assert up == set()


def test_of_the_package_itself_the_others_know_the_version_alone():
    """Whatever else is asked of it comes from the library, which is above nearly everything."""
    for path in FILES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ImportFrom) and node.module == NAME:
                taken = {each.name for each in node.names if f"{NAME}.{each.name}" not in MODULES}
                assert taken <= {"__version__"}, path


def test_every_layer_is_known_here():
    assert {layer(each) for each in MODULES} <= BOTTOM | BELOW.keys()


def test_the_bottom_knows_nothing_above_it():
    for name in BOTTOM:
        assert {layer(each) for each in ours(MODULES[f"{NAME}.{name}"])} <= BOTTOM


@pytest.mark.parametrize("module", [each for each in MODULES if layer(each) == "emulator"])
def test_the_emulator_shares_nothing_with_the_product(module):
    assert {layer(each) for each in ours(MODULES[module])} <= EMULATOR_KNOWS


@pytest.mark.parametrize("module", [each for each in MODULES if layer(each) == "reconcile"])
def test_reconcile_owns_no_connection(module):
    assert not libraries(MODULES[module]) & {
        "requests",
        "urllib3",
        "socket",
        "ssl",
        "http",
        "threading",
    }


@pytest.mark.parametrize("library", DOORS)
def test_a_library_has_one_door(library):
    users = {short(module) for module, path in MODULES.items() if library in libraries(path)}
    assert users == DOORS[library]


@pytest.mark.parametrize("library", DOOR_OF_LAYER)
def test_a_library_stays_in_its_layer(library):
    homes = DOOR_OF_LAYER[library]
    for module, path in MODULES.items():
        if library in libraries(path):
            assert layer(module) in homes, module


def test_cryptography_has_one_door_on_each_side():
    users = {module for module, path in MODULES.items() if "cryptography" in libraries(path)}
    assert {layer(each) for each in users} == CRYPTOGRAPHY
    doors = {short(each) for each in users if layer(each) != "emulator"}
    assert doors == {"device.keys", "fleet.sealing"}


@pytest.mark.parametrize("prefix", PURE)
def test_a_pure_module_reads_no_clock_no_disk_and_no_network(prefix):
    found = [
        each for each in MODULES if short(each) == prefix or short(each).startswith(f"{prefix}.")
    ]
    assert found
    for module in found:
        assert not libraries(MODULES[module]) & IMPURE, module
        names = {getattr(each.func, "id", None) for each in calls(MODULES[module])}
        assert not names & {"open", "print", "input"}, module


@pytest.mark.parametrize("path", FILES, ids=lambda each: str(each.relative_to(PACKAGE)))
def test_files_and_functions_are_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno - node.lineno + 1 <= LONGEST_FUNCTION, node.name


@pytest.mark.parametrize("word", SUPPRESSIONS)
def test_suppressions_only_become_fewer(word):
    found = sum(
        len(re.findall(rf"#[^\n]*\b{re.escape(word)}\b", path.read_text(encoding="utf-8")))
        for path in FILES
    )
    assert found == SUPPRESSIONS[word]


def test_nothing_is_left_to_do_in_a_comment():
    marks = re.compile(r"#.*\b(TODO|FIXME|XXX|HACK)\b")
    assert [each for each in FILES if marks.search(each.read_text(encoding="utf-8"))] == []


def test_no_file_is_called_after_nothing():
    assert not {each.stem for each in FILES} & {
        "utils",
        "util",
        "helpers",
        "common",
        "manager",
        "misc",
    }


def test_verification_is_turned_off_in_one_function_only():
    found = []
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        assert "disable_warnings" not in text, path
        assert "_create_unverified" not in text, path
        for call in calls(path):
            assert not any(
                each.arg == "verify" and getattr(each.value, "value", None) is False
                for each in call.keywords
            ), path
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef):
                named = [n for n in ast.walk(node) if getattr(n, "attr", "") == "CERT_NONE"]
                found += [(str(path.relative_to(PACKAGE)), node.name)] * len(named)
        assert text.count("CERT_NONE") == 0 or path.name == "tls.py"
    assert found == [("device/tls.py", "_without_chain")]


def test_nobody_prints():
    for path in FILES:
        assert not any(getattr(call.func, "id", None) == "print" for call in calls(path)), path
    writers = {
        short(module)
        for module, path in MODULES.items()
        if {"stdout", "stderr"} & {getattr(n, "attr", None) for n in ast.walk(tree(path))}
    }
    # fleet.programs reads the stdout of the programs that it starts, of which device.eye is one.
    others = {each for each in writers if not each.startswith("cli")}
    assert others == {"device.eye", "emulator.__main__", "fleet.programs"}


def test_only_the_clock_sleeps():
    sleepers = {
        short(module)
        for module, path in MODULES.items()
        for call in calls(path)
        if ast.unparse(call.func) == "time.sleep"
    }
    assert sleepers == set()


def test_nothing_is_pickled_and_no_shell_is_started():
    for path in FILES:
        assert not libraries(path) & {"pickle", "marshal", "shelve"}, path
        for call in calls(path):
            assert not any(
                each.arg == "shell" and getattr(each.value, "value", None) for each in call.keywords
            ), path
            assert getattr(call.func, "id", None) not in {"eval", "exec"}, path


@pytest.mark.parametrize("module", [each for each in MODULES if not each.endswith("__main__")])
def test_every_module_says_what_it_is_and_exports_what_it_has(module):
    found = importlib.import_module(module)
    assert (found.__doc__ or "").strip(), module
    exported = getattr(found, "__all__", ())
    assert len(set(exported)) == len(exported)
    assert all(hasattr(found, name) for name in exported)


def test_the_program_is_there_under_both_names():
    distribution = importlib.metadata.distribution("recamera-gitops")
    scripts = {each.name: each for each in distribution.entry_points}
    assert scripts.keys() >= {"recamera-gitops", "rcg"}
    loaded = [scripts[name].load() for name in ("recamera-gitops", "rcg")]
    assert loaded[0] is loaded[1]
    assert inspect.getmodule(loaded[0]).__name__ == f"{NAME}.cli.main"


def test_help_does_not_load_what_only_work_needs():
    top = MODULES[f"{NAME}.cli.main"]
    direct = [n for n in tree(top).body if isinstance(n, ast.Import | ast.ImportFrom)]
    names = {alias.name for node in direct for alias in node.names}
    assert not names & {"requests", "pydantic", "ruamel"}
