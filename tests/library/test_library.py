"""The package for other programs: what it exports, and that it refuses what the command line refuses."""

import ast
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import jsonschema
import pytest

import recamera_gitops
from recamera_gitops import (
    Connection,
    ExitCode,
    Interrupted,
    InvalidInput,
    Locked,
    Operation,
    Refused,
    Secret,
    Session,
    Stale,
    Terms,
    Verdict,
    camera,
    errors,
    library,
    load,
    load_plan,
    save_plan,
)
from recamera_gitops.cli.main import main
from recamera_gitops.desired.event_schema import EVENT_SCHEMA
from recamera_gitops.fleet import runs

HEAVY = ("requests", "pydantic", "ruamel", "cryptography", "deepdiff")
WINDOW = 'rollout: {window: {start: "01:00", duration: 0s}}'


def declared(yard, line):
    """The fleet with one more line about all cameras."""
    with (yard.root / "fleet.yaml").open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
    return load(yard.root)


def rules_of(error):
    return [each.rule for each in error.value.diagnostics]


# --- what is exported ------------------------------------------------------------------------------


def test_the_package_is_imported_without_any_library():
    code = (
        "import sys, recamera_gitops, recamera_gitops.errors;"
        f"print(sorted(set({HEAVY!r}) & set(sys.modules)), recamera_gitops.__version__)"
    )
    ended = subprocess.run(  # noqa: S603 - this very program
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True
    )
    assert ended.stdout == f"[] {recamera_gitops.__version__}\n"


def test_what_the_library_exports_can_be_had_from_the_package():
    assert set(library.__all__) <= set(dir(recamera_gitops))
    assert recamera_gitops.__all__ == library.__all__
    for name in library.__all__:
        assert getattr(recamera_gitops, name) is getattr(library, name)
    with pytest.raises(AttributeError, match="has no attribute 'lod'"):
        recamera_gitops.lod  # noqa: B018 - that is the question


def test_every_error_that_may_end_a_call_is_exported():
    at_the_edge = {"NotDelivered", "NotSaved"}  # of webhooks, and of files that commands write
    raised = {
        name
        for name, each in vars(errors).items()
        if isinstance(each, type) and issubclass(each, errors.RecameraError)
    }
    assert raised - at_the_edge <= set(library.__all__)


def test_what_is_named_in_signatures_is_exported_too():
    tree = ast.parse(Path(library.__file__).read_text(encoding="utf-8"))
    public = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]
    named = {
        each.id
        for node in public
        for annotation in (node.returns, *(arg.annotation for arg in node.args.args))
        if annotation is not None
        for each in ast.walk(annotation)
        if isinstance(each, ast.Name)
    }
    assert {each for each in named if each[0].isupper()} - {"Path", "T", "Self"} <= set(
        library.__all__
    )


# --- a fleet ---------------------------------------------------------------------------------------


def test_a_fleet_with_mistakes_is_refused_with_all_of_them(yard):
    yard = yard(size=2)
    yard.declare("cam-00", "{osd: {font: {size: huge}}}")
    yard.declare("cam-01", "{osd: {fnt: {}}}")
    with pytest.raises(InvalidInput) as error:
        load(str(yard.root))
    assert [str(each.place) for each in error.value.diagnostics] == [
        "devices/cam-00.yaml:4:29",
        "devices/cam-01.yaml:4:16",
    ]


def test_a_session_means_the_cameras_that_are_named_and_match(yard):
    yard = yard(size=3, more={"cam-01": "labels: {site: hq}", "cam-02": "labels: {site: hq}"})
    fleet = load(yard.root)
    with Session(fleet, "cam-0[01]", selector="site=hq") as session:
        assert [each.name for each in session.devices] == ["cam-01"]
        assert [each.device for each in session.plan().devices] == ["cam-01"]
    with pytest.raises(InvalidInput):
        Session(fleet, "cam-07")


# --- plans and what becomes of them ----------------------------------------------------------------


def test_a_plan_reads_and_an_apply_writes_it_and_proves_it(yard, capfd):
    handlers = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]
    yard = yard(size=2)
    with Session(load(yard.root)) as session:
        plan = session.plan()
        assert yard.writes == {}
        assert plan.json()["checksum"] == plan.checksum
        applied = session.apply(plan)
        assert session.plan().summary["changed"] == 0
    assert applied.exit_code is ExitCode.DONE
    verdicts = {each.verdict for outcome in applied.outcomes for each in outcome.outcomes}
    assert verdicts == {Verdict.VERIFIED}
    (past,) = runs.past(yard.root)
    assert (past.run, past.kind) == (applied.run, "apply")
    assert [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)] == handlers
    assert capfd.readouterr() == ("", "")


