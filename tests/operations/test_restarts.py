"""Restarts and resets: asked once, seen or said to be unknown."""

import pytest

from recamera_gitops.errors import NotUnderstood, Rejected, Unreachable, Unsettled, WrongCamera
from recamera_gitops.operations.restarts import (
    FactoryReset,
    Reboot,
    ResetProof,
    Restarted,
    factory_reset,
    reboot,
)

SERIAL = "RC1126B-EMU-0001"
REBOOT = "/system/reboot"
RESET = "/system/factory-reset"


class TestReboot:
    @pytest.mark.parametrize("flavours", [(), ("reboot-slow",), ("errors-as-200",)])
    def test_it_is_over_when_the_same_camera_answers_again(self, visit, flavours):
        visit = visit(*flavours)
        found = visit.converse(reboot())
        assert found == Reboot(SERIAL, Restarted.SEEN, "V1.0.10")
        assert visit.camera.actions["reboot"] == visit.camera.logins == 1
        assert visit.told[0].text == "waits until it answers again, 0 of 600 s"

    def test_nobody_has_to_wait(self, visit):
        visit = visit()
        assert visit.converse(reboot(wait=False)) == Reboot(SERIAL, Restarted.ASKED)
        assert visit.told == []

    def test_a_lost_answer_is_no_failure_by_itself_and_nothing_is_repeated(self, visit):
        visit = visit()
        visit.camera.faults.add("drop-after", REBOOT)
        assert visit.converse(reboot()).restart is Restarted.SEEN
        assert visit.writes(REBOOT) == [""]

    def test_a_camera_that_never_went_away_may_not_have_restarted(self, visit):
        visit = visit()
        visit.camera.faults.add("ignore", REBOOT)
        with pytest.raises(Unsettled, match="was not seen to go away in 90 s: nobody knows"):
            visit.converse(reboot())

    def test_a_lost_answer_without_a_restart_is_told_as_it_is(self, visit):
        visit = visit()
        visit.camera.faults.add("drop-before", REBOOT)
        with pytest.raises(Unsettled, match=r"the answer was lost .*was not seen to go away"):
            visit.converse(reboot())
        visit = visit_again(visit)
        visit.camera.faults.add("drop-before", REBOOT)
        with pytest.raises(Unsettled, match="nobody knows whether it restarts"):
            visit.converse(reboot(wait=False))

    @pytest.mark.parametrize(("lost", "seen"), [(1, False), (2, True)])
    def test_one_answer_that_is_lost_is_no_absence(self, visit, lost, seen):
        visit = visit()
        visit.camera.faults.add("ignore", REBOOT)
        for nth in range(2, 2 + lost):  # after the first look, which asks who it is
            visit.camera.faults.add("drop-before", "/system/device-info", nth=nth)
        if seen:
            assert visit.converse(reboot()).restart is Restarted.SEEN
        else:
            with pytest.raises(Unsettled, match="was not seen to go away"):
                visit.converse(reboot())

    def test_an_error_of_the_camera_is_no_refusal(self, visit):
        visit = visit()
        visit.camera.faults.add("status-500", REBOOT)
        with pytest.raises(Unsettled, match="was not seen to go away"):
            visit.converse(reboot())
        assert visit.camera.boots == 0
        visit.camera.faults.add("status-500", REBOOT, executed=True)
        assert visit.converse(reboot()).restart is Restarted.SEEN
        assert visit.camera.boots == 1

    def test_a_camera_that_does_not_come_back_is_not_called_restarted(self, visit):
        visit = visit()
        visit.camera.reboot_seconds = 10_000
        with pytest.raises(Unsettled, match="does not answer here again after 10 minutes"):
            visit.converse(reboot())

    def test_another_camera_at_the_address_is_noticed(self, visit):
        visit = visit()

        def swap(_index, request):
            if request.path.endswith(REBOOT):
                visit.camera.documents["/system/device-info"]["sSerialNumber"] = "SN-other"

        visit.camera.on_request = swap
        with pytest.raises(WrongCamera, match=f"SN-other answers where {SERIAL} was"):
            visit.converse(reboot())

    def test_an_interruption_says_that_the_camera_goes_on(self, visit):
        visit = visit("reboot-slow")

        def stop(_index, request):
            if request.path.endswith(REBOOT):
                visit.clock.stop.request()

        visit.camera.on_request = stop
        with pytest.raises(Unsettled, match="the camera goes on restarting"):
            visit.converse(reboot())


def visit_again(visit):
    visit.camera.faults.clear()
    visit.client.close()
    return visit


class TestFactoryReset:
    @pytest.mark.parametrize("flavours", [(), ("reset-10002",), ("reboot-slow",)])
    def test_it_is_proved_by_the_first_day_and_nobody_logs_in_again(self, visit, flavours):
        visit = visit(*flavours)
        found = visit.converse(factory_reset())
        assert found == FactoryReset(SERIAL, ResetProof.FIRST_USE)
        assert visit.camera.actions["factory-reset"] == 1
        assert (visit.camera.logins, visit.camera.failed_logins) == (1, 0)
        assert visit.camera.violations == []

    def test_nobody_has_to_wait(self, visit):
        visit = visit()
        assert visit.converse(factory_reset(wait=False)).proof is ResetProof.ACCEPTED

    def test_a_right_that_has_lapsed_resets_nothing(self, visit):
        for flavour in ("reset-10002", "code-200"):
            made = visit(flavour)
            made.camera.confirmations.seconds = -1.0
            with pytest.raises(Rejected, match="nothing was reset, the confirmation was refused"):
                made.converse(factory_reset())
            assert made.camera.actions["factory-reset"] == 0
            assert len(made.writes(RESET)) == 2

    def test_a_lost_answer_is_looked_at_and_never_repeated(self, visit):
        visit = visit()
        visit.camera.faults.add("drop-after", RESET, nth=2)
        assert visit.converse(factory_reset()).proof is ResetProof.FIRST_USE
        assert len(visit.writes(RESET)) == 2

    def test_a_lost_request_is_not_called_a_reset(self, visit):
        visit = visit()
        visit.camera.faults.add("drop-before", RESET, nth=2)
        with pytest.raises(Unsettled, match=r"nobody knows whether the camera took the reset"):
            visit.converse(factory_reset())
        assert len(visit.writes(RESET)) == 2
        assert visit.camera.actions["factory-reset"] == 0

    def test_a_camera_that_is_not_found_again_was_reset_and_is_elsewhere(self, visit):
        visit = visit()
        visit.camera.reboot_seconds = 10_000
        with pytest.raises(Unsettled, match=r"accepted the reset; .* it may have another address"):
            visit.converse(factory_reset())

    def test_without_a_right_nothing_is_reset(self, visit):
        visit = visit()
        visit.camera.faults.add("ignore", RESET)
        with pytest.raises(NotUnderstood, match="no confirm token came back; nothing was reset"):
            visit.converse(factory_reset())
        visit.camera.faults.add("drop-before", RESET, nth=1)
        with pytest.raises(Unreachable):
            visit.converse(factory_reset())
        assert visit.camera.actions["factory-reset"] == 0

    def test_the_right_is_shown_to_nobody(self, visit):
        visit = visit()
        visit.camera.confirmations.seconds = -1.0
        with pytest.raises(Rejected) as caught:
            visit.converse(factory_reset())
        (token,) = visit.camera.confirmations.issued
        assert token not in f"{visit.told} {caught.value!r} {caught.value.__cause__!r}"
