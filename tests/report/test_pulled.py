"""A pull as people read it, and the patch that other tools take."""

import shutil
import subprocess

import pytest

from recamera_gitops.errors import Place
from recamera_gitops.report.pulled import PulledRow, PulledRows, patch_text, pulled_text
from recamera_gitops.report.rows import Notice

ROWS = PulledRows(
    values=(
        PulledRow("profiles/b.yaml", ("x", "y"), "a.b", 1, 2, Place("profiles/b.yaml", 3, 4)),
        PulledRow("devices/x.yaml", (), "a.c", None, "t", None),
        PulledRow(
            "devices/x.yaml", (), "a.d", [1], [2], Place("p.yaml", 1, 1), "p.yaml:1 is shared"
        ),
    ),
    left=(Notice(("x",), "a.e: \x1b[31mno"),),
    failed=(Notice(("z",), "it is off"),),
    cameras=3,
)


def test_values_are_told_file_by_file():
    assert (
        pulled_text(ROWS)
        == """\
devices/x.yaml
  + a.c  t
  ~ a.d  [1] → [2]   p.yaml:1 is shared

profiles/b.yaml
  ~ a.b  1 → 2   profiles/b.yaml:3; on x, y

not pulled: x: a.e: \\u001b[31mno
failed: z: it is off

Pull: 3 values into 2 files; 1 not pulled; 1 camera not read.
"""
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"a: 1\nb: 2\n", b"a: 1\nb: 3\n"),
        (b"a: 1\r\nb: 2\r\n", b"a: 1\r\nb: 3\r\n"),
        (b"a: 1\nb: 2", b"a: 1\nb: 3"),
        (b"a: 1", b"a: 1\nb: 3\n"),
        ("a: ü\u2028x\nb: 1\n".encode(), "a: ü\u2028x\nb: 2\n".encode()),
    ],
)
def test_the_patch_makes_the_one_file_into_the_other(tmp_path, before, after):
    patch = patch_text("devices/x.yaml", before, after)
    assert patch.startswith("--- a/devices/x.yaml\n+++ b/devices/x.yaml\n")
    git = shutil.which("git")
    if git is None or "\\u" in patch:
        return
    (tmp_path / "devices").mkdir()
    (tmp_path / "devices" / "x.yaml").write_bytes(before)
    done = subprocess.run(  # noqa: S603 - nothing of a stranger
        [git, "apply", "-"], cwd=tmp_path, input=patch.encode(), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "devices" / "x.yaml").read_bytes() == after


def test_nothing_in_a_patch_can_steer_a_terminal():
    assert "\x1b" not in patch_text("x\x1b.yaml", b"a: 1\n", b"a: \x1b[2J\n")
