"""Files that sops has encrypted: opened by the program `sops`, and looked into by key."""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from recamera_gitops.desired.messages import did_you_mean, echo
from recamera_gitops.desired.nodes import below
from recamera_gitops.desired.origins import Ended, Lacking, Program, Trouble

_SECONDS: Final = 60.0  # a key may be kept by a service far away
_LARGEST: Final = 4 << 20
_DEEPEST: Final = 8
# What sops and the services that keep its keys are configured with, and nothing else of this process.
_VARIABLES: Final = frozenset(
    (
        *("PATH", "HOME", "USER", "LOGNAME", "LANG", "TMPDIR", "GNUPGHOME", "GPG_TTY"),
        *("SSH_AUTH_SOCK", "DBUS_SESSION_BUS_ADDRESS", "IDENTITY_ENDPOINT", "IDENTITY_HEADER"),
        *("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"),
        *("SSL_CERT_FILE", "SSL_CERT_DIR"),
    )
)
_PREFIXES: Final = (
    *("SOPS_", "AWS_", "GOOGLE_", "CLOUDSDK_", "AZURE_", "VAULT_", "HUAWEICLOUD_"),
    *("XDG_", "LC_"),
)
# Exit codes of sops 3, by what they mean for the reader.
_NO_KEY: Final = (111, 128)
_CHANGED: Final = (24, 25, 51, 52)
_INSTALL: Final = "install it and put it on PATH: https://getsops.io"


def decrypting(path: Path, root: Path, variables: Mapping[str, str]) -> Program:
    """The program that writes the whole file in clear, as JSON whatever its form is."""
    words = ("sops", "--decrypt", "--output-type", "json", str(path))
    return Program(words, root, _needed(variables), _SECONDS, _LARGEST)


def _needed(variables: Mapping[str, str]) -> dict[str, str]:
    kept = {k: v for k, v in variables.items() if k in _VARIABLES or k.startswith(_PREFIXES)}
    if "PATH" in kept:
        # A relative folder would lead into the repository, where anybody may have put a `sops`.
        folders = kept["PATH"].split(os.pathsep)
        kept["PATH"] = os.pathsep.join(each for each in folders if each.startswith("/"))
    return kept


def opened(name: str, ended: Ended) -> Mapping[str, Any] | Lacking:
    """The content of a file that sops has been asked for, or what went wrong."""
    if ended.trouble is not None or ended.code:
        return _trouble(echo(name), ended)
    try:
        content = json.loads(ended.output)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        return Lacking("sops-failed", f"what sops says of {echo(name)} cannot be understood")
    return content


def _trouble(name: str, ended: Ended) -> Lacking:
    if ended.trouble is not None:
        hint = _INSTALL if ended.trouble is Trouble.NOT_FOUND else None
        return Lacking("sops-failed", f"{name} cannot be decrypted: sops {ended.trouble}", hint)
    if ended.code in _NO_KEY:
        hint = "give it one, for instance in the file that SOPS_AGE_KEY_FILE names"
        return Lacking("sops-failed", f"sops has no key that opens {name}", hint)
    if ended.code in _CHANGED:
        hint = "change it with sops, or take it back from git"
        return Lacking("sops-failed", f"{name} is not as sops has written it", hint)
    return Lacking(
        "sops-failed", f"sops cannot read {name} (exit code {ended.code})", "has sops encrypted it?"
    )


def text_at(name: str, content: Mapping[str, Any], key: str) -> str | Lacking:
    """The text below a dotted key; a key of the file may have dots in it."""
    found = list(_reached(content, key))
    where = f"{echo(key)} in {echo(name)}"
    if not found:
        hint = did_you_mean(key, _texts(content))
        return Lacking("no-such-key", f"there is no {where}", hint)
    if len(found) > 1:
        hint = "rename one of the keys that have a dot in them"
        return Lacking("no-such-key", f"there is more than one {where}", hint)
    if isinstance(found[0], str):
        return found[0]
    plain = isinstance(found[0], int | float)
    hint = "put it in quotes in the file" if plain else None
    return Lacking("wrong-type", f"{where} is not text", hint)


def _reached(value: object, key: str) -> Iterator[object]:
    """Everything that the key may mean, each part of it being one or more steps long."""
    if isinstance(value, list):
        members = {str(number): each for number, each in enumerate(value)}
    else:
        members = value if isinstance(value, dict) else {}
    if key in members:
        yield members[key]
    for member, inner in members.items():
        if key.startswith(f"{member}."):
            yield from _reached(inner, key[len(member) + 1 :])


def _texts(value: object, path: str = "", depth: int = 0) -> Iterator[str]:
    """The keys of texts, as far down as somebody would write one."""
    if isinstance(value, str):
        yield path
    elif isinstance(value, dict) and depth < _DEEPEST:
        for key, inner in value.items():
            yield from _texts(inner, below(path, key), depth + 1)
