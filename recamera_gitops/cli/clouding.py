"""`cloud`: the requests made into conversions, and shown."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from recamera_gitops.cli import console
from recamera_gitops.cli.cloud_options import LOGIN_VARIABLE, USER_VARIABLE, Asked, Where
from recamera_gitops.cli.installing import Installing
from recamera_gitops.cli.sensecraft import KEYRING, Teller, known, opened
from recamera_gitops.cloud.account import authorise_url, token_in, user_of
from recamera_gitops.cloud.converting import awaited, begun, well
from recamera_gitops.cloud.deleting import deleted
from recamera_gitops.cloud.fetching import Fetched, Place, fetched
from recamera_gitops.cloud.http import HttpTransport
from recamera_gitops.cloud.sources import checked
from recamera_gitops.cloud.tasks import task, tasks
from recamera_gitops.desired.origins import Lacking
from recamera_gitops.errors import Diagnostic, ExitCode, InvalidInput, Refused
from recamera_gitops.fleet.environment import Environment
from recamera_gitops.fleet.keychain import forget_password, has_password, keep_password
from recamera_gitops.report.operated import operated_text
from recamera_gitops.report.operations.cloud import (
    Conversion,
    conversion_text,
    result_json,
    task_text,
    tasks_text,
)
from recamera_gitops.report.operations.models import UPLOADED

_LONGEST_TOKEN: Final = 1 << 16


def login(where: Where, variable: str | None) -> ExitCode:
    """A person authorises in a browser; what comes back becomes a user id, which alone is kept."""
    there, environment = where.checked(), Environment.real()
    _raise(has_password(KEYRING, there.cloud))
    token = token_in(_pasted() if variable is None else _named(environment.variables, variable))
    user = user_of(HttpTransport(environment.clock), there.accounts, token)
    _raise(keep_password(KEYRING, there.cloud, user.reveal()))
    console.result(f"logged in to {there.cloud}; the user id is kept in the keyring\n")
    return ExitCode.DONE


def logout(where: Where) -> ExitCode:
    """Forget the user id."""
    there = where.checked()
    was_there = has_password(KEYRING, there.cloud)
    _raise(was_there)
    if was_there:
        _raise(forget_password(KEYRING, there.cloud))
    told = "logged out of" if was_there else "nobody was logged in to"
    console.result(f"{told} {there.cloud}\n")
    return ExitCode.DONE


def _pasted() -> str:
    """From a person, unseen; or from whatever is piped in."""
    if not console.is_terminal(sys.stdin):
        return sys.stdin.readline(_LONGEST_TOKEN)
    console.say(
        f"Open this page, log in, and allow it:\n\n  {authorise_url()}\n\n"
        "The browser is then sent to an address where nothing is. Copy that address as a whole."
    )
    return console.hidden("Paste it here (it is not shown):")


def _named(variables: Mapping[str, str], name: str) -> str:
    if not variables.get(name):
        message = f"the environment variable {name} is not set"
        raise InvalidInput([Diagnostic("unset-variable", message, "--token-env")])
    return variables[name]


def _raise(found: object) -> None:
    if isinstance(found, Lacking):
        hint = f"{found.hint or 'look at the keyring'}; without one set {USER_VARIABLE} or {LOGIN_VARIABLE}"
        raise InvalidInput([Diagnostic(found.rule, found.message, hint=hint)])


def convert(where: Where, asked: Asked, form: str) -> ExitCode:
    """Send it, wait for it, fetch it, and bring it to cameras where that is wanted."""
    source = checked(asked.model, asked.dataset, asked.prompt)
    place = Place.said(asked.path, replace=asked.force)
    place.check()
    installing = Installing.of(asked, place) if asked.install else None
    with opened(where) as calling:
        service, tell = calling.service, Teller(asked.model.name)
        model_id = begun(service, source, tell)
        console.say(f"{asked.model.name}: its conversion is {model_id}")
        if asked.wait:
            ended = awaited(service, model_id, tell, asked.seconds)
            made = Conversion(ended, fetched(service, model_id, place, tell))
        else:
            made = Conversion(task(service, model_id))
            console.say(f"wait for it with: recamera-gitops cloud status {model_id} --watch")
    if installing is None or made.file is None:
        _show("cloud convert", made, conversion_text(made, console.paint()), form)
        return ExitCode.DONE
    return _install(installing, made, made.file, form)


def _install(installing: Installing, made: Conversion, file: Fetched, form: str) -> ExitCode:
    """The result is shown before it goes on, so that it is known whatever happens at cameras."""
    if form == "text":
        console.result(conversion_text(made, console.paint()))
    done, code = installing.done(Path(file.file))
    if form == "json":
        console.result(result_json("cloud convert", made, done))
    else:
        console.result(operated_text(done, UPLOADED, console.paint()))
    return code


def listed(where: Where, form: str) -> ExitCode:
    """Every model of the user."""
    with opened(where) as calling:
        found = tasks(calling.service)
    _show("cloud list", found, tasks_text(found, console.paint()), form)
    return ExitCode.DONE


def status(where: Where, model_id: str, form: str, *, watch: bool, seconds: float) -> ExitCode:
    """How far one is, or what became of it."""
    known(model_id)
    with opened(where) as calling:
        if watch:
            found = awaited(calling.service, model_id, Teller(model_id), seconds)
        else:
            found = task(calling.service, model_id)
    _show("cloud status", found, task_text(found, console.paint()), form)
    return ExitCode.DONE


def download(where: Where, model_id: str, place: Place, form: str) -> ExitCode:
    """Fetch one that is done."""
    known(model_id)
    place.check()
    with opened(where) as calling:
        found = well(task(calling.service, model_id))
        made = Conversion(found, fetched(calling.service, model_id, place, Teller(model_id)))
    _show("cloud download", made, conversion_text(made, console.paint()), form)
    return ExitCode.DONE


def delete(where: Where, model_id: str, confirmed: Sequence[str], form: str) -> ExitCode:
    """Delete one, confirmed by its id."""
    known(model_id)
    with opened(where) as calling:
        found = task(calling.service, model_id)
        what = (
            f"{model_id} ({found.state}, of {found.created or 'an unknown time'}) will be deleted"
        )
        if model_id not in confirmed:
            with calling.interruption.asking():
                _confirm(what, model_id)
        deleted(calling.service, model_id)
    _show("cloud delete", found, f"{model_id}  deleted\n", form)
    return ExitCode.DONE


def _confirm(what: str, word: str) -> None:
    if not console.is_terminal(sys.stdin):
        hint = f"say --confirm {word} if that is meant"
        problem = Diagnostic("needs-confirm", what, hint=hint)
        raise Refused("not confirmed; nothing was deleted", [problem])
    if console.choose(f"{what}. Type {word} to confirm:", (word,)) is None:
        raise Refused("not confirmed; nothing was deleted")


def _show(name: str, value: object, text: str, form: str) -> None:
    console.result(result_json(name, value) if form == "json" else text)
