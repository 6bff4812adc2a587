"""Models on cameras, and what runs there. Pure."""

from collections.abc import Iterator
from typing import Final

from recamera_gitops.operations.inference import Inference, Turned
from recamera_gitops.operations.models import (
    Algorithms,
    DeletedModel,
    Model,
    ModelInfo,
    Models,
    UploadedModel,
)
from recamera_gitops.report.operated import View
from recamera_gitops.report.operations.facts import UNKNOWN, YES_OR_NO, facts, size
from recamera_gitops.report.paint import Paint
from recamera_gitops.report.tables import table
from recamera_gitops.report.values import counted
from recamera_gitops.secret import printable

_HEADINGS: Final = ("model", "runs", "category", "algorithm", "size", "md5")


def foretold(model: Model) -> str:
    """A model that will be gone."""
    running = ", which runs," if model.runs else ""
    known = "of unknown size" if model.size_bytes is None else size(model.size_bytes)
    return f"the model {model.file} ({known}){running} will be deleted"


def _row(model: Model) -> tuple[str, ...]:
    kind = (model.category or UNKNOWN) if model.has_info else "no info"
    return (
        model.file,
        YES_OR_NO[model.runs],
        kind,
        model.algorithm or UNKNOWN,
        size(model.size_bytes),
        model.md5 or UNKNOWN,
    )


def _models_details(found: Models, paint: Paint) -> Iterator[str]:
    if found.models:
        yield from table(_HEADINGS, [_row(each) for each in found.models], paint)
    else:
        yield "no models"


def _models_cells(found: Models) -> tuple[str, ...]:
    running = [each.file for each in found.models if each.runs]
    others = [each.file for each in found.models if not each.runs]
    return running[0] if running else "nothing", ", ".join(others) or UNKNOWN


def _info_details(info: ModelInfo, paint: Paint) -> Iterator[str]:
    pairs = [
        ("model", info.file),
        ("name", info.name or UNKNOWN),
        ("framework", info.framework or UNKNOWN),
        ("version", info.version or UNKNOWN),
        ("category", info.category or UNKNOWN),
        ("algorithm", info.algorithm or UNKNOWN),
        ("description", info.description or UNKNOWN),
        ("author", info.author or UNKNOWN),
        ("size", size(info.size_bytes)),
        ("md5", info.md5 or UNKNOWN),
        ("classes", ", ".join(info.classes) or UNKNOWN),
        *((each.name, str(each.value)) for each in info.metrics),
    ]
    return facts(pairs, paint)


def _info_cells(info: ModelInfo) -> tuple[str, ...]:
    kind = (info.category or UNKNOWN, info.algorithm or UNKNOWN, info.version or UNKNOWN)
    return *kind, counted(len(info.classes), "class", "classes"), info.md5 or UNKNOWN


def _kinds(found: Algorithms) -> list[tuple[str, str]]:
    return [
        (name, ", ".join(getattr(found, name)) or UNKNOWN)
        for name in ("detection", "classification", "segmentation", "tracking", "keypoint")
    ]


def _brought(model: UploadedModel) -> str:
    done = [
        word
        for word, so in (
            ("uploaded", model.was_sent),
            ("described", model.was_described),
            ("restarted", model.was_restarted),
        )
        if so
    ]
    return ", ".join(done) or "there already"


def _brought_details(model: UploadedModel, paint: Paint) -> Iterator[str]:
    yield f"{printable(model.file)}  {_brought(model)}, {size(model.size_bytes)}, md5 {model.md5}"
    if not model.has_info:
        told = "the camera knows nothing about it yet, so it cannot run: say --info FILE"
        yield f"    {paint('dim', told)}"


def _what(inference: Inference) -> str:
    return inference.model if inference.enabled else f"nothing ({inference.model} is selected)"


def _inference_details(inference: Inference, paint: Paint) -> Iterator[str]:
    actual = UNKNOWN if inference.actual_fps is None else str(inference.actual_fps)
    pairs = [
        ("runs", _what(inference)),
        ("status", inference.status or UNKNOWN),
        ("fps", f"{actual} of {inference.fps}"),
    ]
    return facts(pairs, paint)


def inference_cells(inference: Inference) -> tuple[str, ...]:
    """What runs, how it is, and how fast."""
    actual = UNKNOWN if inference.actual_fps is None else str(inference.actual_fps)
    return _what(inference), inference.status or UNKNOWN, f"{actual} of {inference.fps}"


MODELS: Final = View[Models](("runs", "other models"), _models_cells, _models_details)
INFO: Final = View[ModelInfo](
    ("category", "algorithm", "version", "classes", "md5"), _info_cells, _info_details
)
ALGORITHMS: Final = View[Algorithms](
    ("detection", "classification", "segmentation", "tracking", "keypoint"),
    lambda found: tuple(names for _, names in _kinds(found)),
    lambda found, paint: facts(_kinds(found), paint),
)
UPLOADED: Final = View[UploadedModel](
    ("model", "done", "info", "md5"),
    lambda model: (model.file, _brought(model), YES_OR_NO[model.has_info], model.md5),
    _brought_details,
)
DELETED: Final = View[DeletedModel](
    ("deleted", "inference"),
    lambda gone: (gone.file, "stopped for that" if gone.was_stopped else "untouched"),
)
INFERENCE: Final = View[Inference](("runs", "status", "fps"), inference_cells, _inference_details)
TURNED: Final = View[Turned](
    ("done", "runs", "status", "fps"),
    lambda turned: (
        "changed" if turned.changed else "nothing to do",
        *inference_cells(turned.now),
    ),
)
