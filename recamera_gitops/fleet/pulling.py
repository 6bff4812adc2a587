"""What cameras have, put into the files that say otherwise: every file computed and proved, none written."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from recamera_gitops.desired.fleet import Loaded, loaded
from recamera_gitops.desired.layers import Kind
from recamera_gitops.desired.nodes import Scalar
from recamera_gitops.desired.references import Template, masked
from recamera_gitops.desired.rewrite import Edit, NotRewritable, rewritten
from recamera_gitops.desired.saving import FileChange
from recamera_gitops.desired.state import Device
from recamera_gitops.desired.writing import literal
from recamera_gitops.errors import Diagnostic, InvalidInput, Place, RecameraError
from recamera_gitops.exchange import Json
from recamera_gitops.fleet.placing import Into, Placed, Places, Placing, pieces
from recamera_gitops.fleet.seeing import CompareResult
from recamera_gitops.reconcile.live import Wanted
from recamera_gitops.reconcile.planner import compare
from recamera_gitops.reconcile.taking import NEVER_WRITTEN, Left, Taken, drifted
from recamera_gitops.resources.catalog import leaf_at
from recamera_gitops.resources.declared import Wish, is_below
from recamera_gitops.secret import Secret


class NotProved(RecameraError):
    """The new files do not say what was pulled, or say something else too."""


@dataclass(frozen=True, slots=True)
class Pull:
    """Everything that a pull would do: the values with their places, the files, and what it leaves.

    `left` are pairs of a device and what of it is not written.
    """

    placing: Placing
    files: tuple[FileChange, ...]
    left: tuple[tuple[str, Left], ...]


def adoptable(device: Device, paths: Sequence[str]) -> Wanted:
    """Which settings are to be brought under management: those below a path that no file states."""

    def wanted(path: str) -> bool:
        asked = any(is_below(path, each) for each in paths)
        unmanaged = any(is_below(path, each) for each in device.unmanaged)
        return asked and path not in device.declared and not unmanaged

    return wanted


class Pulling:
    """A fleet as it was loaded, beside what some of its cameras showed.

    What drift passes over (`ignored`) is left, unless one of the `targets` is about nothing else.
    """

    def __init__(
        self,
        before: Loaded,
        seen: Iterable[CompareResult],
        ignored: Sequence[str],
        targets: Sequence[str] = (),
    ) -> None:
        self._before = before
        self._ignored = [e for e in ignored if not any(is_below(t, e) for t in targets)]
        self._seen = {each.device: each for each in seen if each.comparison is not None}
        self._places = Places(before)
        self._taken: dict[str, list[Taken]] = {}
        self._left: list[tuple[str, Left]] = []
        for name, each in self._seen.items():
            found = [*self._drifted(each), *_adopted(each)]
            self._taken[name] = [e for e in found if isinstance(e, Taken)]
            self._left += ((name, self._advised(name, e)) for e in found if isinstance(e, Left))

    def _drifted(self, seen: CompareResult) -> Iterator[Taken | Left]:
        for each in () if seen.comparison is None else drifted(seen.comparison):
            if any(is_below(each.path, path) for path in self._ignored):
                yield Left(each.path, f"drift passes over it; --target {each.path} pulls it")
            else:
                yield each

    def pull(self, into: Into | None) -> Pull:
        """Compute every file, and prove that they say what was pulled and nothing else.

        Raises InvalidInput where the files would not be valid any more, or cannot be changed.
        """
        wanted = (
            piece
            for name, taken in self._taken.items()
            for setting in taken
            for piece in pieces(name, setting)
        )
        placing = self._places.placing(wanted, into)
        files = tuple(self._files(placing.placed))
        result = Pull(placing, files, (*self._left, *placing.left))
        self.prove(result, {each.file: each.after for each in files})
        return result

    def prove(self, pull: Pull, instead: Mapping[str, bytes] | None = None) -> None:
        """Load the files again: what was pulled no longer differs, and nothing else has moved.

        `instead` is what files are taken to say that have not been written yet.
        """
        after = loaded(self._before.fleet.root, instead).fleet
        unfinished = {(name, left.path) for name, left in pull.left}
        for device in after.devices:
            pulled = [
                each.piece.setting
                for each in pull.placing.placed
                if each.piece.device == device.name
                and (device.name, each.piece.setting.path) not in unfinished
            ]
            wrong = [*self._differing(device, pulled), *self._moved(device, pull)]
            if wrong:
                where = ", ".join(dict.fromkeys(wrong))
                end = "the files were written" if instead is None else "nothing was written"
                raise NotProved(f"{device.name}: {where} does not read back as pulled; {end}")

    def _differing(self, device: Device, pulled: Sequence[Taken]) -> Iterator[str]:
        """What still differs between the new files and what the camera showed."""
        wishes = {each.path: device.declared.get(each.path) for each in pulled}
        yield from (path for path, wish in wishes.items() if wish is None)
        seen = self._seen.get(device.name)
        if seen is None or seen.comparison is None:
            return
        known = {each.path for each in seen.comparison.managed}
        compared = {p: w for p, w in wishes.items() if w is not None and p in known}
        again = compare(compared, seen.comparison.observation, judged=False)
        yield from (each.path for each in again.differing)
        for each in pulled:
            wish = wishes[each.path]
            if each.path not in known and wish is not None and not _reads_as(each, wish):
                yield each.path

    def _moved(self, device: Device, pull: Pull) -> Iterator[str]:
        """What the new files say otherwise and nobody has pulled."""
        old = next((e for e in self._before.fleet.devices if e.name == device.name), device)
        meant = {
            each.piece.setting.path
            for each in pull.placing.placed
            if each.piece.device == device.name or each.origin.kind is Kind.PROFILE
        }
        for path in dict.fromkeys((*old.declared, *device.declared)):
            if path not in meant and _said(old, path) != _said(device, path):
                yield path

    def _files(self, placed: Sequence[Placed]) -> Iterator[FileChange]:
        edits: dict[str, dict[tuple[int | str, tuple[str, ...]], Json]] = {}
        for each in placed:
            document = each.piece.device if each.origin.kind is Kind.DEVICE else 0
            steps = ("config", *each.piece.keys)
            edits.setdefault(each.origin.file, {})[document, steps] = _escaped(each.value)
        for file, wanted in sorted(edits.items()):
            before = self._before.files.contents[file]
            made = (Edit(document, steps, value) for (document, steps), value in wanted.items())
            try:
                after = rewritten(before, made)
            except NotRewritable as error:
                place, hint = Place(file, 1, 1), "change it by hand"
                raise InvalidInput(
                    [Diagnostic("layout", str(error), place=place, hint=hint)]
                ) from None
            if after != before:
                yield FileChange(file, before, after)

    def _advised(self, device: str, left: Left) -> Left:
        """What somebody can do about a secret that is not written."""
        if left.reason != NEVER_WRITTEN:
            return left
        winner = self._places.winner(device, left.path)
        if winner is None:
            return replace(left, reason=f"{NEVER_WRITTEN}; state it as a reference: ${{env:NAME}}")
        place, node = winner.node.place, winner.node
        text = node.value if isinstance(node, Scalar) and isinstance(node.value, str) else ""
        source = f"it is {masked(text)} at {place.file}:{place.line}"
        advice = "change what that holds, or apply to put the camera right"
        return replace(left, reason=f"{NEVER_WRITTEN}; {source}: {advice}")


def _adopted(seen: CompareResult) -> Iterator[Taken | Left]:
    values = {} if seen.live is None else seen.live.values
    for path, value in values.items():
        if isinstance(value, Secret):
            yield Left(path, NEVER_WRITTEN)
        else:
            yield Taken(path, None, value)


def _reads_as(taken: Taken, wish: Wish) -> bool:
    """Whether a wish that no comparison knew yet is what the camera showed."""
    leaf = leaf_at(taken.path)
    codec = None if leaf is None else leaf.wire.codec
    return codec is not None and codec.equal(codec.target(wish.value, None, {}), taken.after)


def _said(device: Device, path: str) -> Json:
    """What a device is to have at a path, wherever it is written."""
    wish = device.declared.get(path)
    if wish is None:
        return None
    return wish.value.parts if isinstance(wish.value, Template) else wish.value


def _escaped(value: Json) -> Json:
    """The value as files have to say it, so that nobody sees a reference in its texts."""
    if isinstance(value, str):
        return literal(value)
    if isinstance(value, Mapping):
        return {key: _escaped(each) for key, each in value.items()}
    return [_escaped(each) for each in value] if isinstance(value, list) else value
