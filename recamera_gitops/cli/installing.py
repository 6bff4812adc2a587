"""A model that was just made is brought to cameras: what can be known beforehand is looked at beforehand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from recamera_gitops.cli.cloud_options import Asked
from recamera_gitops.cli.model_options import Bringing
from recamera_gitops.cli.modelling import name_problems, uploading
from recamera_gitops.cli.operating import timely
from recamera_gitops.cli.repository import Selected, selected, warned
from recamera_gitops.cli.running import opened
from recamera_gitops.cli.selection import Selection
from recamera_gitops.cloud.fetching import Place
from recamera_gitops.desired.cards import read_card
from recamera_gitops.errors import Diagnostic, ExitCode, InvalidInput
from recamera_gitops.fleet.operating import Done
from recamera_gitops.operations.models import UploadedModel


def _problems(asked: Asked, place: Place) -> Iterator[Diagnostic]:
    if not place.is_folder:
        yield from name_problems(Bringing(place.path), place.path.name)
    if asked.info is not None:
        try:
            read_card(asked.info)
        except InvalidInput as error:
            yield from error.diagnostics


@dataclass(frozen=True, slots=True)
class Installing:
    """The cameras that are meant, and how the model is brought to them."""

    chosen: Selected
    info: Path | None
    force: bool
    outside_window: bool

    @classmethod
    def of(cls, asked: Asked, place: Place) -> "Installing":
        """Of what was asked; InvalidInput where the files of the fleet or of the info cannot be used."""
        problems = [*_problems(asked, place)]
        if problems:
            raise InvalidInput(problems)
        selection = Selection(asked.directory, asked.install, allow_cmd=asked.allow_cmd)
        return cls(warned(selected(selection)), asked.info, asked.force, asked.outside_window)

    def done(self, path: Path) -> tuple[Sequence[Done[UploadedModel]], ExitCode]:
        """What came of it at each camera, and the exit code of the whole."""
        operation = uploading(Bringing(path, info=self.info, force=self.force))
        with opened(self.chosen) as working:
            timely(working, operation, outside_window=self.outside_window)
            done = working.operate(operation)
            return done, working.ended(each.exit_code for each in done)
