"""Models of the cloud, as people and programs read them. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from recamera_gitops.cloud.fetching import Fetched
from recamera_gitops.cloud.tasks import Task
from recamera_gitops.operations.models import UploadedModel
from recamera_gitops.report.operated import FORMAT_VERSION, Operated, as_json, operated_json
from recamera_gitops.report.operations.facts import UNKNOWN, facts, size
from recamera_gitops.report.paint import Paint, plain
from recamera_gitops.report.tables import table
from recamera_gitops.report.values import counted, document
from recamera_gitops.secret import printable


@dataclass(frozen=True, slots=True)
class Conversion:
    """A model that is being converted, and the file that became of it, once there is one."""

    task: Task
    file: Fetched | None = None


def tasks_text(tasks: Sequence[Task], paint: Paint = plain) -> str:
    """A line for each."""
    rows = [
        (each.model_id, each.shown, size(each.size_bytes), each.created or UNKNOWN)
        for each in tasks
    ]
    shown = table(("model", "state", "size", "created"), rows, paint) if rows else ()
    return "".join(f"{line}\n" for line in (*shown, counted(len(tasks), "model")))


def task_text(task: Task, paint: Paint = plain) -> str:
    """What is known of one."""
    return "".join(f"{line}\n" for line in facts([*_facts(task)], paint))


def conversion_text(made: Conversion, paint: Paint = plain) -> str:
    """The file, or how far it is."""
    if made.file is None:
        return task_text(made.task, paint)
    file = made.file
    told = "was there already" if file.was_there else "fetched"
    path = printable(file.file)
    return f"{path}  {told}, {size(file.size_bytes)}, md5 {file.md5}\n"


def result_json(
    name: str, value: object, done: Sequence[Operated[UploadedModel]] | None = None
) -> str:
    """The same for programs; `devices` stands in it where the result was brought to cameras."""
    told = {"format_version": FORMAT_VERSION, "operation": name, "result": as_json(value)}
    if done is not None:
        told["devices"] = operated_json(name, done)["devices"]
    return document(told) + "\n"


def _facts(task: Task) -> Iterator[tuple[str, str]]:
    yield "model", task.model_id
    yield "state", task.shown
    if task.size_bytes is not None:
        yield "size", size(task.size_bytes)
    for name in ("created", "started", "finished"):
        moment = getattr(task, name)
        if moment is not None:
            yield name, moment
