"""The service as one user: what may be asked again is asked again, and nothing else."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from recamera_gitops.cloud.envelope import opened
from recamera_gitops.cloud.form import Form
from recamera_gitops.cloud.http import Sink, Transport
from recamera_gitops.device.clock import Clock
from recamera_gitops.device.patience import Patience
from recamera_gitops.errors import NotUnderstood, Unavailable, Unreachable
from recamera_gitops.exchange import Json, Response
from recamera_gitops.secret import Secret

# What a request may end with although it was carried out.
IN_DOUBT: Final = (Unreachable, NotUnderstood, Unavailable)
_LEAST_FAILURE: Final = 400
_PATIENCE: Final = 60.0  # seconds in which a read is asked again


class Service:
    """SenseCraft at `base`; `user` travels in every request and stands in no message."""

    def __init__(self, transport: Transport, clock: Clock, base: str, user: Secret) -> None:
        self.clock = clock
        self.transport = transport
        self.base = base
        self.user = user
        self._patience = Patience(clock, _PATIENCE)

    def read(self, path: str, **query: str) -> dict[str, Json]:
        """The envelope of what is asked for."""
        return self._patience.read(lambda: self.once(path, **query))

    def once(self, path: str, **query: str) -> dict[str, Json]:
        """The same, never repeated: for what does more than to tell."""
        return opened(self.transport.send("GET", self._url(path, query)), f"GET {path}")

    def post(self, path: str, form: Form) -> dict[str, Json]:
        """A form, sent once."""
        return opened(self.transport.send("POST", self.base + path, form=form), f"POST {path}")

    def fetch(self, path: str, into: Sink | None, most: int, **query: str) -> Response:
        """A file of the service itself, or its head alone; an error where something else came."""
        response = self.transport.fetch(self._url(path, query), into, most)
        if response.body or response.status >= _LEAST_FAILURE:
            opened(response, f"GET {path}")
        return response

    def _url(self, path: str, query: Mapping[str, str]) -> str:
        return f"{self.base}{path}?{urlencode({'user_id': self.user.reveal(), **query})}"
