"""What a camera is to know about a model, in a file of its own: the same as below `models.<file>.info`."""

from pathlib import Path
from typing import Final

from recamera_gitops.desired.document import LARGEST_FILE, parse
from recamera_gitops.desired.files import contents
from recamera_gitops.desired.messages import check
from recamera_gitops.errors import Diagnostic, InvalidInput, Place
from recamera_gitops.resources.models import Info

_NOTHING: Final = "the file has to hold one mapping"


def read_card(path: Path) -> Info:
    """The info in a YAML or JSON file; InvalidInput with everything that is wrong with it."""
    start = Place(str(path), 1, 1)
    try:
        content = contents(path, LARGEST_FILE)
    except OSError as error:
        message = f"it cannot be read: {(error.strerror or str(error)).lower()}"
        raise InvalidInput([Diagnostic("unreadable", message, place=start)]) from error
    nodes, found = parse(content, str(path))
    if found:
        raise InvalidInput(found)
    if len(nodes) != 1:
        raise InvalidInput([Diagnostic("wrong-type", _NOTHING, place=start)])
    info, found = check(Info, nodes[0], lambda _: False, lambda _: False)
    if found or info is None:
        raise InvalidInput(found)
    return info
