"""From a browser's address bar to a user id."""

from urllib.parse import quote

import pytest

from recamera_gitops.cloud.account import authorise_url, token_in, user_of
from recamera_gitops.errors import AuthenticationFailed, InvalidInput, NotUnderstood


def test_the_page_is_asked_for_with_the_names_that_it_knows():
    assert authorise_url() == (
        "https://sensecraft.seeed.cc/ai/authorize?client_id=seeed_recamera&response_type=token"
        "&scop=profile&redirec_url=http%3A%2F%2Flocalhost%3A8899%2F"
    )


@pytest.mark.parametrize(
    "form",
    ["{}", "  {}\n", "http://localhost:8899/?token={}&x=1", "http://localhost:8899/#token={}"],
)
def test_a_token_is_found_in_what_was_pasted(canary, form):
    token = canary("token")
    pasted = form.format(quote(token, safe="") if "token=" in form else token)
    assert token_in(pasted).reveal() == token


@pytest.mark.parametrize(
    "pasted",
    ["", "short", "two words here", "http://localhost/", "http://localhost/?x=1", "tökentoken"],
)
def test_what_is_no_token_is_not_sent(pasted):
    with pytest.raises(InvalidInput, match="no token"):
        token_in(pasted)


@pytest.mark.parametrize("flavours", [(), ("flat-user",)])
def test_a_token_stands_for_a_user(sky, flavours):
    sky = sky(*flavours)
    user = user_of(sky.transport, sky.emulated.url, token_in(sky.token))
    assert user.reveal() == sky.user


def test_a_token_that_is_over_is_told(sky):
    sky = sky()
    sky.state.expired = True
    with pytest.raises(AuthenticationFailed, match="token expired"):
        user_of(sky.transport, sky.emulated.url, token_in(sky.token))


def test_a_token_is_not_sent_again(sky):
    sky = sky()
    sky.state.faults.add("drop-before", "*", every=True)
    with pytest.raises(Exception, match="no complete answer"):
        user_of(sky.transport, sky.emulated.url, token_in(sky.token))
    assert len(sky.state.log) == 1


@pytest.mark.parametrize(
    "result",
    [None, [], {}, {"user": {}}, {"user_id": None}, {"user_id": True}, {"user": {"user_id": []}}],
)
def test_an_answer_without_a_user_is_not_understood(sky, monkeypatch, result):
    sky = sky()
    monkeypatch.setattr("recamera_gitops.cloud.account.opened", lambda *_: {"result": result})
    with pytest.raises(NotUnderstood, match="no user id"):
        user_of(sky.transport, sky.emulated.url, token_in(sky.token))


def test_a_number_is_a_user_too(sky, monkeypatch):
    sky = sky()
    told = {"result": {"user": {"user_id": 4711}}}
    monkeypatch.setattr("recamera_gitops.cloud.account.opened", lambda *_: told)
    assert user_of(sky.transport, sky.emulated.url, token_in(sky.token)).reveal() == "4711"
