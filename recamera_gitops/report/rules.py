"""The reference of all rules as Markdown, read off their table."""

from typing import Final

from recamera_gitops.rules import RULES, UNUSED_IGNORE, Kind, Rule

_HEADER: Final = f"""\
# Rules

Every complaint of `rcg validate` names one of these rules; `make schema` writes this page from their table.

A comment ignores a rule, on the line of the finding or alone above it:

```yaml
# rcg: ignore[no-serial, needless-null]
device: gate-north
host: 192.168.10.21
connection: {{scheme: http}}   # rcg: ignore[plain-http] its firmware knows no https
```

`# rcg: ignore-file[rule]`, before anything else in a file, ignores a rule in the whole file. Only comments
count, not what stands in quotes or in a block of text. An ignore that there is no need of is told as
`{UNUSED_IGNORE}`; one of a rule that does not exist is an error. What makes files unusable cannot be ignored,
and neither can `{UNUSED_IGNORE}`.

`rcg validate --error RULE` makes a warning an error, `--warning RULE` makes it a warning again; `all` means
every rule of the first two tables, and of several options about a rule the last one wins. Where there is no
error, `validate` ends with 0.

Files that cannot be used are told their errors only; the warnings come once they can.
"""
_SECTIONS: Final = (
    (
        Kind.LINT,
        "Warnings of `validate`",
        "`plan`, `apply` and the other commands say nothing of these.",
    ),
    (
        Kind.REMARK,
        "Warnings of every command",
        "`plan`, `apply` and `drift` say these too, on stderr, whatever a comment ignores.",
    ),
    (
        Kind.POLICY,
        "Refusals of a plan",
        "`apply` writes nothing and ends with 5; `plan` says the same as warnings.",
    ),
    (Kind.VALIDITY, "Errors of the files", "No command uses such files."),
    (Kind.USE, "Errors of use", "What was asked for, or what is needed for it, cannot be had."),
)


def rules_markdown() -> str:
    """The whole page."""
    return _HEADER + "".join(_section(*each) for each in _SECTIONS)


def _section(kind: Kind, title: str, says: str) -> str:
    rows = "".join(_row(rule) for rule in sorted(_of(kind), key=lambda rule: rule.id))
    table = f"| rule | severity | what it says | what to do |\n| --- | --- | --- | --- |\n{rows}"
    return f"\n## {title}\n\n{says}\n\n{table}"


def _of(kind: Kind) -> list[Rule]:
    return [rule for rule in RULES.values() if rule.kind is kind]


def _row(rule: Rule) -> str:
    return f"| `{rule.id}` | {rule.severity} | {rule.says} | {rule.hint} |\n"
