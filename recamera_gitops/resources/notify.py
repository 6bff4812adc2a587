"""Where results of the running model are pushed to."""

from collections.abc import Iterator
from typing import Annotated, Final, Literal

from pydantic import Field

from recamera_gitops.resources.base import (
    Complaint,
    Impact,
    Resource,
    Section,
    Stage,
    View,
    nested,
    wire,
)
from recamera_gitops.resources.codecs import COUNT, SECRET, PushUrl, Words
from recamera_gitops.resources.meanings import means
from recamera_gitops.secret import Secret

Port = Annotated[int, Field(ge=1, le=65535)]


class Mqtt(Section):
    """A broker that takes every result."""

    host: str | None = wire("sURL", "Name or address of the broker.", examples=["broker.local"])
    port: Port | None = wire("iPort", "TCP port of the broker.", codec=COUNT, factory=1883)
    topic: str | None = wire(
        "sTopic", "Topic that results are published to.", factory="results/data"
    )
    username: str | None = wire("sUsername", "Name to log in with.", factory="admin")
    password: str | None = wire(
        "sPassword", "Password to log in with.", codec=SECRET, factory="admin"
    )
    client_id: str | None = wire("sClientId", "MQTT client id.", factory="recamera_1126b")


class Http(Section):
    """A URL that every result is posted to."""

    url: str | None = wire(
        "sUrl", "Where to post; it may carry a key.", codec=PushUrl(), pattern=r"^(https?://\S+)?$"
    )
    token: str | None = wire("sToken", "Sent along with every post.", codec=SECRET)


class Uart(Section):
    """A serial port that every result is written to."""

    port: str | None = wire("sPort", "Name of the port.", factory="ttyS4", min_length=1)


class Templates(Section):
    """Text of a result by kind of model; empty means the camera's own JSON.

    Placeholders such as {timestamp}, {class}, {confidence}, {x1}, {y1}, {x2}, {y2} are filled in.
    """

    detection: str | None = wire("sDetection", "For detection models.", source="ref")
    classification: str | None = wire("sClassification", "For classification models.", source="ref")
    segmentation: str | None = wire("sSegmentation", "For segmentation models.", source="ref")
    tracking: str | None = wire("sTracking", "For tracking models.", source="ref")
    keypoint: str | None = wire("sKeypoint", "For keypoint models.", source="ref")
    obb: str | None = wire(
        "sOBB", "For oriented boxes; not on every firmware.", only_if_shown=True, source="ref"
    )


def _mode_needs_its_target(view: View) -> Iterator[Complaint]:
    for mode, path in (("mqtt", "mqtt.host"), ("http", "http.url")):
        if view("mode") == mode and view(path) in ("", Secret("")):
            yield Complaint(
                "notify-target", (path, "mode"), f"mode {mode} needs {path}, which is empty"
            )


class Notify(Section):
    """Push of results. A change restarts the camera's media process: everything is interrupted."""

    rules = (_mode_needs_its_target,)

    mode: Literal["off", "mqtt", "http", "uart"] | None = wire(
        "iMode",
        "The way in force.",
        **means(
            {
                "off": "Nothing is pushed.",
                "mqtt": "Every result is published to the broker of `mqtt`.",
                "http": "Every result is posted to the URL of `http`.",
                "uart": "Every result is written to the serial port of `uart`.",
            }
        ),
        codec=Words({"off": 0, "mqtt": 1, "http": 2, "uart": 3}),
        factory="off",
    )
    mqtt: Mqtt | None = nested("dMqtt", "A broker.")
    http: Http | None = nested("dHttp", "A URL.")
    uart: Uart | None = nested("dUart", "A serial port.")
    templates: Templates | None = nested("dTemplate", "Text of a result by kind of model.")


RESOURCES: Final = (
    Resource(
        "notify",
        Notify,
        stage=Stage.NOTIFY,
        get="/notify/cfg",
        method="POST",
        put="/notify/cfg",
        impact=(
            Impact.STREAM_RESTART,
            Impact.RECORDING_GAP,
            Impact.INFERENCE_RESTART,
            Impact.NOTIFY_RESTART,
        ),
        settles=40.0,
    ),
)
