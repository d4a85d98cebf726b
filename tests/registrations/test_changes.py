"""The year's changes and what undoes them: deferral agreed by all, extension, assessor, cover, withdrawal."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from accounts import roles
from accounts.models import AuditEvent, Notice
from asye.refusals import NotAllowed, Refused, Stale
from registrations import queries
from registrations.models import NQSW, AssessorAssignment, Change, Registration
from registrations.permissions import get_registration_for, is_assessor_of
from registrations.rules.agreement import Agreement
from registrations.services import assessors, changes, mergers, undoing
from registrations.states import STANDS_ON, ChangeKind, EndReason, Stage
from tests.cast import NOW, TODAY, Cast
from tests.factories import accounts as make_accounts
from tests.factories import registrations as make
from tests.ground.built_once import built_once

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=30)
PEOPLE = ("lena", "ben", "dev", "cora", "noor", "erin", "omar", "priya", "ana", "udo", "adele", "nils")


@built_once
def registration(cast: Cast, year: object) -> Registration:
    make_accounts.in_role(cast.dev, roles.ASSESSOR, cast.northshire, by=cast.adele, now=NOW)
    return make.registered(
        cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, now=NOW, nqsw_user=cast.noor
    )


def fresh(registration: Registration) -> Registration:
    return Registration.objects.get(pk=registration.pk)


def withdraw(about: Registration, cast: Cast) -> None:
    changes.withdraw(about, TODAY, "They left.", by=cast.amira, now=NOW)


def defer(about: Registration, cast: Cast) -> None:
    changes.defer(about, TODAY, "sickness", agreed=make.agreed(NOW), by=cast.amira, now=NOW)


def come_back(about: Registration, cast: Cast) -> None:
    defer(about, cast)
    changes.resume(about, LATER.date(), by=cast.amira, now=LATER)


def extend(about: Registration, cast: Cast) -> None:
    changes.extend(about, 30, "Part-time.", by=cast.amira, now=NOW)


def reassign(about: Registration, cast: Cast) -> None:
    assessors.assign_assessor(about, cast.dev, TODAY, "Two visits are open.", by=cast.amira, now=NOW)


def stand_in(about: Registration, cast: Cast) -> None:
    assessors.cover_assessor(about, cast.dev, TODAY, LATER.date(), "Ben is away.", by=cast.amira, now=NOW)


MADE = {
    ChangeKind.WITHDRAWAL: withdraw,
    ChangeKind.DEFERRAL: defer,
    ChangeKind.RETURN: come_back,
    ChangeKind.EXTENSION: extend,
    ChangeKind.ASSESSOR: reassign,
    ChangeKind.COVER: stand_in,
}


def as_it_is(about: Registration) -> dict[str, object]:
    """Everything that pages and payments read of a year."""
    about = fresh(about)
    return {
        "ended": (about.ended_on, about.end_reason, about.end_explanation),
        "dates": queries.planned_dates(about),
        "end": queries.with_end(Registration.objects.filter(pk=about.pk)).get().planned_end_on,
        "stage": queries.with_stage(Registration.objects.filter(pk=about.pk), LATER.date()).get().stage,
        "places": list(about.placements.values_list("employer", "starts_on", "ends_on")),
        "assessor": queries.assessor_of(about, LATER.date()),
        "covers": list(queries.covers_of(about)),
        "deferral": queries.open_deferral(about),
    }


@pytest.mark.parametrize("kind", list(MADE))
def test_an_undo_leaves_everything_as_it_was(cast: Cast, registration: Registration, kind: ChangeKind) -> None:
    if kind == ChangeKind.RETURN:
        defer(registration, cast)
    before = as_it_is(registration)
    if kind == ChangeKind.RETURN:
        changes.resume(registration, LATER.date(), by=cast.amira, now=LATER)
    else:
        MADE[kind](registration, cast)
    assert as_it_is(registration) != before
    made = Change.objects.latest("id")
    assert made.kind == kind
    undone = undoing.undo(made, "It was somebody else.", by=cast.amira, now=LATER)
    assert as_it_is(registration) == before
    assert (undone.undone_by, undone.undone_because) == (cast.amira, "It was somebody else.")
    with pytest.raises(Refused, match="was undone on 14 October 2026"):
        undoing.undo(made, "Again.", by=cast.amira, now=LATER)
    words = AuditEvent.objects.get(act="registrations.undo", object_id=registration.pk).detail.words
    assert words["before"] != words["after"]
    assert Notice.objects.filter(kind="registrations.changed", user=cast.noor).count() >= 2


@pytest.mark.parametrize("kind", list(MADE))
def test_only_the_co_ordinator_undoes_with_a_reason(cast: Cast, registration: Registration, kind: ChangeKind) -> None:
    MADE[kind](registration, cast)
    made = Change.objects.latest("id")
    for name in PEOPLE:
        with pytest.raises(NotAllowed):
            undoing.undo(made, "Mistake.", by=getattr(cast, name), now=LATER)
    with pytest.raises(Refused, match="Enter why"):
        undoing.undo(made, " ", by=cast.amira, now=LATER)
    with pytest.raises(Stale):
        undoing.undo(made, "Mistake.", by=cast.amira, now=LATER, seen_version=1)


@pytest.mark.parametrize(("kind", "later"), [(a, b) for a, b in product(MADE, MADE) if b in STANDS_ON[a]])
def test_what_a_later_change_stands_on_stays(
    cast: Cast, registration: Registration, kind: ChangeKind, later: ChangeKind
) -> None:
    MADE[kind](registration, cast)
    first = Change.objects.filter(kind=kind).latest("id")
    after = LATER + timedelta(days=5)
    if later == ChangeKind.RETURN:
        changes.resume(registration, LATER.date(), by=cast.amira, now=LATER)
    elif later == ChangeKind.DEFERRAL:
        if kind == ChangeKind.DEFERRAL:
            changes.resume(registration, LATER.date(), by=cast.amira, now=LATER)
        changes.defer(registration, after.date(), "sickness", agreed=make.agreed(after), by=cast.amira, now=after)
    else:
        assessors.assign_assessor(registration, cast.ben, LATER.date(), by=cast.amira, now=LATER)
    with pytest.raises(Refused, match="A later change stands on this one"):
        undoing.undo(first, "Mistake.", by=cast.amira, now=after)


def test_a_withdrawal_is_not_undone_once_they_are_registered_again(cast: Cast, registration: Registration) -> None:
    withdraw(registration, cast)
    made = Change.objects.latest("id")
    later = NOW + timedelta(days=30)
    make.submitted(cast.southmouth, by=cast.cora, assessor=cast.cal, now=later, email=cast.noor.email)
    with pytest.raises(Refused, match="registered again since"):
        undoing.undo(made, "Mistake.", by=cast.amira, now=later)


def test_a_withdrawal_is_not_undone_once_the_person_has_another_record(cast: Cast, registration: Registration) -> None:
    """Merged records are one person, who has one live registration (E9)."""
    withdraw(registration, cast)
    made = Change.objects.latest("id")
    again = make.submitted(cast.southmouth, by=cast.cora, assessor=cast.cal, now=NOW, number=1)
    NQSW.objects.filter(pk=registration.nqsw_id).update(merged_into=again.nqsw)
    with pytest.raises(Refused, match="registered again since"):
        undoing.undo(made, "Mistake.", by=cast.amira, now=LATER)


def test_a_withdrawal_is_not_undone_where_the_employer_closes(cast: Cast, registration: Registration) -> None:
    withdraw(registration, cast)
    made = Change.objects.latest("id")
    mergers.close(cast.northshire, LATER.date() + timedelta(days=1), "No more social work.", by=cast.erin, now=NOW)
    with pytest.raises(Refused, match="Northshire closes on 15 October 2026"):
        undoing.undo(made, "Mistake.", by=cast.amira, now=LATER)


def test_a_withdrawal_before_a_deferral_that_had_begun(cast: Cast, registration: Registration) -> None:
    """Backdated: the deferral never was, and is there again when the withdrawal is undone."""
    defer(registration, cast)
    changes.withdraw(registration, TODAY - timedelta(days=5), "They left.", by=cast.amira, now=LATER)
    assert registration.deferrals.get().ends_on == TODAY
    undoing.undo(Change.objects.latest("id"), "Mistake.", by=cast.amira, now=LATER)
    assert queries.open_deferral(registration) is not None


@pytest.mark.parametrize(
    ("days", "reason"), [(-1, EndReason.NEVER_STARTED), (0, EndReason.NEVER_STARTED), (1, EndReason.WITHDRAWN)]
)
def test_a_withdrawal_around_the_first_day(
    cast: Cast, registration: Registration, days: int, reason: EndReason
) -> None:
    on = registration.asye_start + timedelta(days=days)
    ended = changes.withdraw(registration, on, "They left.", by=cast.amira, now=NOW)
    assert ended.end_reason == reason
    placement = ended.placements.get()
    assert (placement.ends_on - placement.starts_on).days == max(days, 0)


def test_a_deferral_is_agreed_by_all_and_says_when_they_are_expected(cast: Cast, registration: Registration) -> None:
    agreed = Agreement(date(2026, 9, 10), date(2026, 9, 11), date(2026, 9, 12), "Lin Manning")
    deferral = changes.defer(
        registration, TODAY, "other", "A course", agreed=agreed, expected_back=TODAY + timedelta(days=90),
        by=cast.amira, now=NOW,
    )  # fmt: skip
    assert (deferral.nqsw_agreed_on, deferral.assessor_agreed_on, deferral.manager_agreed_on) == (
        date(2026, 9, 10),
        date(2026, 9, 11),
        date(2026, 9, 12),
    )
    assert queries.with_stage(Registration.objects.all(), TODAY).get().stage == Stage.DEFERRED


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"nqsw_on": TODAY + timedelta(days=1)}, "nqsw_on"),
        ({"assessor_on": TODAY + timedelta(days=1)}, "assessor_on"),
        ({"manager_on": TODAY + timedelta(days=1)}, "manager_on"),
        ({"manager_name": "  "}, "manager_name"),
    ],
)
def test_without_everybodys_agreement_there_is_no_deferral(
    cast: Cast, registration: Registration, changed: dict[str, object], field: str
) -> None:
    given = {"nqsw_on": TODAY, "assessor_on": TODAY, "manager_on": TODAY, "manager_name": "Lin", **changed}
    with pytest.raises(Refused) as refusal:
        changes.defer(registration, TODAY, "sickness", agreed=Agreement(**given), by=cast.amira, now=NOW)  # type: ignore[arg-type]
    assert refusal.value.field == field


def test_deferrals_back_to_back_and_of_one_day(cast: Cast, registration: Registration) -> None:
    """A return and a new deferral on the same day; one day away moves everything by a day."""
    planned = queries.planned_end(registration)
    defer(registration, cast)
    back = NOW + timedelta(days=1)
    with pytest.raises(Refused, match="after the deferral started"):
        changes.resume(registration, TODAY, by=cast.amira, now=NOW)
    changes.resume(registration, back.date(), by=cast.amira, now=back)
    assert queries.planned_end(fresh(registration)) == planned + timedelta(days=1)
    changes.defer(registration, back.date(), "bereavement", agreed=make.agreed(back), by=cast.amira, now=back)
    with pytest.raises(Refused, match="deferred already"):
        changes.defer(registration, LATER.date(), "sickness", agreed=make.agreed(LATER), by=cast.amira, now=LATER)


def test_a_return_is_of_the_london_day(cast: Cast, registration: Registration) -> None:
    """At 23:30 by UTC on 14 September it is the 15th in London (scenario 12)."""
    defer(registration, cast)
    late = datetime(2026, 9, 14, 23, 30, tzinfo=UTC)
    with pytest.raises(Refused, match="today or in the past"):
        changes.resume(registration, date(2026, 9, 15), by=cast.amira, now=late - timedelta(hours=1))
    assert changes.resume(registration, date(2026, 9, 15), by=cast.amira, now=late).ends_on == date(2026, 9, 15)


def test_cover_lets_both_act_between_its_days(cast: Cast, registration: Registration) -> None:
    stand_in(registration, cast)
    last = LATER.date() - timedelta(days=1)
    for on, covers in ((TODAY, True), (last, True), (LATER.date(), False)):
        assert is_assessor_of(cast.dev, registration, on) == covers
        assert is_assessor_of(cast.ben, registration, on)
        assert queries.assessor_of(registration, on) == cast.ben
    assert get_registration_for(cast.dev, registration.pk, on=TODAY)
    assert queries.ever_assessed(cast.dev, registration)
    told = set(Notice.objects.filter(kind="registrations.changed").values_list("user__first_name", flat=True))
    assert told >= {"Dev", "Ben", "Noor"}


@pytest.mark.parametrize(
    ("who", "from_", "back_on", "because", "words"),
    [
        ("ben", 0, 5, "Away", "is the assessor already"),
        ("cal", 0, 5, "Away", "from the list"),
        ("dev", 0, 0, "Away", "after the day the cover starts"),
        ("dev", 0, 400, "Away", "change the assessor"),
        ("dev", -40, 5, "Away", "on or after"),
        ("dev", 300, 305, "Away", "or earlier"),
        ("dev", 0, 5, "", "Enter why"),
    ],
)
def test_cover_that_cannot_be(  # noqa: PLR0917
    cast: Cast, registration: Registration, who: str, from_: int, back_on: int, because: str, words: str
) -> None:
    first, back = TODAY + timedelta(days=from_), TODAY + timedelta(days=back_on)
    with pytest.raises(Refused, match=words):
        assessors.cover_assessor(registration, getattr(cast, who), first, back, because, by=cast.amira, now=NOW)


def test_two_covers_do_not_overlap(cast: Cast, registration: Registration) -> None:
    stand_in(registration, cast)
    with pytest.raises(Refused, match="covers for the assessor on some of these days"):
        stand_in(registration, cast)


def test_the_handover_is_kept_with_the_new_assessor(cast: Cast, registration: Registration) -> None:
    reassign(registration, cast)
    assert AssessorAssignment.objects.latest("id").note == "Two visits are open."


def test_leap_day(cast: Cast, registration: Registration) -> None:
    """A deferral that ends on 29 February moves by the days away, the leap day among them (rules.dates)."""
    from_, back = date(2027, 9, 1), date(2028, 2, 29)
    extend(registration, cast)
    changes.extend(registration, 200, "More.", by=cast.amira, now=NOW)
    later = datetime(2027, 8, 1, 9, tzinfo=UTC)
    changes.defer(registration, from_, "parental", agreed=make.agreed(later), by=cast.amira, now=later)
    before = queries.planned_end(fresh(registration))
    changes.resume(registration, back, by=cast.amira, now=datetime(2028, 2, 29, 12, tzinfo=UTC))
    assert queries.planned_end(fresh(registration)) == before + (back - from_)
