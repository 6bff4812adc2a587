"""SenseCraft as it is documented: a login becomes a user id, an ONNX model becomes one for the camera.

As strict as the worst reading of the documents [ref][web]: what nobody asks for is a violation, above all
a credential that travels where it is not needed. What they leave open is a flavour.
"""

import hashlib
import secrets
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from recamera_gitops.emulator import answers
from recamera_gitops.emulator.answers import Refusal
from recamera_gitops.emulator.calls import Call, Json
from recamera_gitops.emulator.calls import parse as parsed
from recamera_gitops.emulator.faults import Faults, spoiled
from recamera_gitops.errors import Diagnostic, InvalidInput
from recamera_gitops.exchange import Request, Response

TOKEN, USER = "emulated-token", "emulated-user"
FRAMEWORK, DEVICE = "9", "40"  # RKNN, reCamera [ref]
LOGIN, CREATE = "/api/v1/user/login_token", "/v1/api/create_task"
FILES = "/files/"
UNKNOWN_TO_IT = b"UnknownOperator"  # in a model: what the conversion fails at
ONNX_START, ZIP_START = b"\x08", b"PK\x03\x04"
MOST_A_PAGE = 100
HTTP_CODES = range(400, 600)
STARTING = 0.1  # of the time: so long a task is in `init`

