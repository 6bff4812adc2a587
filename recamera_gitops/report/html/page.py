"""The page itself; the only door to the template library.

Script and style stand in the page, and its policy names their digests, so that nothing else can run in it
and nothing is fetched. What is known of cameras comes in as data, and the script shows it as text.
"""

import hashlib
import json
from base64 import b64encode
from importlib import resources
from typing import Final

from recamera_gitops.exchange import Json
from recamera_gitops.report.html import overview
from recamera_gitops.report.html.chart import chart
from recamera_gitops.report.html.document import document
from recamera_gitops.report.html.shots import Shots, shots
from recamera_gitops.report.inside import Inner, no_inner
from recamera_gitops.report.results import Carried, Planned, Surroundings

_TEMPLATES: Final = "templates"
_AS_TEXT: Final = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def plan_page(found: Planned, inner: Inner = no_inner) -> str:
    """A plan, or drift."""
    data = document(found.plan.devices, None, found.around, inner, steps=found.steps)
    return _page(overview.of_plan(found), data, found.around)


def carried_page(found: Carried, inner: Inner = no_inner) -> str:
    """What became of a plan."""
    data = document(found.plan.devices, found.outcomes, found.around, inner)
    return _page(overview.of_carried(found), data, found.around, shots(found))


def _page(
    over: overview.Overview, data: Json, around: Surroundings, seen: Shots | None = None
) -> str:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader(__package__, _TEMPLATES)
    environment = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style, script = _source("style.css"), _source("script.js")
    return environment.get_template("page.html").render(
        over=over,
        chart=chart(around.history),
        seen=seen or Shots(),
        style=style,
        script=script,
        policy=policy(style, script),
        data=embedded(data),
    )


def _source(name: str) -> str:
    return resources.files(__package__).joinpath(_TEMPLATES, name).read_text(encoding="utf-8")


def policy(style: str, script: str) -> str:
    """What a browser lets the page do: run this script and this style, and reach nobody."""
    allowed = f"style-src {_digest(style)}; script-src {_digest(script)}; img-src data:"
    return f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"


def _digest(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def embedded(data: Json) -> str:
    """JSON that may stand in a script element: nothing in it can end the element."""
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    return text.translate(_AS_TEXT)
