"""A server that runs in a thread of its own, with a loop of its own, for as long as a context lasts."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future

Serve = Callable[[Callable[[], None], Callable[[], Awaitable[object]]], Awaitable[None]]


class Background:
    """Runs `serve(started, stopped)`: that calls the first once it serves, and awaits the second to end."""

    def __init__(self, name: str, serve: Serve) -> None:
        self._serve = serve
        self._started: Future[None] = Future()
        self._stop: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._run()), name=name, daemon=True
        )

    def start(self) -> None:
        """Return once it serves; what keeps it from serving is raised here."""
        self._thread.start()
        try:
            self._started.result()
        except Exception:
            self._thread.join()
            raise

    def stop(self) -> None:
        """Return once it has ended."""
        if self._loop is not None and self._stop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()

    async def _run(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        try:
            await self._serve(lambda: self._started.set_result(None), self._stop.wait)
        except Exception as error:
            if self._started.done():  # nobody waits for it any more
                raise
            self._started.set_exception(error)
