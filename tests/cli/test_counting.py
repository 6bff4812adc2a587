"""How far a scan is, where no terminal shows it."""

from recamera_gitops.cli import console
from recamera_gitops.cli.progress.counting import counting
from recamera_gitops.device.discovery import Sighting, Verdict

CAMERA = Sighting("192.0.2.1", Verdict.RECAMERA)
NOBODY = Sighting("192.0.2.2", Verdict.UNREACHABLE)


def test_a_log_has_a_line_now_and_then_and_none_of_a_scan_that_is_over_soon(capsys, monkeypatch):
    monkeypatch.setattr(console, "is_terminal", lambda _: False)
    now = iter([0.0, 9.9, 10.0, 19.0, 20.5])
    with counting(500, lambda: next(now)) as beat:
        for found in ([CAMERA], [CAMERA, NOBODY], [CAMERA] * 3, [NOBODY] * 4):
            beat(found)
    assert capsys.readouterr().err == (
        "discover: 2 of 500 addresses, 1 reCamera\ndiscover: 4 of 500 addresses, 0 reCamera\n"
    )
