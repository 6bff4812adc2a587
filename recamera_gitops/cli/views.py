"""How a result leaves the program: for each kind of result one view per form, chosen once."""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias, TypeVar

from recamera_gitops.cli import console
from recamera_gitops.cli.forms import Forms
from recamera_gitops.errors import ExitCode
from recamera_gitops.files import replace_file
from recamera_gitops.reconcile.compare import inner_differences
from recamera_gitops.reconcile.plan import plan_json
from recamera_gitops.report.drift import drift_json
from recamera_gitops.report.gitlab import widget
from recamera_gitops.report.html.page import carried_page, plan_page
from recamera_gitops.report.junit import junit
from recamera_gitops.report.markdown import carried_markdown, plan_markdown
from recamera_gitops.report.outcomes import carried_json, carried_text
from recamera_gitops.report.paint import Paint, plain
from recamera_gitops.report.results import Carried, Planned
from recamera_gitops.report.text import drift_text, plan_text, steps_text
from recamera_gitops.report.values import document

Shown = TypeVar("Shown")
View: TypeAlias = Callable[[Shown, Paint], str]


def plan_as_text(shown: Planned, paint: Paint) -> str:
    """For people; with every request where that is asked for."""
    if shown.drift is not None:
        return drift_text(shown.drift, paint, inner_differences)
    text = plan_text(shown.plan, paint, inner_differences)
    return f"{text}\n{steps_text(shown.plan, paint)}" if shown.steps else text


def _plan_as_json(shown: Planned, _paint: Paint) -> str:
    """A plan, requests included, or drift."""
    told = plan_json(shown.plan) if shown.drift is None else drift_json(shown.drift)
    return document(told) + "\n"


def _carried_as_json(shown: Carried, _paint: Paint) -> str:
    return document(carried_json(shown)) + "\n"


PLAN: Final[Mapping[str, View[Planned]]] = {
    "text": plan_as_text,
    "json": _plan_as_json,
    "markdown": lambda shown, _: plan_markdown(shown, inner=inner_differences),
    "html": lambda shown, _: plan_page(shown, inner_differences),
    "gitlab": lambda shown, _: document(widget(shown.plan)) + "\n",
}
CARRIED: Final[Mapping[str, View[Carried]]] = {
    "text": carried_text,
    "json": _carried_as_json,
    "markdown": lambda shown, _: carried_markdown(shown),
    "html": lambda shown, _: carried_page(shown, inner_differences),
    "junit": lambda shown, _: junit(shown),
}


def deliver(forms: Forms, views: Mapping[str, View[Shown]], shown: Shown) -> list[ExitCode]:
    """Show it, and write its files: each whole, or not at all, which is said and is an error."""
    console.result(views[forms.screen](shown, console.paint()))
    troubles = []
    for each in forms.files:
        if each.file is not None:
            content = views[each.name](shown, plain)
            try:
                replace_file(each.file, content.encode("utf-8", "backslashreplace"))
            except OSError as error:
                console.warn(f"{each.file} could not be written: {error.strerror}")
                troubles.append(ExitCode.ERROR)
    return troubles
