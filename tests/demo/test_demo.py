"""The demo holds what a visitor should meet, is loaded once, and only where it is asked for."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, QuerySet

from accounts.models import Employer, Notice, User
from assessments.models import Certificate, Concern, Outcome
from assessments.queries import foresight, waiting_for
from assessments.states import Result
from assessments.states.concerns import ConcernState
from asye.clock import london_date
from payments.models import Batch, Line
from payments.states import BatchStage, ClosedAs
from registrations.models import NQSW, Registration, RegistrationQuery
from registrations.states import State
from reporting.demo import build
from reporting.demo.cast import PASSWORD
from reporting.demo.money import REJECTED
from tests.demo.scene import NOW, Scene
from tests.demo.shared_number import NAMES

ROLES = {
    "Administrator", "Analyst", "Assessor", "Auditor", "Caseworker", "Co-ordinator", "Moderator", "NQSW, finished",
    "NQSW, on the programme", "Payments approver", "Payments officer", "Senior lead",
}  # fmt: skip


def of_the_demo() -> QuerySet[Employer]:
    """Without those that the scene adds."""
    return Employer.objects.exclude(name__in=NAMES)


def test_eight_employers_of_different_kinds_and_regions(scene: Scene) -> None:
    employers = of_the_demo()
    assert len(employers) == 8
    assert len({each.kind for each in employers}) == 6
    assert len({each.region for each in employers}) == 8


def test_about_sixty_people_at_every_employer(scene: Scene) -> None:
    assert 55 <= NQSW.objects.count() <= 65
    assert Registration.objects.count() == NQSW.objects.count()
    assert (
        min(
            of_the_demo()
            .annotate(people=Count("placements__registration", distinct=True))
            .values_list("people", flat=True)
        )
        >= 2
    )


@pytest.mark.parametrize("state", State)
def test_a_registration_in_every_state(scene: Scene, state: State) -> None:
    assert Registration.objects.filter(state=state).exists()


def test_a_question_waits_and_another_was_answered(scene: Scene) -> None:
    asked = RegistrationQuery.objects
    assert asked.filter(answered_at__isnull=True, registration__state=State.QUERIED).exists()
    assert asked.filter(answered_at__isnull=False).exclude(answer="").exists()


def test_somebody_is_away_and_somebody_is_back(scene: Scene) -> None:
    today = london_date(NOW)
    running = Registration.objects.filter(ended_on__isnull=True)
    assert running.filter(deferrals__starts_on__lte=today, deferrals__ends_on__isnull=True).exists()
    assert running.filter(deferrals__ends_on__lte=today).exists()


def test_an_assessor_has_a_review_overdue(scene: Scene) -> None:
    today = london_date(NOW)
    late = [task for task in waiting_for(scene.by_name["Ben Okafor"], today) if task.days_late(today)]
    assert any("review" in task.what.lower() for task in late), [task.what for task in late]


def test_people_were_reminded_of_what_is_due(scene: Scene) -> None:
    letters = Notice.objects.filter(kind="assessments.due_digest")
    assert letters.filter(body__contains=" days late.\n").exists()
    assert letters.filter(body__contains="This is late at ", created_at__date=NOW.date() - timedelta(days=1)).exists()


def test_years_end_in_passes_with_a_certificate_and_in_a_fail_without(scene: Scene) -> None:
    passed = Outcome.objects.filter(result=Result.PASS)
    assert passed.count() >= 5
    certified = Certificate.objects.values_list("outcome", flat=True)
    assert set(certified) == set(passed.values_list("id", flat=True))
    failed = Outcome.objects.filter(result=Result.FAIL)
    assert failed.exists()
    assert all(outcome.registration.ended_on for outcome in failed)


def test_the_newest_answer_of_the_payer_rejects_a_payment(scene: Scene) -> None:
    rejected = Line.objects.get(closed_as=ClosedAs.FAILED)
    assert rejected.closed_because == REJECTED
    closed = Batch.objects.with_progress().filter(stage=BatchStage.CLOSED)
    assert rejected.batch == closed.order_by("-handed_over_at").first()


def test_a_batch_waits_for_its_approver(scene: Scene) -> None:
    waiting = Batch.objects.with_progress().get(stage=BatchStage.SUBMITTED)
    assert waiting.submitted_by == scene.by_name["Omar Haddad"]


def test_it_is_loaded_once(scene: Scene, settings: Any) -> None:
    settings.DEMO = True
    before = Registration.objects.count(), User.objects.count()
    said = StringIO()
    call_command("demo", stdout=said)
    assert said.getvalue() == "The demo is loaded already.\n"
    assert (Registration.objects.count(), User.objects.count()) == before


@pytest.mark.parametrize("options", [[], ["--people"]])
def test_it_is_refused_unless_asked_for(options: list[str], settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="set DEMO=1 to load it"):
        call_command("demo", *options)


def test_the_table_of_people(scene: Scene, settings: Any) -> None:
    settings.DEMO = True
    said = StringIO()
    call_command("demo", "--people", stdout=said)
    head, *rows, gap, password = said.getvalue().splitlines()
    assert head.split() == ["Role", "Name", "Employer", "E-mail"]
    assert (gap, password) == ("", f"Everybody's password: {PASSWORD}")
    assert {row.split("  ")[0] for row in rows} == ROLES
    assert len(rows) == len(build.people_to_show())
    for _, name, _, email in build.people_to_show():
        assert any(name in row and row.endswith(email) for row in rows)
        assert User.objects.get(email=email).check_password(PASSWORD)


@pytest.mark.parametrize("state", ConcernState)
def test_a_concern_at_every_stage(scene: Scene, state: ConcernState) -> None:
    assert any(one.state == state for one in Concern.objects.prefetch_related("plans"))


def test_a_fail_was_foreseen(scene: Scene) -> None:
    failed = Outcome.objects.filter(result=Result.FAIL).select_related("registration__programme_year")
    assert [foresight(outcome.registration, london_date(NOW)).flag for outcome in failed] == [""] * failed.count()
