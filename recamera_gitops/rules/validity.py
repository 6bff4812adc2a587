"""Rules that a repository has to keep to be a fleet."""

from typing import Final

from recamera_gitops.rules.rule import Kind, Rule, Severity

_YAML: Final = (
    ("anchor", "YAML anchors and aliases are not supported.", "use profiles for shared settings"),
    ("bad-number", "A number is not finite, or too large.", "write a smaller one"),
    ("duplicate-key", "A key is given twice.", "keep one of the two"),
    ("empty-file", "A file that has to say something is empty.", "fill it, or remove it"),
    ("empty-value", "There is no value where one belongs.", "write one, or null, or no line"),
    ("encoding", "A text is not UTF-8, or has a character that may not stand there.", "escape it"),
    ("merge-key", "YAML merge keys are not supported.", "use profiles for shared settings"),
    ("several-documents", "Only device files may hold several documents.", "split the file"),
    ("syntax", "This is not valid YAML.", "check the indentation, the colons and the quotes"),
    ("tab", "A tab stands where spaces are needed.", "indent with spaces"),
    ("tag", "YAML tags are not supported.", "quote text that begins with !"),
    ("text-key", "A key is not text.", "put it in quotes"),
    ("too-deep", "Mappings, lists or profiles are nested too deep.", "use fewer levels"),
    ("too-large", "A file, a folder or a filled-in text is too large.", "split it"),
)

_FILES: Final = (
    ("no-fleet", "There is no fleet.yaml.", "name the repository with -C DIR"),
    ("no-such-file", "A file that a camera is to have does not exist.", "correct the path"),
    ("outside", "A path leads out of the repository.", "move what it names into the repository"),
    ("unreadable", "A file cannot be read.", "look at its permissions, and at what it is"),
)

_SHAPE: Final = (
    ("bad-form", "A text is not of the form that is expected.", "write it like the example"),
    ("bad-length", "A text or a list is too short or too long.", "keep to the stated length"),
    ("bad-name", "A key cannot be used as a name.", "use letters, digits, dots, - and _"),
    ("bad-value", "A value cannot be used.", "see what the message expects"),
    ("missing-key", "A key is missing that has to be there.", "add it"),
    ("not-one-of", "A value is none of those that there are.", "choose one of them"),
    ("out-of-range", "A number is too small or too large.", "keep to the stated range"),
    ("unknown-key", "A key that does not belong there.", "correct its spelling, or remove it"),
    ("unknown-path", "A path leads to no setting.", "correct its spelling"),
    ("wrong-type", "A value is of the wrong type.", "write the type that is expected"),
)

_REFERENCES: Final = (
    ("bad-reference", "A reference is wrong, or stands where none can.", "write $${ for text"),
    ("literal-secret", "A secret is written out.", "use ${env:NAME} or ${file:path}"),
    ("misplaced-secret", "A secret stands in a field that anyone sees.", "write no secret there"),
    ("unknown-label", "A reference names a label that the device does not have.", "add it"),
    ("unknown-variable", "A reference names a variable that there is not.", "define it"),
)

_FLEET: Final = (
    ("duplicate-address", "Two devices have the same host and port.", "correct one of them"),
    ("duplicate-device", "Two devices have the same name.", "rename one of them"),
    ("duplicate-profile", "Two profiles have the same name.", "rename one of them"),
    ("duplicate-serial", "Two devices have the same serial number.", "correct one of them"),
    ("profile-cycle", "Profiles extend each other in a circle.", "take one out of `extends`"),
    ("serial-conflict", "A device and known_cameras.yaml disagree on a serial number.", "look"),
    ("unknown-profile", "A profile is named that there is not.", "correct its name"),
)

_SETTINGS: Final = (
    ("absent-but-running", "A model that runs is to be deleted.", "run another one"),
    ("bad-address", "A camera cannot have this address, netmask or gateway.", "correct it"),
    ("closes-access", "The only way in would be closed.", "state connection.password too"),
    ("confidence-range", "A range of confidence runs downwards.", "write the lower bound first"),
    ("denoise-forced", "A level that the camera forces.", "set enabled: true, or null the level"),
    ("downgrade", "A firmware is older than the one that runs.", "allow it, or take a newer one"),
    ("dusk-after-dawn", "Dusk is not after dawn.", "correct one of them"),
    ("duplicate-rule", "Two inference rules have the same id.", "rename one of them"),
    ("g711-bitrate", "G.711 has one bit rate.", "write 64000, or nothing"),
    ("info-needed", "A model that the camera does not know lacks its info.", "state it"),
    ("joined-and-forgotten", "A network is to be joined and to be forgotten.", "choose one"),
    ("key-length", "An API key has the wrong length.", "use 32 visible characters"),
    ("mask-outside-frame", "A privacy mask leaves the frame.", "make it smaller, or move it"),
    ("no-such-model", "A model is described that the camera would not have.", "say its source"),
    ("no-version", "A setting of the firmware without firmware.version.", "state the version"),
    ("notify-target", "Results are pushed, and there is no target.", "state it"),
    ("one-protocol", "Two protocols are on that exclude each other.", "set enabled: false for one"),
    ("polygon-too-small", "A region has fewer than three points.", "add points"),
    (
        "quality-needs-vbr",
        "A quality is stated, and the rate is constant.",
        "use rate_control: VBR",
    ),
    ("quota-without-slot", "A quota is stated without its slot.", "state record.storage.slot"),
    ("regions-and-model", "Regions do not fit the kind of the model.", "add one, or write []"),
    ("shutter-longer-than-frame", "A shutter time is longer than a frame.", "make it shorter"),
    ("unknown-class", "A class that the running model does not have.", "use one that it has"),
    ("unknown-port", "A pin or a port that the camera does not have.", "use one that it has"),
    ("unknown-slot", "A storage slot that the camera does not have.", "use one that it has"),
    ("weak-password", "A password that the camera would refuse.", "use more kinds of characters"),
    ("wire-conflict", "Something is said below `wire` that has a setting.", "keep one of the two"),
)

_COMMENTS: Final = (
    ("bad-ignore", "A comment begins with `rcg:` and says nothing.", "write `# rcg: ignore[rule]`"),
    ("not-ignorable", "A comment ignores what has to be put right.", "remove the comment"),
    ("unknown-rule", "A comment ignores a rule that there is not.", "correct its spelling"),
)

VALIDITY: Final = tuple(
    Rule(name, Kind.VALIDITY, Severity.ERROR, says, hint)
    for rows in (_YAML, _FILES, _SHAPE, _REFERENCES, _FLEET, _SETTINGS, _COMMENTS)
    for name, says, hint in rows
)
