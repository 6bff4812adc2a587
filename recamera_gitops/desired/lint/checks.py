"""Which function finds what a rule is about; what else is known of the rule stands in its row."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

from recamera_gitops.desired.findings import Findings
from recamera_gitops.desired.lint import identity, layers, paths, selected, settings, use
from recamera_gitops.desired.lint.sources import Found, Sources
from recamera_gitops.errors import Diagnostic
from recamera_gitops.rules import RULES

Check: TypeAlias = Callable[[Sources], Iterator[Found]]

CHECKS: Final[Mapping[str, Check]] = {
    "dead-schedule": settings.dead_schedules,
    "declares-nothing": use.declares_nothing,
    "ending-ignore": paths.ending_ignores,
    "forbidden-setting": settings.forbidden_settings,
    "idle-path": paths.idle_paths,
    "inactive-setting": selected.inactive_settings,
    "masks-without-regions": settings.masks_without_regions,
    "must-differ": identity.must_differ,
    "needless-null": layers.needless_nulls,
    "no-pin": identity.no_pins,
    "no-serial": identity.no_serials,
    "open-stream": settings.open_streams,
    "plain-ftp": settings.plain_ftp,
    "redundant-override": layers.redundant_overrides,
    "repeated-literal": identity.repeated_literals,
    "repeated-profile": use.repeated_profiles,
    "stale-known": use.stale_known,
    "unmatched-selector": paths.unmatched_selectors,
    "unread-file": use.unread_files,
    "unused-profile": use.unused_profiles,
    "unused-variable": use.unused_variables,
}


def lint(sources: Sources) -> tuple[Diagnostic, ...]:
    """What every rule finds."""
    findings = Findings()
    for name, check in CHECKS.items():
        rule = RULES[name]
        for found in check(sources):
            hint = found.hint or rule.hint
            each = Diagnostic(name, found.message, found.path, found.place, hint, rule.severity)
            findings.add([each], found.device)
    device_files = frozenset(each.place.file for each in sources.devices.values())
    return findings.all(device_files)