def test_a_plan_is_narrowed_to_paths_and_wrong_ones_are_named(yard):
    yard = yard(size=1)
    with Session(load(yard.root)) as session:
        (planned,) = session.plan("osd").devices
        assert [each.path for each in planned.changes] == ["osd.font.size"]
        with pytest.raises(InvalidInput) as error:
            session.plan("osd.fnt", "nowhere")
    assert rules_of(error) == ["unknown-path", "unknown-path"]


def test_a_saved_plan_is_applied_once(yard, tmp_path):
    yard = yard(size=1)
    fleet, file = load(yard.root), tmp_path / "plan.json"
    with Session(fleet) as session:
        save_plan(session.plan(), file)
    with Session(fleet) as session:
        applied = session.apply(load_plan(file))
        again = session.apply(load_plan(file))
    assert applied.exit_code is ExitCode.DONE
    assert again.exit_code is ExitCode.STALE
    assert (
        again.outcomes[0].error == f"this plan was already applied by run {applied.run}; plan again"
    )
    (past,) = runs.past(yard.root)
    assert past.facts["saved"]["checksum"] == load_plan(file).checksum


def test_a_session_applies_the_part_of_a_plan_that_is_about_its_cameras(yard):
    yard = yard(size=2)
    fleet = load(yard.root)
    with Session(fleet) as session:
        plan = session.plan()
    with Session(fleet, "cam-01") as session:
        applied = session.apply(plan)
    assert [each.device for each in applied.outcomes] == ["cam-01"]
    assert set(yard.writes) == {"cam-01"}


def test_drift_is_what_the_fleet_does_not_pass_over(yard):
    yard = yard(size=1)
    fleet = declared(yard, "drift: {ignore: [osd.font.size], severity: {image: critical}}")
    with Session(fleet) as session:
        drift = session.drift()
    assert drift.differing == ("cam-00",)
    assert [each.change.path for each in drift.ignored] == ["osd.font.size"]
    assert {each.severity for _, each in drift.changes} == {"critical"}


def test_what_happens_is_told_as_the_schema_of_events_promises(yard):
    yard, heard = yard(size=2), []
    with Session(load(yard.root), heard=lambda *told: heard.append(told)) as session:
        session.apply(session.plan())
    names = [event for event, _ in heard]
    assert names[0] == "phase"
    assert {"begin", "wave", "phase", "end"} <= set(names)
    for event, facts in heard:
        line = {"at": "2026-11-26T10:00:00Z", "event": event, **facts}
        jsonschema.validate(line, EVENT_SCHEMA)


def test_the_edit_mode_of_a_killed_run_is_left_before_anything_is_written(yard):
    yard, heard = yard(size=1), []
    (yard.root / ".recamera" / "editing").mkdir(parents=True)
    (yard.root / ".recamera" / "editing" / "cam-00.json").write_text('{"serial": "SN-cam-00"}')
    with Session(load(yard.root), heard=lambda *told: heard.append(told)) as session:
        plan = session.plan()
        assert yard.writes == {}
        session.apply(plan)
    said = [facts["message"] for event, facts in heard if event == "warning"]
    assert said == ["cam-00: the edit mode of an interrupted run has been left"]


def test_a_session_that_is_asked_to_stop_raises_and_writes_nothing(yard):
    yard = yard(size=1)
    with Session(load(yard.root)) as session:
        session.stop()
        with pytest.raises(Interrupted):
            session.plan()
    assert yard.writes == {}


# --- what is refused, here as on the command line ---------------------------------------------------

