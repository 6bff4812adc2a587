"""The cloud as commands need it: where it is, who is logged in, signals, and progress in lines."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from recamera_gitops.cli import console, signals
from recamera_gitops.cli.cloud_options import LOGIN_VARIABLE, USER_VARIABLE, Where
from recamera_gitops.cloud.account import token_in, user_of
from recamera_gitops.cloud.http import HttpTransport
from recamera_gitops.cloud.service import Service
from recamera_gitops.cloud.tasks import MODEL_ID
from recamera_gitops.desired.origins import Lacking
from recamera_gitops.device.asking import Told
from recamera_gitops.errors import Diagnostic, InvalidInput
from recamera_gitops.fleet.environment import Environment
from recamera_gitops.secret import Secret

KEYRING: Final = "recamera-gitops"  # the service under which a user id is kept, by address


@dataclass(frozen=True, slots=True)
class Calling:
    """An open conversation with the service as the user who is logged in."""

    service: Service
    interruption: signals.Interruption


@contextmanager
def opened(where: Where) -> Iterator[Calling]:
    """The service; InvalidInput where nobody is logged in."""
    checked, environment = where.checked(), Environment.real()
    with signals.interruptible(environment.stop) as interruption:
        transport = HttpTransport(environment.clock)
        user = _user(checked, environment, transport)
        yield Calling(Service(transport, environment.clock, checked.cloud, user), interruption)


def _user(where: Where, environment: Environment, transport: HttpTransport) -> Secret:
    """From the variables of this run, else from the keyring."""
    if found := environment.variables.get(USER_VARIABLE):
        return Secret(found)
    if token := environment.variables.get(LOGIN_VARIABLE):
        return user_of(transport, where.accounts, token_in(token))
    kept = environment.keyring(KEYRING, where.cloud)
    if isinstance(kept, Lacking):
        message = f"nobody is logged in to {where.cloud}: {kept.message}"
        hint = f"say: recamera-gitops cloud login, or set {USER_VARIABLE} or {LOGIN_VARIABLE}"
        raise InvalidInput([Diagnostic("no-login", message, hint=hint)])
    return Secret(kept)


def known(model_id: str) -> str:
    """The id, if it can be one."""
    if not MODEL_ID.fullmatch(model_id):
        message = "this is no id of a model"
        raise InvalidInput([Diagnostic("unknown-model", message, model_id)])
    return model_id


class Teller:
    """Says how far something is, at every tenth of each part of it."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._tenth: tuple[str, int] | None = None
        self._text = ""

    def __call__(self, told: Told) -> None:
        """A line, where there is something new."""
        tenth = (told.text.partition(" ")[0], told.percent // 10)
        if tenth != self._tenth and told.text != self._text:
            self._tenth, self._text = tenth, told.text
            console.say(f"{self._name}: {told.text}")
