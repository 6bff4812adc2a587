"""Wishes for every setting: what it is to become, and what must stand beside it for it to count."""

from tests.conftest import canary
from tests.resources.strategies import OWNER, boundaries

# Values where the declaration alone does not tell which ones this camera takes.
WORDS = {
    "resolution": ["1920x1080", "3840x2160", "384x384"],
    "color": ["00ff00", "FFF799"],
    "position": [[0.25, 0.5], [0, 1]],
    "text": ["Gate N", "Größe “7”"],
    "dawn": ["06:30:00", "00:00:00"],
    "dusk": ["18:30:00", "24:00:00"],
    "exposure.time": ["1/50", "1/30"],
    "hdr_level": [1],
    "rate_control": ["VBR"],  # CBR: test_defects.py
    "regions": [
        [{"x": 0.1, "y": 0.2, "width": 0.3, "height": 0.05}],
        [],
        [
            {"x": 0, "y": 0, "width": 1, "height": 1},
            {"x": 0.5, "y": 0.5, "width": 0.5, "height": 0.5},
        ],
    ],
    "storage.slot": [{"device": "/dev/mmcblk1p1"}, "none"],
    "limit_bytes": [8589934592, "unlimited"],
    "windows": [
        [
            {"start": "Mon 18:00:00", "end": "Tue 06:00:00"},
            {"start": "Sat 00:00:00", "end": "Sun 24:00:00"},
        ],
        [],
    ],
    "trigger.inference": [
        [{"id": "cars", "classes": ["car"], "confidence": [0.3, 0.7]}],
        [{"id": "default", "debounce": 0, "classes": ["dog", "cat"]}, {"id": "b", "classes": []}],
        [],
    ],
    "gpio.name": ["GPIO_02", "GPIO_01"],
    "tty.name": ["ttyS4", "Console"],
    "command": ["GO NOW"],
    "interval_s": [1, 3600],
    "min_interval_ms": [1500, 0],
    "debounce_ms": [0, 250],
    "mqtt.host": ["broker.test"],
    "topic": ["a/b"],
    "username": ["someone"],
    "client_id": ["gate"],
    "http.url": ["https://hook.test/x"],
    "ntp.server": ["time.test"],
    "timezone": ["Europe/Berlin"],
    "utc_offset": ["UTC+1"],
    "inference.model": ["mobilenet.rknn", "yolo11n.rknn"],
    "multicast.address": ["239.1.2.3"],
    "main.bitrate": [64000],
    "sub.bitrate": [64000],
    "uart.port": ["ttyS7"],
    "notify.mode": ["mqtt", "http", "uart", "off"],
    "trigger.type": ["timer", "gpio", "tty", "http", "always_on", "inference"],
    "ssid": ["plant"],
    "bssid": ["5C:E9:31:00:00:02"],
    "forget": [["guest", "unheard-of"]],
}
SECRETS = {
    "rtmp.url": lambda name: f"rtmp://push.test/{canary(name)}",
    "http.url": lambda name: f"https://hook.test/{canary(name)}",
    "ftp.password": lambda name: canary(name, 15),
    "api.key": lambda name: canary(name, 32),
}
TEMPLATES = ["{class} {confidence}", ""]
BESIDE = {
    "exposure.mode": {"time": "1/50"},
    "exposure.time": {"mode": "manual"},
    "exposure.gain": {"gain_mode": "manual"},
    "denoise.spatial": {"enabled": True},
    "denoise.temporal": {"enabled": True},
    "notify.mode": {"mqtt.host": "broker.test", "http.url": "https://hook.test"},
    "rtsp.enabled": {"^rtmp.enabled": False, "^onvif.enabled": False},
    "rtmp.enabled": {"^rtsp.enabled": False, "^onvif.enabled": False},
    "onvif.enabled": {"^rtsp.enabled": False, "^rtmp.enabled": False},
    "wifi.ssid": {"enabled": True, "password": "plant"},
    "wifi.bssid": {"enabled": True, "ssid": "plant", "password": "plant"},
    "wifi.forget": {"enabled": True},
}


def ending(path, table):
    return next((table[each] for each in table if f".{path}".endswith(f".{each}")), None)


def values(path, sensitive):
    """Legal values of a setting, the first of which no camera has from the factory."""
    if sensitive:
        shape = ending(path, SECRETS) or canary
        return [shape("setting")]
    found = ending(path, WORDS) or boundaries(path)
    return found or TEMPLATES


def beside(path):
    """What else has to be wished, by leaf path; `^` stands for a section beside its own."""
    parent = path.rpartition(".")[0]
    above = parent.rpartition(".")[0]
    return {
        f"{above}.{key[1:]}" if key.startswith("^") else f"{parent}.{key}": value
        for key, value in (ending(path, BESIDE) or {}).items()
    }


def owned_pointers(path, leaf, raw, spelling):
    """Where in the camera's documents a setting stands: document, pointer."""
    resource = OWNER[path]
    base = "".join(f"/{step}" for step in resource.at)
    document = resource.get.partition("?")[0]
    return [(document, f"{base}/{'/'.join(spelling(raw, keys))}") for keys in leaf.keys]
