"""What would change in a text, as `diff -u` shows it. Pure."""

from difflib import unified_diff

from recamera_gitops.secret import printable


def unified(name: str, before: str, after: str) -> str:
    """The differences of a file with a few lines around them; nothing where there is none."""
    lines = unified_diff(
        before.splitlines(), after.splitlines(), f"a/{name}", f"b/{name}", lineterm=""
    )
    return "".join(f"{printable(line)}\n" for line in lines)
