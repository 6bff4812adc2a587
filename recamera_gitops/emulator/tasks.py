"""`/record/storage/control`: what is done to a slot, at once or as a task that takes a while.

What a task is asked about answers is not published: here its id and its state.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from recamera_gitops.emulator import answers, relay
from recamera_gitops.emulator.answers import Refusal
from recamera_gitops.emulator.calls import Call, Json
from recamera_gitops.emulator.checks import TEXT, TRUTH, ListOf, Shape, among, problems, text, whole
from recamera_gitops.emulator.documents import Routes
from recamera_gitops.emulator.flavours import Flavours
from recamera_gitops.emulator.storage import STATES, UNFORMATTED, Slot, settle, state
from recamera_gitops.exchange import Response

if TYPE_CHECKING:
    from recamera_gitops.emulator.camera import EmulatedCamera

NOT_PERMITTED, NOT_FOUND, BUSY, INVALID = 30001, 30002, 30016, 30022
LONG = frozenset({"FORMAT", "FREE_UP", "EJECT"})
CONFIG, REMOVE = "CONFIG", "REMOVE_FILES_OR_DIRECTORIES"
RELAYS = ("RELAY", "RELAY_STATUS", "UNRELAY")
ANY_STATE = frozenset({"FORMAT", "EJECT"})
RUNNING, DONE, CANCELED = "RUNNING", "DONE", "CANCELED"
SHAPE: dict[str, Shape] = {
    "sAction": among(*sorted(LONG), CONFIG, *RELAYS, REMOVE),
    "sSlotDevPath": TEXT,
}
TASKS: dict[str, Shape] = {"sTask": among("SYNC", "ASYNC_SUBMIT", "ASYNC_STATUS", "ASYNC_CANCEL")}
QUOTA: dict[str, Shape] = {"dSlotConfig": {"iQuotaLimitBytes": whole(-1), "bQuotaRotate": TRUTH}}
REMOVED: dict[str, Shape] = {
    "lFilesOrDirectoriesToRemove": ListOf(text(r"(?!/)(?!(.*/)?\.{1,2}(/|$))[^\x00]+"))
}


@dataclass(slots=True)
class Task:
    """Something that takes a while."""

    uid: str
    action: str
    slot: Slot
    status: str = RUNNING


def routes(flavours: Flavours) -> Routes:
    """One address for everything."""
    del flavours
    return {"/record/storage/control": {"POST": _control}}


def _control(camera: "EmulatedCamera", call: Call) -> Response:
    body = call.document()
    tasked = "storage-no-tasks" not in camera.flavours
    for problem in problems({**SHAPE, **(TASKS if tasked else {})}, body):
        raise Refusal(400, problem)
    slot = camera.storage.slot(body["sSlotDevPath"])
    action = body["sAction"]
    task = body["sTask"] if tasked else "ASYNC_SUBMIT" if action in LONG else "SYNC"
    if task == "ASYNC_STATUS":
        return _told(camera, _task(camera, slot, body))
    if task == "ASYNC_CANCEL":
        return _cancel(camera, slot, body)
    if (action in LONG) is not (task == "ASYNC_SUBMIT"):
        raise Refusal(INVALID, f"EINVAL: {action} cannot be {task}")
    if action not in ANY_STATE and STATES[state(camera, slot)] < STATES["CONFIGURED"]:
        raise Refusal(BUSY, "EBUSY: storage not ready")
    camera.count(f"storage-{action.lower()}")
    if action in LONG:
        return _submit(camera, slot, action)
    if action in RELAYS:
        return relay.control(camera, slot, action)
    return (_configure if action == CONFIG else _remove)(camera, slot, body)


def _configure(camera: "EmulatedCamera", slot: Slot, body: Json) -> Response:
    for problem in problems(QUOTA, body):
        raise Refusal(400, problem)
    quota = body["dSlotConfig"]["iQuotaLimitBytes"]
    if quota > slot.size:
        raise Refusal(INVALID, "EINVAL: the quota exceeds the size of the slot")
    slot.quota, slot.rotates = quota, body["dSlotConfig"]["bQuotaRotate"]
    return camera.written()


def _remove(camera: "EmulatedCamera", slot: Slot, body: Json) -> Response:
    for problem in problems(REMOVED, body):
        raise Refusal(400, problem, breach=f"traversal: {REMOVE} of what is no path inside")
    if not body["lFilesOrDirectoriesToRemove"]:
        raise Refusal(INVALID, "EINVAL: nothing is named", breach=f"empty: {REMOVE} of nothing")
    for name in body["lFilesOrDirectoriesToRemove"]:
        inside = name.rstrip("/") + "/"
        gone = [path for path in slot.files if path == name or path.startswith(inside)]
        if not gone:
            raise Refusal(NOT_FOUND, "ENOENT: no such file or directory")
        for path in gone:
            del slot.files[path]
    return camera.written()


def _submit(camera: "EmulatedCamera", slot: Slot, action: str) -> Response:
    store = camera.storage
    if action == "EJECT" and slot.internal:
        raise Refusal(NOT_PERMITTED, "EPERM: the internal slot stays")
    if any(task.slot is slot and task.status == RUNNING for task in store.tasks.values()):
        breach = f"repeated: {action} submitted while a task of the slot is running"
        raise Refusal(BUSY, "EBUSY: a task is running", breach=breach)
    task = Task(str(next(store.numbers)), action, slot)
    store.tasks[task.uid] = task
    if action != "FREE_UP":
        _put_out_of_use(camera, slot)
    if action == "FORMAT":
        slot.state = "FORMATTING"
    camera.agenda.at(camera.clock() + store.task_seconds, lambda at: _finish(camera, task, at))
    return _told(camera, task)


def _put_out_of_use(camera: "EmulatedCamera", slot: Slot) -> None:
    store = camera.storage
    store.relays.pop(slot.dev_path, None)
    if slot is store.enabled:
        store.enabled = None
    if slot is store.wanted:
        store.wanted = store.until = None


def _finish(camera: "EmulatedCamera", task: Task, at: float) -> None:
    if task.status != RUNNING or task.slot not in camera.storage.slots:
        return
    task.status = DONE
    slot = task.slot
    if task.action == "EJECT":
        slot.state = "NOT_MOUNTED"
        return
    slot.files.clear()
    if task.action == "FORMAT":
        _formatted(camera, slot, at)


def _formatted(camera: "EmulatedCamera", slot: Slot, at: float) -> None:
    slot.state, slot.foreign = "MOUNTED", False
    slot.kind = slot.kind or "exfat"
    if not slot.internal and ("format-new-uuid" in camera.flavours or slot.uuid is None):
        slot.uuid = uuid4().hex[:8].upper()
    if camera.storage.enabled is None:
        settle(camera, at)


def _task(camera: "EmulatedCamera", slot: Slot, body: Json) -> Task:
    """The task with that id, or the last one of the slot and the action."""
    found = [
        task
        for task in camera.storage.tasks.values()
        if task.slot is slot
        and task.action == body["sAction"]
        and body.get("sTaskUID", task.uid) == task.uid
    ]
    if not found:
        raise Refusal(NOT_FOUND, "ENOENT: no such task")
    return found[-1]


def _cancel(camera: "EmulatedCamera", slot: Slot, body: Json) -> Response:
    task = _task(camera, slot, body)
    if task.status == RUNNING:
        task.status = CANCELED
        if task.action == "FORMAT":
            slot.state, slot.kind = UNFORMATTED, None  # half a file system
    return _told(camera, task)


def _told(camera: "EmulatedCamera", task: Task) -> Response:
    if camera.flavours & {"storage-bare-status", "storage-no-tasks"}:
        return camera.written()
    answer = {"code": 0, "message": "success", "sTaskUID": task.uid, "sTaskStatus": task.status}
    return answers.data(answer)
