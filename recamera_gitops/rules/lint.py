"""Rules about files that can be used, and perhaps do not say what was meant."""

from typing import Final

from recamera_gitops.rules.rule import Kind, Rule, Severity

_WARNING: Final = Severity.WARNING

_REMARKS: Final = (
    (
        "no-credentials",
        _WARNING,
        "A device has neither a password nor a token to log in with.",
        "set connection.password, or defaults.connection.password in fleet.yaml",
    ),
    (
        "plain-http",
        _WARNING,
        "A camera is reached over http, which is neither encrypted nor verified.",
        "switch https on at the camera, and write scheme: https",
    ),
    (
        "written-default",
        _WARNING,
        "The default of a reference is a secret written out.",
        "leave the default out, so that a missing secret is told",
    ),
)

_LINT: Final = (
    (
        "dead-schedule",
        _WARNING,
        "A schedule or a maintenance window that never comes: no windows, no days, or no length.",
        "state when it is, or switch it off",
    ),
    (
        "declares-nothing",
        _WARNING,
        "A device for which nothing is declared, or a profile that says nothing.",
        "say what it is to be, or remove it",
    ),
    (
        "ending-ignore",
        _WARNING,
        "An entry of `drift.ignore` whose `until` is over, or will be in less than two weeks.",
        "state a later day, or put the cameras right and remove it",
    ),
    (
        "forbidden-setting",
        _WARNING,
        "A device declares what `policy.forbid` refuses: no apply will write it.",
        "take out one of the two",
    ),
    (
        "idle-path",
        _WARNING,
        "A path in `drift.ignore`, `drift.repair` or `unmanaged` where nothing is declared.",
        "remove it; what is not declared is left alone anyhow",
    ),
    (
        "inactive-setting",
        _WARNING,
        "A setting that counts for no camera, because what selects it says something else.",
        "remove it, or select it",
    ),
    (
        "masks-without-regions",
        _WARNING,
        "Privacy masks are on, and hide nothing.",
        "draw a region, or write enabled: false",
    ),
    (
        "must-differ",
        _WARNING,
        "Several cameras have in common what only one can have; addresses may recur where `site` differs.",
        "make it of ${device} or ${label:…}, or of a variable of each device",
    ),
    (
        "needless-null",
        _WARNING,
        "A null where nothing is inherited that it could take out of management.",
        "remove it; what is not declared is left alone",
    ),
    (
        "no-pin",
        _WARNING,
        "A camera is reached over https, and nothing vouches for its certificate.",
        "learn it with `recamera-gitops trust`, or state tls.ca_file",
    ),
    (
        "no-serial",
        _WARNING,
        "No serial number binds a device to one camera; on loopback addresses there are none to bind.",
        "learn it with `recamera-gitops trust`, or state serial",
    ),
    (
        "open-stream",
        _WARNING,
        "RTSP or ONVIF is on and asks for no password.",
        "write auth: password, with a username and a password",
    ),
    (
        "plain-ftp",
        _WARNING,
        "The FTP server is on, which sends names and passwords unencrypted.",
        "write enabled: false where nothing fetches files over FTP",
    ),
    (
        "redundant-override",
        _WARNING,
        "A setting, or a variable, that says again what is inherited.",
        "remove it, so that a change of what it repeats arrives here too",
    ),
    (
        "repeated-literal",
        _WARNING,
        "An address is written in several places.",
        "write it once, as a variable of fleet.yaml, and ${var:name} elsewhere",
    ),
    (
        "repeated-profile",
        _WARNING,
        "A profile is named where it has been laid already, which does nothing.",
        "remove it, or move it to where it is to come first",
    ),
    (
        "stale-known",
        _WARNING,
        "known_cameras.yaml knows a device that the fleet does not have.",
        "remove the line; a new camera of that name would be refused",
    ),
    (
        "unmatched-selector",
        _WARNING,
        "A wave of the rollout that selects no device.",
        "correct the selector, or the labels of the devices",
    ),
    (
        "unread-file",
        _WARNING,
        "A YAML file below `devices/` or `profiles/` that is not read.",
        "move it up into that folder, and name it .yaml or .yml",
    ),
    (
        "unused-ignore",
        _WARNING,
        "A comment ignores what is not there to be ignored.",
        "remove it",
    ),
    (
        "unused-profile",
        _WARNING,
        "A profile that no device uses.",
        "name it in a device, in defaults.profiles or in what another profile extends; or remove it",
    ),
    (
        "unused-variable",
        _WARNING,
        "A variable that nothing refers to where it holds.",
        "refer to it as ${var:name}, or remove it",
    ),
)

LINT: Final = tuple(
    Rule(name, kind, severity, says, hint)
    for kind, rows in ((Kind.REMARK, _REMARKS), (Kind.LINT, _LINT))
    for name, severity, says, hint in rows
)
