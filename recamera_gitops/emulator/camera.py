"""One emulated camera: a state machine from request to response, without a socket.

It is strict on purpose. What a real camera might swallow but a careful client must never send is
noted in `violations`; every request is kept in `log`. `handle` may be called from any thread.
"""

from recamera_gitops.emulator import answers, calls, control, image, sessions, streams
from recamera_gitops.emulator.answers import Refusal
from recamera_gitops.emulator.calls import Call
from recamera_gitops.emulator.device import Device, Exchange, shared_key
from recamera_gitops.emulator.documents import Handler
from recamera_gitops.emulator.faults import ConnectionDropped, Fault, spoiled
from recamera_gitops.emulator.network import WLAN
from recamera_gitops.emulator.upgrade import CANCEL, UPGRADE
from recamera_gitops.exchange import Request, Response

MOST_IN_FLIGHT = 4
# Served by the media and record processes, which a write of /notify/cfg restarts [sdk-local].
MEDIA = ("/video/", "/osd/", "/image/", "/record/", "/model/inference", "/notify/")
DROPPED = 0
__all__ = ["EmulatedCamera", "Exchange", "shared_key"]


class EmulatedCamera(Device):
    """A camera with the given flavours.

    Tests set the plain attributes: `firmware`, `restart_seconds`, `reboot_seconds`, `edit_seconds`,
    `inference_seconds`, `event_seconds`, `reset_seconds`, `download_seconds`, `flash_seconds`, `public_key` (a
    hostile PEM), `releases` (of the firmware, the latest last), `leases` (what DHCP gives),
    `interface` (the one it is reached over), `radio`, `sessions`, `storage`, `uploads`,
    `confirmations`, `faults`, `picture` (what is wrong with it), `elsewhere` (the methods of RTSP that
    redirect, and where to), `haste` (how much too fast its frames come), and `on_request(index, request)`,
    which runs before each request, outside the lock. `viewed` has the methods that viewers asked for,
    each with the kind of login it brought. `actions` counts what is not to be repeated; `listener` is
    told that something may have changed.
    """

    def handle(
        self,
        request: Request,
        client: str = "127.0.0.1",
        *,
        scheme: str | None = None,
        host: str | None = None,
    ) -> Response:
        """Answer one request, or raise `ConnectionDropped`.

        With `scheme` or `host` the request arrives that way: redirected by the wrong one of the
        two ports, dropped where no camera lives (any more).
        """
        self.arrived()
        try:
            if host is not None and host != self.host:
                raise ConnectionDropped(executed=False)
            return self.respond(request, client, scheme)
        finally:
            self.answered()

    def arrived(self) -> None:
        """Count a request in flight; the server counts them from first byte to last."""
        with self._traffic:
            self.in_flight += 1
            self.max_in_flight = max(self.max_in_flight, self.in_flight)
            crowded = self.in_flight > MOST_IN_FLIGHT
        if crowded:
            self.breach(f"in-flight: more than {MOST_IN_FLIGHT} requests at once")

    def answered(self) -> None:
        """The request is no longer in flight."""
        with self._traffic:
            self.in_flight -= 1

    def respond(self, request: Request, client: str, scheme: str | None = None) -> Response:
        """`handle` without counting the request as in flight."""
        if request.path.startswith(control.PREFIX):
            with self._lock:
                self.agenda.run(self.clock())
                response = control.respond(self, request, client)
            self._tell()
            return response
        if self.on_request is not None:
            self.on_request(next(self._index), request)
        with self._lock:
            status = DROPPED
            try:
                response = self._powered(request, client, scheme)
                status = response.status
            finally:
                self.requests += 1
                self.log.append(Exchange(request.method, request.path, status, self.clock()))
                self._tell()
            return response

    def tick(self) -> None:
        """Do what is due by now, without a request."""
        with self._lock:
            self.agenda.run(self.clock())
        self._tell()

    def _powered(self, request: Request, client: str, scheme: str | None) -> Response:
        self.agenda.run(self.clock())
        if not self.power or self.clock() < self.booted_at or self._out_of_air():
            raise ConnectionDropped(executed=False)
        image.expire(self)
        if scheme not in {None, self.scheme}:
            return self._elsewhere(request)
        fault = self.faults.take(request)
        if fault is None:
            return self._answer(request, client)
        return self._faulty(fault, request, client)

    def _out_of_air(self) -> bool:
        return self.interface == WLAN and self.radio.at is None

    def _elsewhere(self, request: Request) -> Response:
        """What the port of the other scheme answers [ext]."""
        if "no-redirect" in self.flavours:
            raise ConnectionDropped(executed=False)
        headers = {name.lower(): value for name, value in request.headers.items()}
        if self.scheme == "https" and headers.keys() & {"cookie", "authorization"}:
            self.breach("downgrade: a credential was sent in clear while HTTPS is on")
        host = headers.get("host", self.host).partition(":")[0]
        port = self.ports[self.scheme]
        origin = f"{self.scheme}://{host}" + ("" if port in {80, 443} else f":{port}")
        return Response(307, {"location": origin + request.path, "content-type": "text/html"})

    def _faulty(self, fault: Fault, request: Request, client: str) -> Response:
        response = answers.success()
        if fault.executes:
            response = self._answer(request, client)
        if fault.kind == "late":
            when = self.clock() + fault.seconds
            self.agenda.at(when, lambda _at: self._answer(request, client))
        if fault.merge:
            self.patch(fault.document or calls.endpoint(request.path)[0], fault.merge)
        return spoiled(fault, response)

    def _answer(self, request: Request, client: str) -> Response:
        call = calls.parse(request, client)
        if not call.known:
            if call.writes:
                self.breach(f"unknown-endpoint: {call.method} {call.path}")
            return answers.console()
        try:
            return self._admitted(call)
        except Refusal as refusal:
            if refusal.breach is not None:
                self.breach(refusal.breach)
            if call.path.startswith(calls.WEBSOCKETS):  # it is the web server that declines [ext]
                return answers.console(refusal.code)
            return answers.refused(refusal, as_200="errors-as-200" in self.flavours)

    def _admitted(self, call: Call) -> Response:
        gate = streams if call.path.startswith(calls.WEBSOCKETS) else sessions
        gate.authorise(self, call)
        handler = self._route(call)
        if self.clock() < self.media_back_at and call.path.startswith(MEDIA):
            raise Refusal(500, "Backend connection failed: -1")
        if call.writes and call.path not in sessions.OPEN_PATHS:
            self.writes += 1
            if self.upgrade.busy and call.path not in {UPGRADE, CANCEL}:
                self.breach(f"during-upgrade: {call.method} {call.path}")
            self.syslog.write("info", f"entry.cgi: {call.method} {call.path}")
        return handler(self, call)

    def _route(self, call: Call) -> Handler:
        relayed = call.path.startswith(calls.RELAY)
        handlers = self.routes.get(calls.RELAY if relayed else call.path)
        breach = None
        if call.writes and not _disputed(call):
            breach = f"unknown-endpoint: {call.method} {call.path}"
        if handlers is None:
            raise Refusal(404, "API Not Found", breach=breach)
        try:
            return handlers[call.method]
        except KeyError:
            raise Refusal(405, "Method not allowed", breach=breach) from None


def _disputed(call: Call) -> bool:
    """Whether the sources tell a client to try this write and live with a 404 or 405."""
    return call.path == "/image/0/scene-save" or call.path.endswith("/encode")
