"""Every command, in the order of the help."""

from typing import Final

from recamera_gitops.cli.lazy import Noun, Verb

VERBS: Final = (
    Verb("init", "A new fleet repository, with schemas for editors and jobs for the forge."),
    Verb("validate", "Check the files of a fleet, offline: every problem at once."),
    Verb("fmt", "Put the files of a fleet into one style."),
    Verb("explain", "Tell what a camera is to be, and which line says so."),
    Verb("diff", "Tell what the files declare otherwise than an earlier revision, offline."),
    Verb("plan", "Read the cameras and show what apply would change."),
    Verb("apply", "Plan, show, ask, and make the cameras what the files say."),
    Verb("show", "Show a saved plan."),
    Noun(
        "runs",
        "What was applied, when, by whom, and what came of it.",
        (
            Verb("list", "Every run, the latest first."),
            Verb("show", "One run: what became of each camera, and what nobody knows."),
        ),
        default="list",
    ),
    Verb("rollback", "Make cameras what they were before a run."),
    Noun(
        "drift",
        "Look for cameras that differ from the files, for scheduled jobs.",
        (
            Verb("check", "Look now, tell what differs, and end with 2 where something does."),
            Verb("log", "What the looks for drift have found, night after night."),
        ),
        default="check",
    ),
    Verb("import", "Write the files of live cameras; a plan shows no changes."),
    Verb("pull", "Write what cameras have into the files that say otherwise."),
    Verb("trust", "Learn serial numbers and certificates of cameras."),
    Verb("discover", "Look which addresses are cameras."),
    Verb("status", "Show how cameras are, now or while it changes."),
    Noun(
        "secrets",
        "References to secrets.",
        (Verb("check", "Look up every reference, and tell which lead to nothing."),),
    ),
    Noun(
        "lock",
        "Cameras that are locked, and logins that are refused.",
        (Verb("list", "Tell what is locked or refused, by whom and until when."),),
    ),
    Verb("unlock", "Take a lock away, or let a refused login be tried again."),
    Noun(
        "device",
        "Cameras as machines: what they are, restarts, passwords, backups.",
        (
            Verb("info", "What a camera is, and which doors of it are open."),
            Verb("check-login", "Whether a camera takes the credential of the files."),
            Verb("https-pin", "The certificate that a camera shows, beside the known one."),
            Verb("reboot", "Restart cameras, and see them come back."),
            Verb("factory-reset", "Have a camera forget everything."),
            Verb("password", "Change a password, and prove it by a login."),
            Verb("backup", "Fetch the whole configuration of cameras as files."),
            Verb("restore", "Bring a configuration back to a camera."),
        ),
    ),
    Noun(
        "firmware",
        "The software of cameras.",
        (
            Verb("check", "Which version runs, and which there is."),
            Verb("upgrade", "Have cameras fetch the latest release, and prove that it runs."),
            Verb("upload", "Bring an image to cameras, and prove that it runs."),
        ),
    ),
    Noun(
        "record",
        "What sets off recordings, and setting one off.",
        (
            Verb("info", "Tell what sets off recordings, and what came of the last one."),
            Verb("trigger", "Set off a recording by hand."),
        ),
    ),
    Noun(
        "storage",
        "Where recordings go: the slots of cameras, and what may be done to them.",
        (
            Verb("status", "Tell which slots there are, and which one is in use."),
            Verb("enable", "Let recordings go to a slot, or to none."),
            Verb("format", "Make an empty file system on a slot: everything on it is lost."),
            Verb("free-up", "Delete recordings on a slot, to make room."),
            Verb("eject", "Put a slot out of use, so that the medium can be taken out."),
            Verb("quota", "Limit what recordings take on a slot."),
        ),
    ),
    Noun(
        "files",
        "The recordings of cameras as files.",
        (
            Verb("list", "List what a camera has recorded."),
            Verb("get", "Fetch recordings, and go on where that was interrupted."),
            Verb("thumb", "Fetch the thumbnails of recordings."),
            Verb("rm", "Remove recordings from a camera."),
            Verb("sync", "Keep a copy of what cameras record."),
        ),
    ),
    Noun(
        "models",
        "Model files on cameras.",
        (
            Verb("list", "Tell which models there are, and which one runs."),
            Verb("upload", "Bring a model, and what is to be known about it."),
            Verb("delete", "Delete a model."),
            Verb("info", "Everything that cameras know about a model."),
            Verb("algorithms", "What kinds of models cameras can run."),
        ),
    ),
    Noun(
        "inference",
        "What cameras infer with.",
        (
            Verb("status", "Tell which model runs, and how fast."),
            Verb("start", "Run a model, and wait until it runs."),
            Verb("stop", "Run nothing, and wait until nothing runs."),
        ),
    ),
    Noun(
        "cloud",
        "SenseCraft, where ONNX models become models for the camera.",
        (
            Verb("login", "Log in, and keep the user id in the keyring."),
            Verb("logout", "Forget the user id."),
            Verb("convert", "Convert an ONNX model, wait for the result, and fetch it."),
            Verb("list", "Every model there, and how far it is."),
            Verb("status", "How far one conversion is, or what became of it."),
            Verb("download", "Fetch a model that is converted."),
            Verb("delete", "Delete a model there."),
        ),
    ),
    Noun(
        "network",
        "How cameras are connected.",
        (
            Verb(
                "show", "Interfaces, wireless network, and over which of them a camera is reached."
            ),
        ),
    ),
    Noun(
        "wifi",
        "The radio of cameras.",
        (
            Verb("scan", "The networks that cameras see, the strongest first."),
            Verb("connect", "Join a network, and see that the camera is in it."),
            Verb("forget", "Forget a network and its password."),
            Verb("power", "Switch the radio on or off."),
        ),
    ),
    Verb("logs", "What cameras write down about themselves."),
    Verb("watch", "What inference finds, while it finds it."),
    Verb("terminal", "A shell on a camera."),
    Verb("snapshot", "A picture of what cameras see."),
    Verb("schema", "The JSON Schemas of every file."),
    Verb("emulator", "Run emulated cameras on this machine."),
    Verb("completion", "Print the completion script of a shell."),
    Verb("demo", "See the whole story against emulated cameras."),
)
