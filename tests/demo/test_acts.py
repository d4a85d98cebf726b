"""The same walk without pages: every act × everybody, about one employer's things."""

import inspect
from dataclasses import dataclass

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404

from accounts.models import AuditEvent, User
from asye.refusals import Refused
from tests.demo import api_shows
from tests.demo.acts import ABOUT_NOBODY, ACTS, PARTS
from tests.demo.acts.accounts import EVERYBODY
from tests.demo.acts.act import Act
from tests.demo.scene import Scene
from tests.test_services import public_functions

# Where the trail says nothing of who was let in.
UNRECORDED: dict[str, str] = {
    "accounts.services.kept.keep": "one's own text, encrypted and gone after a day",
    "accounts.services.kept.newest": "reads it",
    "accounts.services.kept.offer": "reads it",
    "accounts.services.kept.use": "sends it again, to an act that leaves its event",
    "assessments.services.drafts.save_part": "the walk sends nothing new; a draft leaves its trace when it is begun",
    "assessments.services.records.submit": "the walk sends what stands in the record already: nothing changes",
    "payments.services.responses.import_file": "the walk sends a file that was imported already: nothing changes",
    "registrations.services.drafts.locked": "takes a lock",
}


def act_names() -> set[str]:
    """Every public function of the services in which somebody acts."""
    return {name for name, function in public_functions() if "by" in inspect.signature(function).parameters}


def function_of(name: str) -> str:
    """The function of a row of the table, without the words in brackets."""
    return name.split(" ", 1)[0]


@dataclass(frozen=True)
class Walked:
    """What each got who asked for an act: "done", "done unrecorded" (the trail does not say that they did it), "ruled
    out" (let in, and a rule forbids it) or "refused"; and what the API then showed otherwise at an old time of change.
    """

    got: dict[str, str]
    silent: list[str]


def walk(scene: Scene, name: str) -> Walked:
    """Everybody asks for one act, each in a savepoint of their own; nothing is kept. What the API shows is compared for
    the first who is let in."""
    act = ACTS[name]
    people = scene.personas(act.about)
    first = next(iter(people)) if act.let_in == EVERYBODY else act.let_in.split(", ")[0]
    employers = api_shows.two_employers()
    got, silent = {}, []
    with transaction.atomic():
        try:
            if act.prepare is not None:
                act.prepare(scene)
        except (PermissionDenied, Refused) as error:
            raise AssertionError(f"The scene could not be prepared: {error}") from error
        for who, user in people.items():
            with transaction.atomic():
                before = api_shows.read(employers) if who == first else None
                got[who] = answer(scene, act, user)
                if before is not None:
                    silent = api_shows.silent(before, api_shows.read(employers))
                transaction.set_rollback(True)
        transaction.set_rollback(True)
    return Walked(got, silent)


def answer(scene: Scene, act: Act, user: User) -> str:
    """What this person gets, in words of Walked."""
    last = AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    try:
        act.call(scene, user)
    except (PermissionDenied, Http404):
        return "refused"
    except Refused:
        return "ruled out"
    return "done" if AuditEvent.objects.filter(pk__gt=last, actor=user).exists() else "done unrecorded"


def differences(scene: Scene, name: str) -> list[str]:
    """Where the service and the table disagree about one act."""
    return disagreements(name, walk(scene, name).got)


def disagreements(name: str, got: dict[str, str]) -> list[str]:
    let_in = ACTS[name].let_in
    named = set(got) if let_in == EVERYBODY else set(let_in.split(", "))
    wrong = [f"{name} by {who}: {what}" for who, what in got.items() if (what != "refused") != (who in named)]
    return wrong + [f"{name} by {who}: nobody is called that" for who in sorted(named - set(got))]


def test_every_act_is_in_the_table() -> None:
    there = {function_of(name) for name in ACTS}
    assert sorted((there | set(PARTS)) ^ act_names()) == []
    assert sorted(there & set(PARTS)) == []


def test_people_of_another_employer_are_named_for_nothing_of_this_one() -> None:
    named = {name for name, act in ACTS.items() if "elsewhere" in act.let_in or act.let_in == EVERYBODY}
    assert named == set(ABOUT_NOBODY)


@pytest.mark.parametrize("name", sorted(ACTS))
def test_act(scene: Scene, name: str) -> None:
    """Only those named may do it, the trail says so, and what the API shows never changes without its time."""
    walked = walk(scene, name)
    got = walked.got
    assert disagreements(name, got) == []
    assert walked.silent == []
    done = {what for what in got.values() if what.startswith("done")}
    assert done, f"Nobody could do it, so the walk shows nothing: {got}"
    assert done == {"done unrecorded" if name in UNRECORDED else "done"}, f"What the trail says: {got}"
