"""The disputed and the version-dependent behaviours of the camera, each as a named switch.

Sources contradict each other about the shipping firmware; whatever a client must survive both ways
is a flavour. Without any flavour the camera behaves as V1.0.10 most probably does and,
where that is not known, as is worst for a client.
"""

from collections.abc import Iterable

from recamera_gitops.errors import Diagnostic, InvalidInput

Flavours = frozenset[str]

FLAVOURS: dict[str, str] = {
    "audio-floor": "/audio/storage shows 16000, which it refuses to be written [ref].",
    "audio-low-rates": "/audio/storage takes bit rates from 8000 instead of from 32000 [cgi].",
    "audio-strings": "/audio/storage carries iBitRate as a string [ref].",
    "class-filter-ints": "lClassFilter shows class numbers; labels become numbers [ref][web].",
    "code-200": "A successful write answers code 200 instead of 0 [web].",
    "dark-boost-zero": "iDarkBoostLevel starts at 0 and may be 0 [sdk].",
    "data-dir-dcim": "sDataDirName is DCIM instead of reCamera [ref].",
    "delete-active": "The model that runs can be deleted; inference is in error then (inferred).",
    "dns-method-inverted": "bEnableMethod is true for DNS from DHCP, not for DNS by hand [wiki][cgi].",
    "download-whole": "/download/config.tar is sent whole, whatever range is asked for (inferred).",
    "echo-writes": "A write answers the new object instead of code and message [rockchip].",
    "errors-as-200": "Every failure, 401 included, is an HTTP 200 with a non-zero code [sdk][web].",
    "event-fails": "A recording that is set off ends FAILED, without a file [ref].",
    "expiry-commits": "Edits left open for five minutes are kept, not dropped [draft].",
    "first-use": "The factory password is in place: a login only allows changing it [wiki][cgi].",
    "float-noise": "Fractions come back with single-precision rounding noise [sdk].",
    "format-new-uuid": "Formatting gives a removable slot another UUID (inferred).",
    "ftp-sEnabel": "/ftp/setting spells its switch sEnabel [ref][draft].",
    "gpio-both": "dGPIO names the pin by sName and iNum [ref][sdk].",
    "gpio-number": "dGPIO names the pin by iNum only [ref].",
    "image-merge": "Image sections keep omitted keys instead of resetting them [rockchip].",
    "image-post-modifies": "POST /image/0 stores what it is sent instead of resetting [draft].",
    "import-reboots": "Importing a configuration reboots at once, not when told to [wiki].",
    "inference-stop": "Inference that is off has the status stop instead of stopped [draft].",
    "lan-expected-ip": "Writing an address answers sExpectedIp as well [cgi].",
    "lan-manual": "sV4Method of a fixed address reads manual instead of static [ref][draft].",
    "lan-reply-lost": "The address moves before the answer is out [wiki].",
    "lan-unobtainable": "No address can be written: Unable to Obtain IP address [cgi].",
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
    "no-internet": "Releases of the firmware cannot be looked up [cgi].",
    "no-profile-cur": "nightToDay has no iProfileCur [ref].",
    "no-redirect": "The port of the other scheme drops connections instead of redirecting (inferred).",
    "no-scene-save": "scene-save is unknown (404), so leaving edit mode saves [seed][ref].",
    "noise-reduce-s": "The denoise switch is spelled sNoiseReduceMode [ref][web].",
    "ntp-unsynced": "The time server cannot be reached: status is 1, the clock is not set [wiki].",
    "password-keeps-sessions": "Changing the password leaves the sessions alone (inferred).",
    "password-sha256": "The new password is sent as the RSA of its SHA-256 in hex [wiki].",
    "post-only-encode": "/video/{n}/encode answers PUT with 405 [sdk-local].",
    "progress-seed": "Only GET /system/firmware-upgrade tells the progress of a download [seed].",
    "progress-web": "Only /system/firmware-download-progress tells it [web][cgi].",
    "reboot-slow": "A reboot takes 30 seconds (inferred).",
    "relay-late": "The first answer to RELAY has no directory yet [web].",
    "relay-no-listing": "Directories under /storage/relay/ are not listed [sdk].",
    "relay-no-ranges": "Files under /storage/relay/ are always sent whole (inferred).",
    "reset-10002": "A lapsed confirm token of the factory reset is code 10002 instead of 401 [wiki].",
    "reset-new-certificate": "A factory reset makes a new certificate (inferred).",
    "resource-flat": "resource-info is four flat integers [ref][draft].",
    "resource-strings": "resource-info carries its numbers as strings [sdk-local].",
    "rtsp-basic": "The stream asks for Basic instead of Digest authentication (inferred).",
    "rtsp-url-stored": "rtsp.sURL is a stored value, the same for everybody [draft].",
    "rule-seconds": "Timestamps of rule/info are seconds instead of milliseconds [ref].",
    "sed": "The retired sound trigger SED is selected and has its dSED block [sdk].",
    "source-filter": "Inference rules carry lSourceFilter [sdk].",
    "storage-bare-status": "Storage tasks answer code 0 and nothing of how far they are (inferred).",
    "storage-idle": "An enabled slot is IDLE instead of READY [sdk].",
    "storage-no-tasks": "storage/control ignores sTask: FORMAT and its like begin at once [ref].",
    "storage-slow": "Enabling a slot takes 20 seconds [ref].",
    "stream-merge": "Streams keep blocks that a write leaves out [rockchip].",
    "streams-not-exclusive": "Several protocols of one stream may be on at once [ref].",
    "system-bare": "/system/ssh and /system/remain-space are unknown [seed].",
    "template-obb": "dTemplate has sOBB [ref].",
    "terminal-login": "The terminal asks for user and password before it gives a shell [wiki].",
    "time-answers-code": "A write of the time answers code and message, not the time [cgi].",
    "time-costs-session": "Setting the clock by hand invalidates every token [cgi].",
    "time-typos": "The timestamp is spelled iTimstamp [draft].",
    "tz-computed": "sTz is what sTimezone makes of today, daylight saving included (inferred).",
    "uart-ref": "dUart has a device path in sPort and no sPortDev [ref].",
    "update-bool": "iUpdateAvailable is a boolean instead of 0 or 1 [ref].",
    "upgrade-brings-settings": "Only a new firmware has iDarkBoostLevel and the serial port (inferred).",
    "upgrade-resets-config": "A new firmware starts with the factory's settings (inferred).",
    "upgrade-sha256-error": "A downloaded firmware does not match its checksum [cgi].",
    "upgrade-unchanged": "After an upgrade the version is what it was (inferred).",
    "upload-201": "A chunk is answered with 201 and the range so far [rockchip].",
    "upload-308": "A chunk is answered with 308, without Location, and the range so far [rockchip].",
    "upload-bad-md5": "An upload never matches its MD5 (inferred).",
    "upload-query": "An empty chunk asks for the range so far [rockchip].",
    "upload-size-body": "The size of an upload is iFileSize in the body, not a header [ref].",
    "vendor-fields": "Every object carries a field that no document describes (inferred).",
    "wifi-async": "Joining a network is answered at once and happens later (inferred).",
    "wifi-cable": "A cable is plugged in: out of the air the camera answers at its wired address.",
    "wifi-leaves-first": "A network that cannot be joined has already cost the old one (inferred).",
    "wifi-other-address": "Another network means another address [wiki].",
    "wifi-reply-lost": "The answer to a connect is lost, for the network is gone by then [wiki].",
    "wifi-slow": "Joining a network takes eight seconds (inferred).",
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