REFUSED = {
    "policy.forbid": ("policy: {forbid: [osd.font.size]}", ["policy-forbid"], None),
    "policy.confirm": (
        "policy: {confirm: [image]}",
        ["policy-confirm"],
        Terms(confirmed=("image",)),
    ),
    "policy.max_changed_devices": (
        "policy: {max_changed_devices: 1}",
        ["policy-max-changed-devices"],
        None,
    ),
    "window": (WINDOW, ["outside-window"], Terms(outside_window=True)),
    "gate": (
        "rollout: {gates: [{command: look}]}",
        ["needs-allow-cmd"],
        Terms(in_waves=False),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_the_command_line_refuses_the_library_refuses(yard, case, monkeypatch, capsys):
    line, expected, _ = REFUSED[case]
    yard = yard(size=2)
    fleet = declared(yard, line)
    with Session(fleet) as session:
        plan = session.plan()
        with pytest.raises((Refused, InvalidInput)) as error:
            session.apply(plan)
    assert rules_of(error) == expected
    monkeypatch.chdir(yard.root)
    code = main(["apply", "--auto-approve"])
    assert code == error.value.exit_code
    said = capsys.readouterr().err
    assert [each.message for each in error.value.diagnostics if each.message not in said] == []
    assert yard.writes == {}
    assert runs.past(yard.root) == ()


@pytest.mark.parametrize("case", [case for case, (*_, terms) in REFUSED.items() if terms])
def test_the_terms_lift_what_the_options_lift(yard, case):
    line, _, terms = REFUSED[case]
    yard = yard(size=1)
    with Session(declared(yard, line)) as session:
        assert session.apply(session.plan(), terms).exit_code is ExitCode.DONE
    assert set(yard.writes) == {"cam-00"}


def test_what_would_be_refused_can_be_asked_before(yard):
    yard = yard(size=2, more={"cam-00": "protected: true"})
    with Session(declared(yard, WINDOW)) as session:
        found = session.refusals(session.plan())
    assert [each.rule for each in found] == ["outside-window", "protected"]


def test_a_protected_camera_is_planned_and_never_written(yard):
    yard = yard(size=2, more={"cam-00": "protected: true"})
    with Session(load(yard.root)) as session:
        first, second = session.apply(session.plan()).outcomes
    assert (first.exit_code, second.exit_code) == (ExitCode.REFUSED, ExitCode.DONE)
    assert set(yard.writes) == {"cam-01"}


def test_a_plan_that_is_too_old_or_of_another_fleet_is_stale(yard):
    yard = yard(size=1)
    with Session(load(yard.root)) as session:
        plan = session.plan()
    later = yard.environment.now() + timedelta(hours=3)
    object.__setattr__(yard.environment, "now", lambda: later)
    fleet = declared(yard, "policy: {max_plan_age: 2h}")
    with Session(fleet) as session, pytest.raises(Stale, match="3 hours old"):
        session.apply(plan)
    object.__setattr__(plan, "fleet", "another")
    with Session(load(yard.root)) as session, pytest.raises(Stale, match="another fleet"):
        session.apply(plan)
    assert yard.writes == {}


def test_a_camera_that_another_run_writes_to_is_locked(yard):
    yard = yard(size=1)
    fleet = load(yard.root)
    with Session(fleet, "*") as session, Session(fleet) as other:
        plan = other.plan()

        def meanwhile(_reached):
            with pytest.raises(Locked):
                other.apply(plan)
            return True

        (done,) = session.operate(Operation("long one", meanwhile, writes=True))
    assert done.value is True
    assert yard.writes == {}


def test_terms_are_said_in_words_that_there_are():
    with pytest.raises(ValueError, match="stop, rollback, continue"):
        Terms(on_error="stopp")


# --- single operations -----------------------------------------------------------------------------


def named(reached):
    return reached.identify().serial


def test_an_operation_gives_a_value_or_a_reason_for_every_camera(yard):
    yard = yard(size=2, more={"cam-00": "serial: SN-other"})
    with Session(load(yard.root)) as session:
        first, second = session.operate(Operation("who", named))
    assert (first.value, first.exit_code) == (None, ExitCode.FAILED)
    assert (second.value, second.error) == ("SN-cam-01", None)
    assert runs.past(yard.root) == ()


def test_an_operation_that_writes_wants_its_cameras_named(yard):
    yard = yard(size=1)
    operation = Operation("who", named, writes=True)
    with Session(load(yard.root)) as session, pytest.raises(InvalidInput) as error:
        session.operate(operation)
    assert rules_of(error) == ["nothing-selected"]
    with Session(load(yard.root), "*") as session:
        assert session.operate(operation)[0].value == "SN-cam-00"
    assert [each.kind for each in runs.past(yard.root)] == ["who"]


def test_an_operation_that_people_notice_waits_for_the_window(yard):
    yard = yard(size=1)
    operation = Operation("device reboot", named, writes=True, impact=("reboot",))
    with Session(declared(yard, WINDOW), "*") as session:
        with pytest.raises(Refused) as error:
            session.operate(operation)
        (done,) = session.operate(operation, outside_window=True)
    assert rules_of(error) == ["outside-window"]
    assert done.exit_code is ExitCode.DONE


# --- one camera without a fleet --------------------------------------------------------------------


def test_a_pin_may_be_written_as_it_is_shown():
    shown = "sha256:" + ":".join(["AB"] * 32)
    with camera(Connection("camera.test", password=Secret("made-up"), fingerprint=shown)) as client:
        assert client.connection.fingerprint == "ab" * 32


def test_a_pin_that_is_none_is_refused_before_anything_is_sent():
    with pytest.raises(InvalidInput) as error:
        camera(Connection("camera.test", password=Secret("made-up"), fingerprint="sha256:12"))
    assert rules_of(error) == ["bad-form"]
