"""Taking a model away from the cloud: a GET that deletes [ref], and so never repeated."""

from typing import Final

from recamera_gitops.cloud.service import IN_DOUBT, Service
from recamera_gitops.cloud.tasks import tasks
from recamera_gitops.errors import CameraError, NotSettled

_DELETE: Final = "/v1/api/del_model"


def deleted(service: Service, model_id: str) -> None:
    """Delete it, and look whether it is gone; where the answer is lost, that look decides."""
    lost: CameraError | None = None
    try:
        service.once(_DELETE, model_id=model_id)
    except CameraError as error:
        if not isinstance(error, IN_DOUBT):
            raise
        lost = error
    if any(each.model_id == model_id for each in tasks(service)):
        if lost is not None:
            raise lost
        raise NotSettled(f"{model_id} is still listed", request=f"GET {_DELETE}")
