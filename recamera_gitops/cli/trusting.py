"""`trust`: what was seen, beside what is known; written where somebody will review it."""

import sys
from collections.abc import Sequence

from recamera_gitops.cli import console
from recamera_gitops.cli.repository import selected, warned
from recamera_gitops.cli.running import Working, opened
from recamera_gitops.cli.selection import Selection
from recamera_gitops.desired import known
from recamera_gitops.desired.known import KnownCamera
from recamera_gitops.desired.state import Fleet
from recamera_gitops.errors import ExitCode
from recamera_gitops.fleet.run import TrustResult
from recamera_gitops.report.identities import Identity, Standing, described, identities_text
from recamera_gitops.report.values import counted

_REVIEW = f"review and commit {known.FILE}"


def trust(selection: Selection, *, replace_changed: bool, yes: bool) -> ExitCode:
    """Look, show, ask a person who is there, write."""
    chosen = warned(selected(selection))
    with opened(chosen) as working:
        results = working.trust(replace_known=replace_changed)
        identities = tuple(identity_of(result) for result in results)
        console.result(identities_text(identities, console.paint()))
        wanted = {Standing.NEW, Standing.CHANGED} if replace_changed else {Standing.NEW}
        learned = _learned(results, identities, wanted)
        if learned and not working.stop.requested:
            _write(working, chosen.fleet, learned, ask=not yes)
        return working.ended(_endings(results, identities, wanted))


def identity_of(result: TrustResult) -> Identity:
    """How what was seen of one camera stands to what is known."""
    error = result.error
    if error is None and result.first_use:
        error = "it has its factory password; its serial number is learned once that is changed"
    elif error is None and result.serial is None:
        error = "it does not tell its serial number"
    seen = described(result.serial, result.fingerprint)
    before = result.before
    known_as = "" if before is None else described(before.serial, before.fingerprint)
    standing = _standing(result, same=known_as == seen)
    return Identity(result.device, result.host, standing, seen, known_as, error)


def _standing(result: TrustResult, *, same: bool) -> Standing:
    before = result.before
    if result.error is not None or (result.serial is None and not result.first_use):
        # A certificate that is not the known one ends the look before the serial number is read.
        known_pin = None if before is None else before.fingerprint
        changed = known_pin is not None and result.fingerprint not in (None, known_pin)
        return Standing.CHANGED if changed else Standing.FAILED
    if before is None:
        return Standing.NEW
    if result.first_use and before.fingerprint == result.fingerprint:
        return Standing.KNOWN
    shows_more = (
        None in (before.fingerprint, before.serial)
        and before.fingerprint in (None, result.fingerprint)
        and before.serial in (None, result.serial)
    )
    if shows_more and not same:
        return Standing.NEW  # the same camera, which now shows a certificate, or its serial number
    return Standing.KNOWN if same else Standing.CHANGED


def _learned(
    results: Sequence[TrustResult], identities: Sequence[Identity], wanted: set[Standing]
) -> dict[str, KnownCamera]:
    return {
        result.device: KnownCamera(result.serial, result.fingerprint)
        for result, identity in zip(results, identities, strict=True)
        if identity.standing in wanted and (result.serial is not None or result.first_use)
    }


def _write(working: Working, fleet: Fleet, learned: dict[str, KnownCamera], *, ask: bool) -> None:
    entries = counted(len(learned), "entry", "entries")
    if ask and console.is_terminal(sys.stdin):
        with working.interruption.asking():
            console.ask(f"Write {entries} to {known.FILE}? Only 'yes' is accepted:")
    known.write(fleet.root, {**fleet.known, **learned})
    console.say(f"{entries} written; {_REVIEW}")


def _endings(
    results: Sequence[TrustResult], identities: Sequence[Identity], wanted: set[Standing]
) -> list[ExitCode]:
    codes = [ExitCode(result.exit_code) for result in results]
    refused = any(
        (identity.standing is Standing.FAILED and not result.exit_code)
        or (identity.standing is Standing.CHANGED and Standing.CHANGED not in wanted)
        for result, identity in zip(results, identities, strict=True)
    )
    if any(each.standing is Standing.CHANGED for each in identities) and refused:
        console.say("a camera has changed; if that is right: trust --replace")
    return [*codes, ExitCode.FAILED] if refused else codes
