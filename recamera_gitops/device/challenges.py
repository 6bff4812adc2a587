"""How a password is proven to whoever asks for it: Digest where it is offered, Basic where nothing else is."""

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

# Whoever offers a choice is answered with the better one.
_DIGEST, _BASIC = "digest", "basic"
_ALGORITHMS: Final = {"md5": "md5", "sha-256": "sha256"}
_QUALITY: Final = "auth"
# A parameter, or the name of a scheme. What they are found in is bounded.
_PART: Final = re.compile(
    r"""(?x)
    (?P<name> [A-Za-z-]{1,40} ) \s{0,4} = \s{0,4}
        (?: " (?P<quoted> (?: [^"\\] | \\. )* ) " | (?P<bare> [^\s,"]+ ) )
    | (?P<scheme> [A-Za-z][\w-]{0,40} )
    """
)


@dataclass(frozen=True, slots=True)
class Login:
    """Who somebody is, to one server."""

    username: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a server wants to have proven, and how."""

    scheme: str
    told: Mapping[str, str]

    @property
    def is_stale(self) -> bool:
        """Whether the login was right, and only its challenge was an old one."""
        return self.scheme == _DIGEST and self.told.get("stale", "").lower() == "true"

    def answer(self, login: Login, method: str, target: str, count: int, own: str) -> str:
        """The value of Authorization for one request, the so-manieth to this challenge.

        `own` is a number of ours that is used once. Text is as in a message: Latin-1.
        """
        if self.scheme == _BASIC:
            both = f"{login.username}:{login.password}".encode()
            return f"Basic {base64.b64encode(both).decode('ascii')}"
        return self._digest(login, asked=f"{method}:{target}", target=target, count=count, own=own)

    def _digest(self, login: Login, *, asked: str, target: str, count: int, own: str) -> str:
        user, password = (_as_latin(each) for each in (login.username, login.password))
        realm, nonce = self.told["realm"], self.told["nonce"]
        times = f"{count:08x}"
        middle = [times, own, _QUALITY] if "qop" in self.told else []
        who, what = self._hash(f"{user}:{realm}:{password}"), self._hash(asked)
        response = self._hash(":".join([who, nonce, *middle, what]))
        parts = {"username": user, "realm": realm, "nonce": nonce, "uri": target}
        parts["response"] = response
        bare = {key: self.told[key] for key in ("algorithm",) if key in self.told}
        if middle:
            parts["cnonce"] = own
            bare |= {"qop": _QUALITY, "nc": times}
        if "opaque" in self.told:
            parts["opaque"] = self.told["opaque"]
        quoted = [f'{key}="{_escaped(value)}"' for key, value in parts.items()]
        return "Digest " + ", ".join([*quoted, *(f"{key}={value}" for key, value in bare.items())])

    def _hash(self, text: str) -> str:
        name = _ALGORITHMS[self.told.get("algorithm", "md5").lower()]
        return hashlib.new(name, text.encode("latin-1"), usedforsecurity=False).hexdigest()


def challenge(offered: Iterable[str]) -> Challenge | None:
    """The one to answer of those in the values of WWW-Authenticate; None where none is understood."""
    understood = [each for value in offered for each in _offered(value) if _is_understood(each)]
    return min(understood, key=lambda each: each.scheme != _DIGEST, default=None)


def _offered(value: str) -> list[Challenge]:
    found: list[tuple[str, dict[str, str]]] = []
    for part in _PART.finditer(value):
        if part["scheme"] is not None:
            found.append((part["scheme"].lower(), {}))
        elif found:
            quoted = part["quoted"]
            said = part["bare"] if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
            found[-1][1].setdefault(part["name"].lower(), said)
    return [Challenge(scheme, told) for scheme, told in found]


def _is_understood(offered: Challenge) -> bool:
    if offered.scheme == _BASIC:
        return True
    told = offered.told
    qualities = [each.strip().lower() for each in told.get("qop", _QUALITY).split(",")]
    return (
        offered.scheme == _DIGEST
        and {"realm", "nonce"} <= told.keys()
        and told.get("algorithm", "md5").lower() in _ALGORITHMS
        and _QUALITY in qualities
    )


def _as_latin(text: str) -> str:
    """Text whose Latin-1 is the UTF-8 of this one."""
    return text.encode().decode("latin-1")


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
