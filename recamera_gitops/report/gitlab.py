"""A plan as the counts that GitLab shows in a merge request. Pure."""

from recamera_gitops.exchange import Json
from recamera_gitops.reconcile.plan import Plan


def widget(plan: Plan) -> dict[str, Json]:
    """What the report `terraform` of a job takes; settings of a camera are neither made nor deleted."""
    return {"create": 0, "update": plan.summary["changes"], "delete": 0}
