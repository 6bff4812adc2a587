"""The disputed and the version-dependent behaviours of the camera, each as a named switch.

Sources contradict each other about the shipping firmware; whatever a client must survive both ways
is a flavour. Without any flavour the camera behaves as V1.0.10 most probably does.
"""

from collections.abc import Iterable

from recamera_gitops.errors import Diagnostic, InvalidInput

Flavours = frozenset[str]

FLAVOURS: dict[str, str] = {
    "audio-floor": "/audio/storage refuses bit rates below 32000 but shows 16000 [ref].",
    "audio-strings": "/audio/storage carries iBitRate as a string [ref].",
    "class-filter-ints": "lClassFilter shows class numbers; labels become numbers [ref][web].",
    "code-200": "A successful write answers code 200 instead of 0 [web].",
    "dark-boost-zero": "iDarkBoostLevel starts at 0 and may be 0 [sdk].",
    "echo-writes": "A write answers the new object instead of code and message [rockchip].",
    "errors-as-200": "Every failure, 401 included, is an HTTP 200 with a non-zero code [sdk][web].",
    "expiry-commits": "Edits left open for five minutes are kept, not dropped [draft].",
    "first-use": "The factory password is in place: a login only allows changing it [wiki][cgi].",
    "float-noise": "Fractions come back with single-precision rounding noise [sdk].",
    "ftp-sEnabel": "/ftp/setting spells its switch sEnabel [ref][draft].",
    "gpio-both": "dGPIO names the pin by sName and iNum [ref][sdk].",
    "gpio-number": "dGPIO names the pin by iNum only [ref].",
    "image-merge": "Image sections keep omitted keys instead of resetting them [rockchip].",
    "image-post-modifies": "POST /image/0 stores what it is sent instead of resetting [draft].",
    "lan-manual": "sV4Method of a fixed address reads manual instead of static [ref][draft].",
    "leave-commits": "Leaving edit mode saves the edits even without scene-save [seed].",
    "legacy-trigger-names": "Trigger kinds are spelled InferenceSet, Timer … [web].",
    "lists-shuffled": "Windows, masks and inference rules come back in another order (inferred).",
    "live-exposure": "With automatic exposure the gain shown is the live one [cgi].",
    "login-plain": "The login takes the password in clear and nothing else [wiki].",
    "loopback-open": "Requests from 127.0.0.1 need no credential [ext].",
    "max-rate-200000": "iMaxRate may be up to 200000, and the main stream shows 100000 [ref].",
    "metrics-percent": "Model metrics are percentages instead of fractions [ref][web].",
    "models-object": "/model/list is an object with lModels instead of an array [sdk].",
    "no-dark-boost": "BLC has no iDarkBoostLevel [ref].",
    "no-profile-cur": "nightToDay has no iProfileCur [ref].",
    "no-scene-save": "scene-save is unknown (404), so leaving edit mode saves [seed][ref].",
    "noise-reduce-s": "The denoise switch is spelled sNoiseReduceMode [ref][web].",
    "password-sha256": "The new password is sent as the RSA of its SHA-256 in hex [wiki].",
    "post-only-encode": "/video/{n}/encode answers PUT with 405 [sdk-local].",
    "resource-flat": "resource-info is four flat integers [ref][draft].",
    "resource-strings": "resource-info carries its numbers as strings [sdk-local].",
    "rtsp-url-stored": "rtsp.sURL is a stored value, the same for everybody [draft].",
    "rule-seconds": "Timestamps of rule/info are seconds instead of milliseconds [ref].",
    "sed": "The retired sound trigger SED is selected and has its dSED block [sdk].",
    "source-filter": "Inference rules carry lSourceFilter [sdk].",
    "streams-not-exclusive": "Several protocols of one stream may be on at once [ref].",
    "template-obb": "dTemplate has sOBB [ref].",
    "time-costs-session": "Setting the clock by hand invalidates every token [cgi].",
    "time-typos": "The timestamp is spelled iTimstamp [draft].",
    "uart-ref": "dUart has a device path in sPort and no sPortDev [ref].",
    "vendor-fields": "Every object carries a field that no document describes (inferred).",
    "wifi-strings": "Wi-Fi flags are the strings true and false, and the id is iId [ref].",
}


def checked(names: Iterable[str]) -> Flavours:
    """The names as a set; an unknown one is invalid input."""
    flavours = frozenset(names)
    unknown = sorted(flavours - FLAVOURS.keys())
    if unknown:
        raise InvalidInput(
            Diagnostic("unknown-flavour", f"'{name}' is not a flavour of the emulator")
            for name in unknown
        )
    return flavours
