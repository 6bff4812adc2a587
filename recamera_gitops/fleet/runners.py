"""Where the work of many cameras runs: threads for cameras, and threads for the reads of one camera.

A camera's work waits for its reads and a read waits for nobody, so two pools cannot lock each other up.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Final, TypeVar

from recamera_gitops.errors import CameraError
from recamera_gitops.exchange import Json

CAMERAS_AT_ONCE: Final = 64
READS_AT_ONCE: Final = 64
_BEAT: Final = 0.2

Item = TypeVar("Item")
Result = TypeVar("Result")


class Threads:
    """Runs work over cameras side by side; results come in the order of the cameras."""

    def __init__(self, cameras: int) -> None:
        self._cameras = ThreadPoolExecutor(max(1, min(CAMERAS_AT_ONCE, cameras)), "camera")
        self._reads = ThreadPoolExecutor(max(1, min(READS_AT_ONCE, 4 * cameras)), "read")

    def over(
        self,
        items: Sequence[Item],
        work: Callable[[Item], Result],
        beat: Callable[[], None] = lambda: None,
    ) -> list[Result]:
        """Do the work for every item; `beat` is called now and then by the waiting thread."""
        futures = [self._cameras.submit(work, item) for item in items]
        pending: set[Future[Result]] = set(futures)
        while pending:
            _, pending = wait(pending, timeout=_BEAT)
            beat()
        return [future.result() for future in futures]

    def gather(
        self, get: Callable[[str], Json], paths: Sequence[str]
    ) -> Mapping[str, "Json | CameraError"]:
        """Read routes of one camera side by side; an error stands in the place of its answer."""

        def answer(path: str) -> "Json | CameraError":
            try:
                return get(path)
            except CameraError as error:
                return error

        others = {path: self._reads.submit(answer, path) for path in paths[1:]}
        first = {path: answer(path) for path in paths[:1]}
        return first | {path: future.result() for path, future in others.items()}

    def close(self) -> None:
        """Wait for what still runs, and let the threads go."""
        self._cameras.shutdown()
        self._reads.shutdown()
