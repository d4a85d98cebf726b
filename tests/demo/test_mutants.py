"""The walks would notice: with any one scope or check taken away they name exactly who gets in.

Shown for six scopes of the pages and for one check in the services of each app.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db.models import QuerySet

from accounts import permissions as people
from accounts.models import Employer
from accounts.services import invitations
from assessments.models.records import RecordQuerySet
from assessments.services import records
from moderation.models import AllocationQuerySet
from moderation.services import rounds
from payments.models.batches import BatchQuerySet, LineQuerySet
from payments.services import batches
from registrations import queries
from registrations.models import Registration
from registrations.services import changes
from tests.demo import test_access as pages
from tests.demo import test_acts as acts
from tests.demo.scene import Scene

OF_DFE = {"caseworker", "payments officer", "payments approver", "analyst", "auditor", "administrator"}
OF_NORTHSHIRE = {"coordinator", "senior lead", "assessor", "other assessor", "moderator", "other moderator", "nqsw"}
NEIGHBOURS = {f"elsewhere {who}" for who in ("coordinator", "senior lead", "assessor", "moderator", "nqsw")}
EVERYBODY = OF_DFE | OF_NORTHSHIRE | NEIGHBOURS | {"no role"}
MONEY = {"payments officer", "payments approver", "auditor"}


def everything(rows: QuerySet[Any], *args: object) -> QuerySet[Any]:
    """A scope of a queryset that lets everything through."""
    return rows.all()


@dataclass(frozen=True)
class Scope:
    """`holder.name` is what narrows a page to those who are `meant` to see it; `instead` lets everything through."""

    page: str
    holder: object
    name: str
    instead: Callable[..., QuerySet[Any]]
    meant: set[str]


@dataclass(frozen=True)
class Check:
    """`service.name` is what an act asks first, so that only those who are `meant` to do it can."""

    act: str
    service: object
    name: str
    meant: set[str]


SCOPES = [
    Scope(
        "registration_history",
        queries,
        "registrations_visible_to",
        lambda user, on: Registration.objects.all(),
        {"coordinator", "senior lead", "assessor", "nqsw", "caseworker", "auditor", "administrator"},
    ),
    Scope("record", RecordQuerySet, "visible_to", everything, {"coordinator", "assessor", "nqsw", "auditor"}),
    Scope("batch", BatchQuerySet, "visible_to", everything, MONEY),
    Scope("line", LineQuerySet, "visible_to", everything, MONEY | {"coordinator"}),
    Scope("reading", AllocationQuerySet, "visible_to", everything, {"moderator"}),
    Scope("people_of", people, "_run_by", lambda user, on: Employer.objects.all(), {"coordinator", "administrator"}),
]
CHECKS = [
    Check(
        "accounts.services.invitations.revoke",
        invitations,
        "check_may_change_invitation",
        {"coordinator", "administrator"},
    ),
    Check("registrations.services.changes.withdraw", changes, "check_is_coordinator_of", {"coordinator"}),
    Check("assessments.services.records.reopen", records, "check_may_coordinate", {"coordinator"}),
    Check("moderation.services.rounds.open_round", rounds, "check_may_run", {"coordinator"}),
    Check("payments.services.batches.approve", batches, "check_may_approve", {"payments approver"}),
]


@pytest.mark.parametrize("scope", SCOPES, ids=lambda scope: scope.page)
def test_a_page_without_its_scope(scene: Scene, monkeypatch: pytest.MonkeyPatch, scope: Scope) -> None:
    monkeypatch.setattr(scope.holder, scope.name, scope.instead)
    wrong = pages.differences(scope.page, pages.walk(scene, scope.page))
    got_in = {who for who in EVERYBODY if f"GET {scope.page} by {who}: let in, expected refused" in wrong}
    assert got_in == EVERYBODY - scope.meant


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.act)
def test_an_act_without_its_check(scene: Scene, monkeypatch: pytest.MonkeyPatch, check: Check) -> None:
    monkeypatch.setattr(check.service, check.name, lambda *args, **kwargs: None)
    wrong = acts.differences(scene, check.act)
    got_in = {line.removeprefix(f"{check.act} by ").split(": ", 1)[0] for line in wrong}
    assert got_in == EVERYBODY - check.meant
