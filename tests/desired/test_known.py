import os
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recamera_gitops.desired import known
from recamera_gitops.desired.known import KnownCamera, normalised_fingerprint

DIGEST = "0123456789abcdef" * 4
COLONS = ":".join(DIGEST[i : i + 2] for i in range(0, 64, 2))


@pytest.mark.parametrize(
    "text", [DIGEST, DIGEST.upper(), f"sha256:{DIGEST}", COLONS, f"SHA256:{COLONS.upper()}"]
)
def test_fingerprints_are_normalised(text):
    assert normalised_fingerprint(text) == DIGEST


@pytest.mark.parametrize("text", ["", DIGEST[1:], DIGEST + "0", "sha1:" + DIGEST, "g" * 64])
def test_other_fingerprints_are_refused_without_showing_them(text):
    with pytest.raises(ValueError, match=r"^a fingerprint is `sha256:` and 64 hexadecimal digits$"):
        normalised_fingerprint(text)


NAME = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,10}", fullmatch=True)
CAMERA = st.builds(
    KnownCamera,
    st.from_regex(r"[!-~]{1,20}", fullmatch=True),
    st.none() | st.just(DIGEST),
)


@given(known=st.dictionaries(NAME, CAMERA, max_size=5))
def test_what_is_written_is_read_again(tmp_path_factory, known):
    root = tmp_path_factory.mktemp("known")
    write_and_compare(root, known)


def write_and_compare(root, cameras):
    from recamera_gitops.desired.fleet import load  # noqa: PLC0415 - named like a strategy above

    (root / "fleet.yaml").write_text("fleet: acme\n", encoding="utf-8")
    known.write(root, cameras)
    assert load(root).known == cameras


def test_the_file_is_sorted_and_says_what_it_is(tmp_path):
    known.write(
        tmp_path, {"b": KnownCamera("B"), "a": KnownCamera("1", COLONS), "true": KnownCamera("C")}
    )
    lines = (tmp_path / known.FILE).read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# ")
    assert lines[2:] == [
        f'a: {{serial: "1", fingerprint: "sha256:{DIGEST}"}}',
        'b: {serial: "B"}',
        '"true": {serial: "C"}',
    ]


def test_the_file_is_replaced_in_one_step(tmp_path, monkeypatch):
    known.write(tmp_path, {"a": KnownCamera("A")})
    before = (tmp_path / known.FILE).read_bytes()
    assert stat.S_IMODE((tmp_path / known.FILE).stat().st_mode) == 0o644

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        known.write(tmp_path, {"b": KnownCamera("B")})
    assert (tmp_path / known.FILE).read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == [known.FILE]


def test_the_mode_does_not_depend_on_the_umask(tmp_path):
    before = os.umask(0o077)
    try:
        known.write(tmp_path, {})
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / known.FILE).stat().st_mode) == 0o644
