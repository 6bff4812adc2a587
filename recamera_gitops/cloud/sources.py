"""What is to be converted: an ONNX model, perhaps with pictures, looked at before anything is sent."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from recamera_gitops.errors import Diagnostic, InvalidInput

_MOST: Final = 2 << 30
_PICTURES: Final = (".jpg", ".jpeg", ".png", ".bmp")
# Field 1 of the protocol buffer, ir_version, and the versions that there are and may come.
_BEGINNING: Final = re.compile(rb"\x08[\x01-\x3f]")
_LOOKS_LIKE: Final = (
    (b"PK", "a zip archive, such as a PyTorch checkpoint", "export the model to ONNX first"),
    (b"RKNN", "a model for the camera already", "bring it there with: models upload"),
    (b"version https://git-lfs", "a pointer of Git LFS", "fetch the file with: git lfs pull"),
    (b"<", "a page or an XML file", "look at how it was downloaded"),
)


@dataclass(frozen=True, slots=True)
class Source:
    """Checked files; `prompt` is what the result is to be called."""

    model: Path
    dataset: Path | None
    prompt: str


def checked(model: Path, dataset: Path | None, prompt: str | None) -> Source:
    """InvalidInput, with every reason, where they cannot be converted."""
    problems = [*_model_problems(model), *(() if dataset is None else _dataset_problems(dataset))]
    if prompt is not None and not prompt.isprintable():
        problems.append(Diagnostic("bad-option", "it holds what cannot be printed", "--prompt"))
    if problems:
        raise InvalidInput(problems)
    return Source(model, dataset, prompt or f"{model.stem}.rknn")


def _model_problems(path: Path) -> Iterator[Diagnostic]:
    if path.suffix != ".onnx":
        yield _not_onnx(path, "its name does not end in .onnx", None)
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(64)
    except OSError as error:
        yield _unreadable(path, error)
        return
    if not size:
        yield _not_onnx(path, "it is empty", None)
    elif size > _MOST:
        yield Diagnostic("too-large", f"it has {size} bytes; ONNX ends at {_MOST}", str(path))
    elif not _BEGINNING.match(start):
        yield _not_onnx(path, *_likeness(start))


def _likeness(start: bytes) -> tuple[str, str | None]:
    for beginning, what, hint in _LOOKS_LIKE:
        if start.startswith(beginning):
            return f"it is {what}", hint
    return "it does not begin as one", None


def _not_onnx(path: Path, why: str, hint: str | None) -> Diagnostic:
    return Diagnostic("not-onnx", f"this is no ONNX model: {why}", str(path), hint=hint)


def _dataset_problems(path: Path) -> Iterator[Diagnostic]:
    if path.suffix != ".zip":
        yield _no_pictures(path, "its name does not end in .zip")
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except OSError as error:
        yield _unreadable(path, error)
    except zipfile.BadZipFile:
        yield _no_pictures(path, "it is no zip archive")
    else:
        if not any(name.lower().endswith(_PICTURES) for name in names):
            yield _no_pictures(path, f"none of its {len(names)} files is a picture")


def _no_pictures(path: Path, why: str) -> Diagnostic:
    hint = f"put pictures of what the camera will see into it: {', '.join(_PICTURES)}"
    return Diagnostic("not-a-dataset", f"this is no dataset: {why}", str(path), hint=hint)


def _unreadable(path: Path, error: OSError) -> Diagnostic:
    reason = (error.strerror or type(error).__name__).lower()
    return Diagnostic("unreadable", f"it cannot be read: {reason}", str(path))
