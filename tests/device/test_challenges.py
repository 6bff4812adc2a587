"""How a password is proven, against the examples of the standards."""

import base64
import hashlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recamera_gitops.device.challenges import Login, challenge

MUFASA = Login("Mufasa", "Circle Of Life")
ASKED = ("GET", "/dir/index.html")
NONCE = 'nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"'


def _md5(text):
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def answered(*offered, login=MUFASA, count=1):
    return challenge(offered).answer(login, *ASKED, count, "0a4f113b")


def test_digest_is_answered_as_in_rfc_2617():
    offered = (
        f'Digest realm="testrealm@host.com", qop="auth,auth-int", {NONCE}, '
        'opaque="5ccc069c403ebaf9f0171e9517f40e41"'
    )
    told = answered(offered)
    assert told == (
        f'Digest username="Mufasa", realm="testrealm@host.com", {NONCE}, uri="/dir/index.html", '
        'response="6629fae49393a05397450978507c4ef1", cnonce="0a4f113b", '
        'opaque="5ccc069c403ebaf9f0171e9517f40e41", qop=auth, nc=00000001'
    )
    assert "nc=0000000b" in answered(offered, count=11)


def test_digest_without_a_quality_is_answered_as_in_rfc_2069():
    told = answered(f'Digest realm="testrealm@host.com", {NONCE}')
    assert 'response="670fd8c2df070c60b045671b8b24ff02"' in told
    assert "qop" not in told
    assert "nc=" not in told


def test_digest_with_sha_256_is_answered_as_in_rfc_7616():
    nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
    offered = f'Digest realm="http-auth@example.org", qop=auth, algorithm=SHA-256, nonce="{nonce}"'
    own = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
    told = challenge([offered]).answer(Login("Mufasa", "Circle of Life"), *ASKED, 1, own)
    assert "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1" in told
    assert "algorithm=SHA-256" in told


def test_basic_is_answered_where_nothing_better_is_offered():
    login = Login("eve", "p:ü")
    meant = "Basic " + base64.b64encode("eve:p:ü".encode()).decode()
    assert answered('Basic realm="x"', login=login) == meant
    assert (
        answered('Digest realm="x", algorithm=MD5-sess, nonce="1"', "basic", login=login) == meant
    )


@pytest.mark.parametrize(
    "offered",
    [
        ['Basic realm="x"', 'Digest realm="x", nonce="1"'],
        ['Digest realm="x", nonce="1", Basic realm="x"'],
        ['Basic realm="Digest nonce=1, yes", DIGEST nonce=1,realm = "x"'],
    ],
)
def test_digest_is_preferred_however_it_is_offered(offered):
    assert answered(*offered).startswith('Digest username="Mufasa", realm="x", nonce="1"')


@pytest.mark.parametrize(
    "offered",
    [
        "",
        'Bearer realm="x"',
        'Digest realm="x"',
        'Digest realm="x", nonce="1", algorithm=ROT13',
        'Digest realm="x", nonce="1", qop="auth-int"',
        'realm="x", nonce="1"',
    ],
)
def test_what_is_not_understood_is_not_answered(offered):
    assert challenge([offered]) is None


def test_a_name_cannot_end_its_quotes():
    told = answered('Digest realm="a\\"b", nonce="1"', login=Login('e"v\\e', "ł"))
    assert told.startswith('Digest username="e\\"v\\\\e", realm="a\\"b"')
    who = _md5('e"v\\e:a"b:ł')
    what = _md5(":".join(ASKED))
    assert _md5(f"{who}:1:{what}") in told


def test_only_the_challenge_may_have_been_old():
    old = 'Digest realm="x", nonce="2", stale=TRUE'
    assert challenge([old]).is_stale
    assert not challenge(['Digest realm="x", nonce="2", stale=false']).is_stale
    assert not challenge(['Basic realm="x", stale=true']).is_stale


@given(st.lists(st.text(st.characters(max_codepoint=255), max_size=200), max_size=3))
def test_nothing_that_is_offered_breaks_anything(offered):
    found = challenge([f"Digest nonce=1, realm=x, {each}" for each in offered])
    assert found is None or "1" in found.answer(MUFASA, *ASKED, 1, "own")


@pytest.mark.parametrize("offered", ['a="' * 700, "a" * 2048, 'a="\\' * 500, "a= " * 700])
def test_no_offer_holds_anybody_up(offered):
    began = time.monotonic()
    challenge([offered] * 64)
    assert time.monotonic() - began < 1