CLOUD_FLAVOURS: dict[str, str] = {
    "bare-offer": "v2 of get_model answers its four fields without an envelope [ref].",
    "flat-user": "The user id is result.user_id instead of result.user.user_id [web].",
    "http-errors": "A failure has its code as HTTP status too (inferred).",
    "only-v1": "There is no v2 of get_model (inferred).",
    "records-late": "A new task is listed only the second time that somebody looks (inferred).",
    "records-without-undone": "Tasks that are not done are listed in undone alone [ref].",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a form; a file has a name of its own."""

    name: str
    content: bytes
    filename: str | None = None


@dataclass(slots=True)
class Task:
    """A conversion, from the moment at which it was begun."""

    model_id: str
    prompt: str
    result: bytes
    fails: bool
    begun: float
    created_ms: int
    size: int
    key: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    seen: int = 0

    @property
    def md5(self) -> str:
        """Of the result."""
        return hashlib.md5(self.result, usedforsecurity=False).hexdigest()

    @property
    def filename(self) -> str:
        """What the result is called [web]."""
        return self.prompt if self.prompt.endswith(".rknn") else f"{self.model_id}.rknn"


@dataclass(slots=True)
class CloudState:
    """Everything the service knows. `seconds` is how long a conversion takes; `origin` is its own.

    `claims` is laid over what it says of a result, so that it can lie; an `expired` login opens nothing.
    """

    flavours: frozenset[str] = frozenset()
    seconds: float = 6.0
    clock: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    token: str = TOKEN
    user: str = USER
    origin: str = ""
    expired: bool = False
    claims: dict[str, object] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)
    tasks: dict[str, Task] = field(default_factory=dict)
    log: list[tuple[str, str]] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)

    def respond(self, request: Request, form: tuple[Part, ...] = ()) -> Response:
        """The answer, spoiled where a fault says so; raises ConnectionDropped where none is left."""
        call = parsed(request, "")
        self.log.append((call.method, call.path))
        fault = self.faults.take(request)
        if fault is None:
            return self._answer(call, form)
        response = answers.success()
        if fault.executes:
            response = self._answer(call, form)
        return spoiled(fault, response)

    def sent(self, path: str) -> int:
        """How many requests it got for a path."""
        return sum(each == path for _, each in self.log)

    def _answer(self, call: Call, form: tuple[Part, ...]) -> Response:
        try:
            return self._routed(call, form)
        except Refusal as refusal:
            if refusal.breach is not None:
                self.violations.append(refusal.breach)
            status = refusal.code if "http-errors" in self.flavours else 200
            known = status if status in HTTP_CODES else 200
            return answers.data({"code": refusal.code, "msg": refusal.message}, status=known)

    def _routed(self, call: Call, form: tuple[Part, ...]) -> Response:
        if call.path.startswith(FILES):
            return self._file(call)
        if call.path == LOGIN:
            return self._login(call)
        if call.header("authorization"):
            self.violations.append(f"credential: a token was sent to {call.path}")
        if call.path == CREATE:
            return self._create(call, form)
        handlers: Mapping[str, Callable[[Call], Response]] = {
            "/v1/api/get_training_records": self._records,
            "/v1/api/train_status": self._status,
            "/v1/api/get_model": self._fetch,
            "/v2/api/get_model": self._offer,
            "/v1/api/del_model": self._delete,
        }
        handler = handlers.get(call.path)
        if handler is None or (call.path.startswith("/v2") and "only-v1" in self.flavours):
            return Response(404, {"content-type": "text/html"}, b"<html>404</html>")
        if call.method != "GET":
            raise Refusal(405, "method not allowed", breach=f"method: {call.method} {call.path}")
        self._admitted(call.query.get("user_id"))
        return handler(call)

    def _admitted(self, user: str | None) -> None:
        if user is None:
            raise Refusal(400, "user_id is required", breach="user_id: it was not sent")
        if self.expired or user != self.user:
            raise Refusal(401, "token expired" if self.expired else "unknown user")

    def _login(self, call: Call) -> Response:
        """The token as it is, without `Bearer` [web]."""
        if call.method != "POST" or call.query:
            raise Refusal(405, "method not allowed", breach="login: it is a POST without a query")
        if call.header("authorization").startswith("Bearer "):
            raise Refusal(401, "invalid token", breach="login: the token was sent as a bearer")
        if self.expired or call.header("authorization") != self.token:
            raise Refusal(401, "token expired" if self.expired else "invalid token")
        who: Json = {"user_id": self.user}
        who = who if "flat-user" in self.flavours else {"user": who}
        return _ok(result={**who, "token": self.token})

    def _create(self, call: Call, form: tuple[Part, ...]) -> Response:
        if call.method != "POST":
            raise Refusal(405, "method not allowed", breach="create: it is a POST")
        fields = {part.name: part for part in form}
        self._admitted(_text(fields, "user_id"))
        for problem in _form_problems(form, fields):
            raise Refusal(400, problem, breach=f"create: {problem}")
        content = fields["file"].content
        number = len(self.tasks) + len(self.gone)
        task = Task(
            str(uuid.uuid5(uuid.NAMESPACE_OID, f"{number} {hashlib.sha256(content).hexdigest()}")),
            _text(fields, "prompt") or "",
            b"RKNN" + hashlib.sha256(content).digest() * 64,
            UNKNOWN_TO_IT in content,
            self.clock(),
            int(self.wall() * 1000),
            len(content),
        )
        self.tasks[task.model_id] = task
        return _ok({"model_id": task.model_id, "created_at": "", "model_size": None})

    def _records(self, call: Call) -> Response:
        self._only(call, "framework_type", "device_type", "page", "size")
        if (call.parameter("framework_type"), call.parameter("device_type")) != (FRAMEWORK, DEVICE):
            raise Refusal(400, "unknown type", breach="records: the types are not 9 and 40")
        page, size = _whole(call, "page"), _whole(call, "size")
        found = [task for task in reversed(self.tasks.values()) if self._is_listed(task)]
        undone = [task for task in found if self._progress(task) not in ("done", "error")]
        if "records-without-undone" in self.flavours:
            found = [task for task in found if task not in undone]
        here = found[(page - 1) * size : page * size]
        told = {"records": [*map(self._record, here)], "undone": [*map(self._record, undone)]}
        return _ok({"total": len(found), **told})

    def _is_listed(self, task: Task) -> bool:
        task.seen += 1
        return "records-late" not in self.flavours or task.seen > 1

    def _record(self, task: Task) -> Json:
        status = self._progress(task)
        ended = status in ("done", "error")
        finished = task.created_ms + int(self.seconds * 1000)
        return {
            "model_id": task.model_id,
            "status": status,
            "progress": 100 if ended else int(status) if status.isdecimal() else 0,
            "error_message": "unsupported operator: UnknownOperator" if status == "error" else "",
            "model_size": str(len(task.result)) if status == "done" else "",
            "created_at": task.created_ms,
            "started_at": task.created_ms,
            "finished_at": finished if ended else None,
        }

    def _progress(self, task: Task) -> str:
        """`init`, then a number as text, then `done` or `error` [ref]."""
        part = (self.clock() - task.begun) / self.seconds if self.seconds else 1.0
        if part >= 1:
            return "error" if task.fails else "done"
        return "init" if part < STARTING else str(int(part * 100))

    def _status(self, call: Call) -> Response:
        self._only(call, "model_id")
        return _ok(self._record(self._task(call)))

    def _task(self, call: Call) -> Task:
        task = self.tasks.get(call.parameter("model_id"))
        if task is None:
            raise Refusal(404, "model not found")
        return task

    def _finished(self, call: Call) -> Task:
        self._only(call, "model_id")
        task = self._task(call)
        if self._progress(task) != "done":
            breach = f"early: {call.path} of a model that is not done"
            raise Refusal(400, "model is not done", breach=breach)
        return task

    def _fetch(self, call: Call) -> Response:
        task = self._finished(call)
        headers = {"x-model-md5": task.md5, **({} if "md5" not in self.claims else self._lie())}
        return Response(200, {"content-type": "application/octet-stream", **headers}, task.result)

    def _lie(self) -> dict[str, str]:
        return {"x-model-md5": str(self.claims["md5"])}

    def _offer(self, call: Call) -> Response:
        task = self._finished(call)
        offer: Json = {
            "download_url": f"{self.origin}{FILES}{task.key}",
            "md5": task.md5,
            "model_size": len(task.result),
            "download_filename": task.filename,
            **self.claims,
        }
        return answers.data(offer) if "bare-offer" in self.flavours else _ok(offer)

    def _file(self, call: Call) -> Response:
        """Whoever has the address may fetch; nobody says who they are."""
        if call.query or call.header("authorization") or call.header("cookie"):
            self.violations.append("credential: something was sent to where results are fetched")
        for task in self.tasks.values():
            if call.path == FILES + task.key:
                return Response(200, {"content-type": "application/octet-stream"}, task.result)
        return Response(404, {"content-type": "text/html"}, b"<html>404</html>")

    def _delete(self, call: Call) -> Response:
        self._only(call, "model_id")
        if call.parameter("model_id") in self.gone:
            self.violations.append("repeated: a model was deleted again")
        task = self._task(call)
        self.gone.add(task.model_id)
        del self.tasks[task.model_id]
        return _ok({"model_id": task.model_id}, "del ok")

    def _only(self, call: Call, *names: str) -> None:
        for name in sorted(call.query.keys() - {"user_id", *names}):
            self.violations.append(f"parameter: {call.path} got {name}")


def checked_cloud(names: Iterable[str]) -> frozenset[str]:
    """The flavours as a set; an unknown one is invalid input."""
    flavours = frozenset(names)
    unknown = sorted(flavours - CLOUD_FLAVOURS.keys())
    if unknown:
        message = "is not a flavour of the emulated cloud"
        raise InvalidInput(Diagnostic("unknown-flavour", f"'{each}' {message}") for each in unknown)
    return flavours


def onnx(content: bytes = b"") -> bytes:
    """What may pass for a model: the beginning of a real one, and then this."""
    return b"\x08\x08\x12\x07pytorch" + content


def _ok(data: object = None, message: str = "ok", **more: object) -> Response:
    told: Json = {"code": 0, "msg": message, **({} if data is None else {"data": data}), **more}
    return answers.data(told)


def _whole(call: Call, name: str) -> int:
    text = call.parameter(name)
    if not text.isdecimal() or not 1 <= int(text) <= MOST_A_PAGE:
        raise Refusal(400, f"{name} is out of range", breach=f"records: {name} is {text}")
    return int(text)


def _text(fields: Mapping[str, Part], name: str) -> str | None:
    part = fields.get(name)
    return None if part is None else part.content.decode("utf-8", "replace")


def _form_problems(form: tuple[Part, ...], fields: Mapping[str, Part]) -> Iterator[str]:
    known = ("user_id", "framework_type", "device_type", "file", "dataset_file", "prompt")
    if len(form) != len(fields):
        yield "a field is there twice"
    for name in fields:
        if name not in known:
            yield f"unknown field {name}"
    for name, wanted in (("framework_type", FRAMEWORK), ("device_type", DEVICE)):
        if _text(fields, name) != wanted:
            yield f"{name} must be {wanted}"
    yield from _file_problems(fields.get("file"), ".onnx", ONNX_START, needed=True)
    yield from _file_problems(fields.get("dataset_file"), ".zip", ZIP_START, needed=False)


def _file_problems(part: Part | None, ending: str, start: bytes, *, needed: bool) -> Iterator[str]:
    if part is None:
        if needed:
            yield "file is required"
        return
    if part.filename is None or not part.filename.endswith(ending):
        yield f"{part.name} must be a {ending} file"
    if not part.content.startswith(start):
        yield f"{part.name} is no {ending} file"
