"""The same walk without pages: every act × everybody, about one employer's things."""

import inspect

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404

from accounts.models import AuditEvent, User
from asye.refusals import Refused
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


def answer(scene: Scene, act: Act, user: User) -> str:
    """What somebody gets: "done", "done unrecorded" (the trail does not say that they did it), "ruled out" (let in, and
    a rule forbids it) or "refused". Nothing is kept."""
    with transaction.atomic():
        try:
            if act.prepare is not None:
                act.prepare(scene)
        except (PermissionDenied, Refused) as error:
            raise AssertionError(f"The scene could not be prepared: {error}") from error
        last = AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        try:
            act.call(scene, user)
            got = "done" if AuditEvent.objects.filter(pk__gt=last, actor=user).exists() else "done unrecorded"
        except (PermissionDenied, Http404):
            got = "refused"
        except Refused:
            got = "ruled out"
        transaction.set_rollback(True)
    return got


def answers(scene: Scene, name: str) -> dict[str, str]:
    """What each gets who asks for an act."""
    act = ACTS[name]
    return {who: answer(scene, act, user) for who, user in scene.personas(act.about).items()}


def differences(scene: Scene, name: str) -> list[str]:
    """Where the service and the table disagree about one act."""
    return disagreements(name, answers(scene, name))


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
    got = answers(scene, name)
    assert disagreements(name, got) == []
    done = {what for what in got.values() if what.startswith("done")}
    assert done, f"Nobody could do it, so the walk shows nothing: {got}"
    assert done == {"done unrecorded" if name in UNRECORDED else "done"}, f"What the trail says: {got}"
