"""Drift as numbers, in the text format that Prometheus and its node exporter read. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from recamera_gitops.reconcile.drift import Drift
from recamera_gitops.reconcile.plan import DevicePlan
from recamera_gitops.resources.grave import Level

_ESCAPES: Final = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


class Sample(NamedTuple):
    """One number, and what it is about."""

    value: float
    labels: Mapping[str, str]


class Span(NamedTuple):
    """When a run ended, in seconds since 1970, and how many it took."""

    ended: float
    seconds: float


def drift_metrics(drift: Drift, sites: Mapping[str, str], span: Span) -> str:
    """Every metric with what it means; a camera that could not be looked at has no count of anything."""
    devices = drift.plan.devices
    seen = [each for each in devices if each.was_read]
    ignored = Counter(each.device for each in drift.ignored)

    def about(device: DevicePlan, **more: str) -> dict[str, str]:
        return {"device": device.device, "site": sites.get(device.device, ""), **more}

    families = (
        _family(
            "drift_settings",
            "Settings that differ from the files, by severity.",
            (
                Sample(sum(c.severity == level for c in each.changes), about(each, severity=level))
                for each in seen
                for level in Level
            ),
        ),
        _family(
            "drift_ignored_settings",
            "Settings that differ, on paths that drift ignores.",
            (Sample(ignored[each.device], about(each)) for each in seen),
        ),
        _family(
            "camera_up",
            "Whether the camera could be looked at: reached, logged in, and understood.",
            (Sample(each.was_read, about(each)) for each in devices),
        ),
        _family(
            "drift_last_run_timestamp_seconds",
            "When the last look for drift ended, in seconds since 1970.",
            (Sample(span.ended, {}),),
        ),
        _family(
            "drift_duration_seconds",
            "How long the last look for drift took.",
            (Sample(span.seconds, {}),),
        ),
    )
    return "".join(f"{line}\n" for family in families for line in family)


def _family(name: str, says: str, samples: Iterable[Sample]) -> Iterator[str]:
    whole = f"recamera_gitops_{name}"
    yield f"# HELP {whole} {says}"
    yield f"# TYPE {whole} gauge"
    for value, labels in samples:
        told = ",".join(f'{key}="{text.translate(_ESCAPES)}"' for key, text in labels.items())
        yield f"{whole}{{{told}}} {value:.15g}" if told else f"{whole} {value:.15g}"
