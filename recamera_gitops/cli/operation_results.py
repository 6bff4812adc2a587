"""What each single operation gives at a camera, by its command: the form of its JSON is made from this."""

from collections.abc import Mapping
from typing import Final

from recamera_gitops.operations.recording import RecordInfo, Triggered
from recamera_gitops.operations.storage import Chosen, Limited, StorageStatus
from recamera_gitops.operations.tasks import Treated

RESULTS: Final[Mapping[str, type]] = {
    "record info": RecordInfo,
    "record trigger": Triggered,
    "storage status": StorageStatus,
    "storage enable": Chosen,
    "storage format": Treated,
    "storage free-up": Treated,
    "storage eject": Treated,
    "storage quota": Limited,
}
