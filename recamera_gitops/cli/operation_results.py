"""What each single operation gives at a camera, by its command: the form of its JSON is made from this."""

from collections.abc import Mapping
from typing import Final

from recamera_gitops.operations.access import Certificate, Changed, Login
from recamera_gitops.operations.configuration import Backup, Restored
from recamera_gitops.operations.copying import Copied
from recamera_gitops.operations.files import Listed
from recamera_gitops.operations.firmware import Check, Upgrade
from recamera_gitops.operations.health import CameraStatus
from recamera_gitops.operations.inference import Inference, Turned
from recamera_gitops.operations.information import Information
from recamera_gitops.operations.models import (
    Algorithms,
    DeletedModel,
    ModelInfo,
    Models,
    UploadedModel,
)
from recamera_gitops.operations.network import NetworkState
from recamera_gitops.operations.recording import RecordInfo, Triggered
from recamera_gitops.operations.removing import Removed
from recamera_gitops.operations.restarts import FactoryReset, Reboot
from recamera_gitops.operations.snapshots import Snapshot
from recamera_gitops.operations.storage import Chosen, Limited, StorageStatus
from recamera_gitops.operations.tasks import Treated
from recamera_gitops.operations.wifi import Forgotten, Joined, Power, Scan

RESULTS: Final[Mapping[str, type]] = {
    "status": CameraStatus,
    "device info": Information,
    "device check-login": Login,
    "device https-pin": Certificate,
    "device reboot": Reboot,
    "device factory-reset": FactoryReset,
    "device password": Changed,
    "device backup": Backup,
    "device restore": Restored,
    "firmware check": Check,
    "firmware upgrade": Upgrade,
    "firmware upload": Upgrade,
    "models list": Models,
    "models upload": UploadedModel,
    "models delete": DeletedModel,
    "models info": ModelInfo,
    "models algorithms": Algorithms,
    "inference status": Inference,
    "inference start": Turned,
    "inference stop": Turned,
    "record info": RecordInfo,
    "record trigger": Triggered,
    "storage status": StorageStatus,
    "storage enable": Chosen,
    "storage format": Treated,
    "storage free-up": Treated,
    "storage eject": Treated,
    "storage quota": Limited,
    "files list": Listed,
    "files get": Copied,
    "files thumb": Copied,
    "files rm": Removed,
    "files sync": Copied,
    "network show": NetworkState,
    "wifi scan": Scan,
    "wifi connect": Joined,
    "wifi forget": Forgotten,
    "wifi power": Power,
    "snapshot": Snapshot,
}
