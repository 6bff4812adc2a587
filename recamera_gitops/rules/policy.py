"""Rules that a plan has to keep, those that a fleet makes for itself included."""

from typing import Final

from recamera_gitops.rules.rule import Kind, Rule, Severity

POLICY: Final = tuple(
    Rule(name, Kind.POLICY, Severity.ERROR, says, hint)
    for name, says, hint in (
        (
            "needs-confirm",
            "A change cannot be taken back, or may leave a camera out of reach.",
            "say --confirm with the path that is named",
        ),
        (
            "outside-window",
            "`rollout.window` is closed.",
            "wait until it opens, or say --outside-window",
        ),
        (
            "policy-confirm",
            "A change below a path in `policy.confirm` was not confirmed.",
            "say --confirm with that path",
        ),
        (
            "policy-deny-impact",
            "A change has an impact in `policy.deny_impact`, outside the window.",
            "wait until it opens, or say --outside-window",
        ),
        (
            "policy-forbid",
            "A change sets what `policy.forbid` names.",
            "take out one of the two",
        ),
        (
            "policy-max-changed-devices",
            "More cameras would change than `policy.max_changed_devices` allows.",
            "name fewer cameras, or narrow them with --selector",
        ),
        (
            "protected",
            "A camera is `protected: true`; the others are written.",
            "take it out where this camera is to be written",
        ),
    )
)
