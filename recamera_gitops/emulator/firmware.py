"""Everything a camera of given flavours answers to, built once and shared by all of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial

from recamera_gitops.emulator import (
    audio,
    image,
    maintenance,
    models,
    network,
    notify,
    osd,
    recording,
    relay,
    services,
    sessions,
    storage,
    streams,
    system,
    tasks,
    upgrade,
    video,
    wifi,
)
from recamera_gitops.emulator.calls import SERIAL_PORT, Json
from recamera_gitops.emulator.documents import Document, Handler, Routes, read, write
from recamera_gitops.emulator.flavours import Flavours
from recamera_gitops.emulator.trees import decorated

DOMAINS = (
    audio,
    image,
    models,
    network,
    notify,
    osd,
    recording,
    services,
    storage,
    system,
    video,
    wifi,
)
WITH_ROUTES = (
    image,
    maintenance,
    models,
    network,
    recording,
    relay,
    sessions,
    storage,
    streams,
    system,
    tasks,
    upgrade,
    wifi,
)


@dataclass(frozen=True, slots=True)
class Firmware:
    """The router table, the factory's documents, and what a camera has on its first day."""

    routes: Routes
    factory: dict[str, Json]
    initial: dict[str, Json]


@cache
def firmware(flavours: Flavours) -> Firmware:
    """The firmware that behaves so."""
    documents = [document for domain in DOMAINS for document in domain.documents(flavours)]
    routes: dict[str, dict[str, Handler]] = {}
    for path, verb, handler in _handlers(flavours, documents):
        routes.setdefault(path, {})[verb] = handler
    if "upgrade-brings-settings" in flavours:
        del routes[SERIAL_PORT]
    factory = {document.path: document.factory for document in documents}
    if "vendor-fields" not in flavours:
        return Firmware(routes, factory, factory)
    return Firmware(routes, _noted(factory, ""), _noted(factory, "kept"))


def _noted(documents: dict[str, Json], note: str) -> dict[str, Json]:
    return {path: decorated(value, note) for path, value in documents.items()}


def _handlers(flavours: Flavours, documents: list[Document]) -> Iterator[tuple[str, str, Handler]]:
    for document in documents:
        yield document.path, "GET", partial(read, document)
        for verb in document.verbs:
            yield document.path, verb, partial(write, document)
    for domain in WITH_ROUTES:
        for path, handlers in domain.routes(flavours).items():
            for verb, handler in handlers.items():
                yield path, verb, handler
