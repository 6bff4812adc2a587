"""Cameras as they were seen beside cameras as they are known. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from recamera_gitops.report.paint import Paint, plain
from recamera_gitops.secret import printable


class Standing(StrEnum):
    """How what was seen stands to what is known."""

    NEW = "new"
    KNOWN = "known"
    CHANGED = "changed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Identity:
    """One camera: `seen` and `known` are sentences to compare, `error` why nothing was seen."""

    device: str
    host: str
    standing: Standing
    seen: str = ""
    known: str = ""
    error: str | None = None


def described(serial: str | None, fingerprint: str | None) -> str:
    """`serial RC1…, certificate sha256:…`."""
    number = serial or "not read"
    certificate = f"certificate sha256:{fingerprint}" if fingerprint else "no certificate"
    return f"serial {number}, {certificate}"


def identities_text(identities: tuple[Identity, ...], paint: Paint = plain) -> str:
    """Each camera with what a label on it, or its web page, can be compared with."""
    return "".join(_entry(each, paint) for each in identities)


def _entry(identity: Identity, paint: Paint) -> str:
    trouble = identity.standing in (Standing.CHANGED, Standing.FAILED)
    standing = paint("trouble" if trouble else "good", identity.standing)
    lines = [f"{printable(identity.device)}  {printable(identity.host)}  {standing}"]
    if identity.standing is Standing.CHANGED:
        lines.append(f"    known: {printable(identity.known)}")
        lines.append(f"    seen:  {printable(identity.seen)}")
    elif identity.standing is not Standing.FAILED:
        lines.append(f"    {printable(identity.seen)}")
    if identity.error:
        lines.append(f"    {printable(identity.error)}")
    return "\n".join(lines) + "\n"
