"""What is there and has no use: profiles, variables, files, and entries of known_cameras.yaml."""

from collections.abc import Iterable, Iterator

from recamera_gitops.desired.lint.sources import Found, Sources
from recamera_gitops.desired.messages import did_you_mean, echo
from recamera_gitops.desired.nodes import Mapping, Node, Scalar, mapping_at, scalars, texts_at
from recamera_gitops.desired.notation import Kind, Reference, parse
from recamera_gitops.desired.overlay import EMPTY, default_profiles
from recamera_gitops.desired.references import has_reference
from recamera_gitops.errors import Place


def unused_profiles(sources: Sources) -> Iterator[Found]:
    """Profiles below no device."""
    used = {name for device in sources.fleet.devices for name in device.profiles}
    used.update(sources.laid(sources.defaults))
    for name, document in sources.profiles.documents.items():
        if name not in used:
            message = f"no device uses the profile {echo(name)}"
            yield Found(message, "profile", document.items["profile"].place)


def repeated_profiles(sources: Sources) -> Iterator[Found]:
    """Names in a list of profiles that have no effect, because each is laid once."""
    defaults = default_profiles(sources.document)
    yield from _repeated(sources, defaults, "defaults.profiles")
    for document in sources.profiles.documents.values():
        yield from _repeated(sources, texts_at(document, "extends"), "extends")
    before = sources.laid(sources.defaults)
    for document in sources.devices.values():
        yield from _repeated(sources, texts_at(document, "profiles"), "profiles", before)


def _repeated(
    sources: Sources, names: Iterable[Scalar], path: str, before: tuple[str, ...] = ()
) -> Iterator[Found]:
    laid = set(before)
    for each in names:
        name = str(each.value)
        if name in laid:
            message = f"the profile {echo(name)} comes before this already, and each is laid once"
            yield Found(message, path, each.place)
        laid.update(sources.laid((name,)))


def declares_nothing(sources: Sources) -> Iterator[Found]:
    """Profiles without any content, and devices for which nothing at all is declared."""
    for name, document in sources.profiles.documents.items():
        parts = (mapping_at(document, "variables"), mapping_at(document, "config"))
        if not texts_at(document, "extends") and all(
            each is None or _is_bare(each) for each in parts
        ):
            message = f"the profile {echo(name)} says nothing"
            yield Found(message, "profile", document.items["profile"].place)
    for device in sources.fleet.devices:
        if not device.declared:
            message = f"nothing is declared for {echo(device.name)}"
            yield Found(message, "device", device.place)


def _is_bare(node: Node) -> bool:
    """Whether there are mappings and nothing in them."""
    return isinstance(node, Mapping) and all(map(_is_bare, node.items.values()))


def unused_variables(sources: Sources) -> Iterator[Found]:
    """Variables that nothing refers to wherever they hold."""
    referred = {id(each): _referred(each) for each in sources.documents()}

    def by(documents: Iterable[Mapping]) -> set[str]:
        return set().union(*(referred[id(each)] for each in documents))

    profiles = sources.profiles.documents
    below = {name: by(profiles[each] for each in sources.laid((name,))) for name in profiles}
    for device in sources.fleet.devices:
        document = sources.devices[device.name]
        known = by((document, *sources.inherited(device)))
        for name in device.profiles:
            below[name] |= known
        yield from _unreferred(document, known)
    for name, document in profiles.items():
        yield from _unreferred(document, below[name])
    yield from _unreferred(sources.document, by(sources.documents()))


def _referred(document: Mapping) -> frozenset[str]:
    """The variables that a document refers to."""
    texts = (each for _, each in scalars(document) if has_reference(each))
    parts = (part for each in texts for part in parse(str(each.value)))
    return frozenset(
        part.name for part in parts if isinstance(part, Reference) and part.kind is Kind.VAR
    )


def _unreferred(document: Mapping, known: set[str]) -> Iterator[Found]:
    variables = mapping_at(document, "variables") or EMPTY
    for name, place in variables.keys.items():
        if name not in known:
            message = f"nothing refers to the variable {echo(name)} here"
            hint = did_you_mean(name, known - variables.keys.keys())
            yield Found(message, f"variables.{name}", place, hint)


def stale_known(sources: Sources) -> Iterator[Found]:
    """Entries of known_cameras.yaml without a device."""
    for name, place in (sources.known or EMPTY).keys.items():
        if name not in sources.devices:
            yield Found(f"there is no device {echo(name)}", name, place)


def unread_files(sources: Sources) -> Iterator[Found]:
    """Files that look like profiles or devices and are neither."""
    for name in sources.unread:
        yield Found("this file is not read", "", Place(name, 1, 1))
