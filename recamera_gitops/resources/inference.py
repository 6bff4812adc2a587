"""The running model: whether it runs, which one, how fast."""

from typing import Final

from recamera_gitops.exchange import Json
from recamera_gitops.resources.base import Impact, Resource, Section, Stage, wire, without
from recamera_gitops.resources.codecs import COUNT, ON_OFF
from recamera_gitops.resources.values import integer


class Inference(Section):
    """A model run on every frame, or on some. A change restarts inference; video goes on."""

    enabled: bool | None = wire("iEnable", "Whether the model runs.", codec=ON_OFF, source="ext")
    model: str | None = wire(
        "sModel",
        "File name of the model; it must be on the camera and have info.",
        min_length=1,
        examples=["yolo11n.rknn"],
        source="ext",
    )
    fps: int | None = wire(
        "iFPS",
        "Frames a second that are looked at, at most.",
        codec=COUNT,
        ge=0,
        le=120,
        source="ext",
    )


def _still_changing(raw: Json) -> str | None:
    """The camera starts and stops a model in the background [ext]; a draft says `stop` for stopped."""
    wanted = ("running",) if integer(raw.get("iEnable")) == 1 else ("stopped", "stop")
    status = str(raw.get("sStatus", wanted[0])).lower()
    return None if status in wanted else f"inference is {status}"


RESOURCES: Final = (
    Resource(
        "inference",
        Inference,
        stage=Stage.INFERENCE,
        get="/model/inference?id=0",
        method="POST",
        put="/model/inference?id=0",
        shape=without("iActualFPS", "sStatus"),
        impact=(Impact.INFERENCE_RESTART,),
        settles=40.0,
        pending=_still_changing,
        volatile=("iActualFPS", "sStatus"),
    ),
)
