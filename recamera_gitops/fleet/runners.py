"""Where the work of many cameras runs: threads for cameras, and threads for the reads of one camera.

A camera's work waits for its reads and a read waits for nobody, so two pools cannot lock each other up.
Where cameras alone keep the program busy none of them gets help: every helper at a camera is one more
connection to it, and over https one more handshake.
"""

import contextlib
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Final, TypeVar

from recamera_gitops.errors import CameraError
from recamera_gitops.exchange import Json
from recamera_gitops.sockets import make_room

IN_FLIGHT: Final = 128  # of all cameras; further threads wait for the interpreter, not for cameras
HELPERS: Final = 3  # with the camera's own thread, as many as a camera is asked at once
_BEAT: Final = 0.2

Item = TypeVar("Item")
Result = TypeVar("Result")


class Threads:
    """Runs work over cameras side by side; results come in the order of the cameras."""

    def __init__(self, cameras: int, at_once: int | None = None) -> None:
        threads = max(1, min(at_once or IN_FLIGHT, cameras))
        helpers = min(IN_FLIGHT - threads, HELPERS * threads)
        make_room(cameras * (1 + HELPERS))
        self._cameras = ThreadPoolExecutor(threads, "camera")
        self._reads = ThreadPoolExecutor(helpers, "read") if helpers > 0 else None

    def over(
        self,
        items: Sequence[Item],
        work: Callable[[Item], Result],
        beat: Callable[[], None] = lambda: None,
        *,
        one_by_one: bool = False,
    ) -> list[Result]:
        """Do the work for every item; `beat` is called now and then by the waiting thread."""
        if one_by_one:
            return [self.over([item], work, beat)[0] for item in items]
        futures = [self._cameras.submit(work, item) for item in items]
        pending: set[Future[Result]] = set(futures)
        while pending:
            _, pending = wait(pending, timeout=_BEAT)
            beat()
        return [future.result() for future in futures]

    def gather(
        self, get: Callable[[str], Json], paths: Sequence[str]
    ) -> Mapping[str, "Json | CameraError"]:
        """Read routes of one camera side by side; an error stands in the place of its answer.

        The camera's own thread reads, and helpers as far as some are free; none is waited for that
        has not begun.
        """
        waiting = deque(paths)
        answers: dict[str, Json | CameraError] = {}

        def work() -> None:
            with contextlib.suppress(IndexError):
                while True:
                    path = waiting.popleft()
                    answers[path] = _answer(get, path)

        reads = self._reads
        helpers = [reads.submit(work) for _ in paths[1 : 1 + HELPERS]] if reads else []
        work()
        for helper in helpers:
            if not helper.cancel():
                helper.result()
        return {path: answers[path] for path in paths}

    def close(self) -> None:
        """Wait for what still runs, and let the threads go."""
        self._cameras.shutdown()
        if self._reads is not None:
            self._reads.shutdown()


def _answer(get: Callable[[str], Json], path: str) -> "Json | CameraError":
    try:
        return get(path)
    except CameraError as error:
        return error
