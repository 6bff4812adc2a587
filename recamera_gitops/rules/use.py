"""Rules about what was asked for: arguments, the environment, and files beside the repository."""

from typing import Final

from recamera_gitops.rules.rule import Kind, Rule, Severity

USE: Final = tuple(
    Rule(name, Kind.USE, Severity.ERROR, says, hint)
    for name, says, hint in (
        ("needs-password", "A wireless network wants a password.", "say --password-env"),
        ("no-address", "No address that a camera can have is named.", "correct it"),
        (
            "bad-key",
            "RECAMERA_GITOPS_KEY is no key.",
            "make one, and keep it with the other secrets",
        ),
        ("bad-label", "A label is not written KEY=VALUE, or is given twice.", "correct it"),
        ("bad-option", "An option has a value that means nothing here.", "correct it"),
        ("bad-selector", "`--selector` is no selector.", "write key=value, with commas between"),
        ("bad-table", "A list of cameras is no table with a header.", "correct that file"),
        ("bad-variable", "This cannot be the name of an environment variable.", "correct it"),
        ("command-failed", "A command that a reference names told no secret.", "try it by hand"),
        ("empty-secret", "What a reference leads to is empty.", "fill it"),
        ("fault-script", "The faults for the emulator cannot be read.", "correct that file"),
        ("keyring-failed", "The keyring has no such entry, or cannot be read.", "store it there"),
        ("layout", "A value cannot be changed in a file as it is laid out.", "change it by hand"),
        ("needs-allow-cmd", "A command that the files name was not run.", "say --allow-cmd"),
        ("no-cluster", "The scheduler of a cluster cannot be reached.", "look whether it runs"),
        ("no-example", "The example fleet is not installed.", "install the package again"),
        ("no-folder", "What is to be a folder is something else.", "move it out of the way"),
        ("no-port", "No port is free for emulated cameras.", "end what listens there"),
        ("no-such-key", "A file that sops encrypted has no such key.", "correct the reference"),
        ("not-a-package", "A file for a camera is not what cameras take.", "make it again"),
        ("no-login", "There is no login of the cloud.", "say `cloud login`"),
        ("not-a-dataset", "A dataset holds no pictures.", "put pictures into a zip archive"),
        ("not-empty", "A new repository is to be in an empty folder.", "choose another folder"),
        ("not-formatted", "A file would change its meaning when formatted.", "report it"),
        ("not-of-the-fleet", "A file to be formatted is none of the fleet.", "name one that is"),
        ("nothing-selected", "No camera matches what was selected.", "look at names and labels"),
        ("not-onnx", "A file to be converted is no ONNX model.", "export the model to ONNX"),
        ("other-version", "A part of a cluster has another version.", "install the same one"),
        ("output-file", "A result cannot be written to a file.", "choose another place for it"),
        ("plan-file", "A saved plan cannot be read.", "make it again with `plan --out`"),
        ("profile-in-use", "A profile has cameras that would change too.", "choose another name"),
        ("same-password", "A new password is the old one.", "choose another one"),
        ("sops-failed", "A file could not be decrypted.", "look whether sops can open it"),
        ("unknown-column", "A list of cameras has a column of another name.", "correct the header"),
        ("unknown-device", "A camera is named that the fleet does not have.", "correct its name"),
        ("unknown-flavour", "The emulator has no such flavour.", "choose one that it has"),
        ("unknown-lock", "Nothing with this ID is locked.", "see what `lock list` shows"),
        ("unknown-model", "A model of the cloud has another id.", "see what `cloud list` shows"),
        ("unknown-run", "A run is named that has left no journal.", "choose one of `runs`"),
        ("unsafe-cluster", "A cluster is spoken to without TLS.", "use tls:// and certificates"),
        ("unset-variable", "A reference needs an environment variable.", "set it for this run"),
    )
)
