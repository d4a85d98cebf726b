"""Another assessor takes over: what that ends at once, what goes on, and what has to be signed again (ADR 24)."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Notice, User
from assessments.models import Draft, Record
from assessments.queries import has_agreed, waiting_for, waits_on
from assessments.queries.assessors import handovers_before, to_renew
from assessments.rules import Holding, is_signed_with_another
from assessments.services import drafts, records, renewing
from assessments.states import Part, RecordState
from asye import clock
from asye.refusals import NotAllowed, Refused, Stale
from registrations.models import Registration
from registrations.services import assessors
from tests.assessments.workflow.conftest import LATER
from tests.assessments.workflow.reading import text_of
from tests.cast import NOW, TODAY, Cast
from tests.factories import assessments as make
from tests.ground.built_once import built_once

OBSERVATION = "direct_observation"
NOTE = "Two visits are open, and one observation is half written."


@built_once
def observation(year: Registration) -> Record:
    """Both parts are in it, and nobody has signed it."""
    return make.submitted(year, OBSERVATION, now=NOW)


@built_once
def review(year: Registration, cast: Cast) -> Record:
    """Ben has saved words in it that he has not put into the record."""
    made = make.draft(year, "review", review_point="review_3", now=NOW)
    drafts.save(made, {"strengths": "Steady with families."}, seen_draft=0, seen_revision=0, by=cast.ben, now=NOW)
    return made


@built_once
def open_records(agreement: Record, observation: Record, review: Record) -> None:
    """Those that there are when the assessor changes."""


@built_once
def taken_over(year: Registration, open_records: None, bea: User, cast: Cast) -> Registration:
    """From today Bea is the assessor."""
    assessors.assign_assessor(year, bea, TODAY, NOTE, by=cast.amira, now=NOW)
    return year


def whats(user: User, tasks: Any = waiting_for) -> list[str]:
    return [task.what for task in tasks(user, TODAY)]


def test_portfolio_11_assessor_changes(taken_over: Registration, bea: User, cast: Cast, as_: Any) -> None:
    """Ben may do nothing from that instant; what was open waits for Bea; she and Noor sign the agreement again; what
    was signed and written before stays whose it was."""
    agreement, observation = (Record.objects.get(kind=kind) for kind in ("agreement", OBSERVATION))
    with pytest.raises(NotAllowed):
        make.records.return_(observation, reason="More.", seen_version=observation.version, by=cast.ben, now=NOW)
    assert whats(cast.ben) == whats(cast.ben, waits_on) == []
    again = "Sign again with the new assessor: Support and assessment agreement"
    to_begin = {"Start: Development plan for the first months", "Start: Self-assessment at the start"}
    assert {"Sign: Direct observation 1", "Write your part: 3-month review", again} | to_begin == set(whats(bea))
    assert again in whats(cast.noor)
    listed = text_of(as_(cast.amira).get(reverse("records", args=[taken_over.pk])))
    assert "The assessor has changed since Ben Okafor signed" in listed
    assert "Sign again" in listed
    page, new = reverse("record", args=[agreement.pk]), as_(bea)
    said = text_of(new.get(page))
    assert "Ben Okafor, who signed it, is no longer the assessor, so it has to be signed again." in said
    renew = reverse("record_renew", args=[agreement.pk])
    assert NOTE in text_of(new.get(renew))
    edit = new.post(renew, {"seen_version": agreement.version}).headers["Location"]
    agreement.refresh_from_db()
    assert (agreement.state, agreement.current_revision.number) == (RecordState.RETURNED, 3)
    assert "Bea Larsen has taken over from Ben Okafor as the assessor." in text_of(new.get(edit))
    letter = Notice.objects.get(kind="assessments.agreement_renewed")
    assert letter.user == cast.noor
    assert "You signed version 2." in letter.body
    make.finish(agreement, Part.ASSESSOR, by=bea, now=NOW, supervision="Every week, with Bea.")
    agreement.refresh_from_db()
    assert not has_agreed(taken_over, "agreement")
    make.sign_all(agreement, now=NOW)
    assert {one.person for one in agreement.signatures.filter(revision__number=4)} == {bea, cast.noor}
    assert {one.person for one in agreement.signatures.filter(revision__number=2)} == {cast.ben, cast.noor}
    assert to_renew(agreement, TODAY) == ""
    assert again not in whats(bea)
    assert [one.author for one in observation.revisions.order_by("number")][-1] == cast.ben


def test_at_the_change_both_are_told_that_they_sign_again(taken_over: Registration, bea: User, cast: Cast) -> None:
    told = {one.user: one.body for one in Notice.objects.filter(kind__startswith="registrations.").order_by("id")}
    for person in (bea, cast.noor):
        assert "both of you sign it again" in told[person]
    assert "sign it again" not in told[cast.ben]


def test_a_form_that_is_open_in_the_old_assessors_browser(
    taken_over: Registration, review: Record, cast: Cast, as_: Any
) -> None:
    """Nothing of it goes into the record; the words come back to be copied, with those that were saved before."""
    ben, edit = as_(cast.ben), reverse("record_edit", args=[review.pk])
    before = Draft.objects.get(record=review, person=cast.ben)
    sent = {"action": "finish", "seen_draft": 1, "seen_revision": 0, "development": "Recording <soon> after a visit."}
    answer = ben.post(edit, sent)
    page = text_of(answer)
    assert answer.status_code == 403
    assert "You are no longer the assessor" in page
    assert "What you have just sent" in page
    assert "Recording <soon> after a visit." in page
    assert "Steady with families." in page
    review.refresh_from_db()
    assert review.current_revision is None
    kept = Draft.objects.get(pk=before.pk)
    assert (kept.content, kept.version) == (before.content, before.version)
    later = ben.get(edit)
    assert later.status_code == 200
    assert "Steady with families." in text_of(later)
    assert "that never went into the record" in text_of(ben.get(reverse("record", args=[review.pk])))


def test_words_that_were_never_saved_come_back_too(taken_over: Registration, cast: Cast, as_: Any) -> None:
    """In a record in which nothing of the old assessor's stands: it is not theirs to know any more."""
    record = records.open_record(taken_over, OBSERVATION, ordinal=2, by=cast.noor, now=NOW)
    sent = {"action": "save", "seen_draft": 0, "seen_revision": 0, "seen": "She listened before she asked."}
    answer = as_(cast.ben).post(reverse("record_edit", args=[record.pk]), sent)
    assert answer.status_code == 404
    assert "She listened before she asked." in text_of(answer)
    assert "It is not kept. Copy it from here if you still need it." in text_of(answer)
    assert not record.drafts.exists()


def test_nobody_else_reads_those_words(
    taken_over: Registration, review: Record, bea: User, cast: Cast, as_: Any
) -> None:
    edit = reverse("record_edit", args=[review.pk])
    for person in (bea, cast.noor, cast.amira, cast.cal, cast.cora, cast.udo):
        assert "Steady with families." not in as_(person).get(edit).content.decode()
    cast.ben.memberships.update(ends_on=TODAY)
    assert as_(cast.ben).get(edit).status_code == 404  # no longer with the employer


@pytest.mark.parametrize("who", ["ben", "cal", "amira", "lena", "udo", "nils"])
def test_others_do_not_open_the_agreement_again(
    taken_over: Registration, agreement: Record, cast: Cast, who: str
) -> None:
    with pytest.raises(NotAllowed):
        renewing.renew(agreement, seen_version=agreement.version, by=getattr(cast, who), now=NOW)


def test_twice_opens_it_once(taken_over: Registration, agreement: Record, bea: User, cast: Cast) -> None:
    seen = agreement.version
    renewing.renew(agreement, seen_version=seen, by=bea, now=NOW)
    with pytest.raises(Stale):
        renewing.renew(agreement, seen_version=seen, by=cast.noor, now=NOW)
    agreement.refresh_from_db()
    with pytest.raises(Refused):
        renewing.renew(agreement, seen_version=agreement.version, by=cast.noor, now=NOW)
    assert agreement.revisions.count() == 3


def test_a_review_under_way_says_it_in_the_form_and_where_it_is_signed(
    taken_over: Registration, review: Record, bea: User, cast: Cast, as_: Any
) -> None:
    for part, person in ((Part.ASSESSOR, bea), (Part.NQSW, cast.noor)):
        assert "Bea Larsen took over from Ben Okafor" in text_of(
            as_(person).get(reverse("record_edit", args=[review.pk]))
        )
        make.finish(review, part, by=person, now=NOW)
    assert "Bea Larsen took over from Ben Okafor" in text_of(as_(bea).get(reverse("record_sign", args=[review.pk])))


def test_fault_t18_a_reassignment_moves_no_date(year: Registration, observation: Record, bea: User, cast: Cast) -> None:
    submitted = observation.transitions.get(to_state="submitted")
    before = (submitted.at, submitted.by, observation.opened_at, observation.current_revision, year.submitted_at)
    assessors.assign_assessor(year, bea, TODAY, NOTE, by=cast.amira, now=NOW + timedelta(hours=1))
    observation.refresh_from_db()
    fresh = Registration.objects.get(pk=year.pk)
    again = observation.transitions.get(to_state="submitted")
    assert (again.at, again.by, observation.opened_at, observation.current_revision, fresh.submitted_at) == before
    assert list(observation.transitions.values_list("number", flat=True)) == [1]


def test_half_a_date_is_shown_as_it_was_typed(year: Registration, bea: User, cast: Cast, as_: Any) -> None:
    record = make.draft(year, OBSERVATION, now=NOW)
    drafts.save(record, {"observed_on": ["31", "", "2026"]}, seen_draft=0, seen_revision=0, by=cast.ben, now=NOW)
    assessors.assign_assessor(year, bea, TODAY, by=cast.amira, now=NOW)
    assert "When was the observation? 31 2026" in text_of(as_(cast.ben).get(reverse("record_edit", args=[record.pk])))


def test_an_agreement_in_force_is_not_opened_again(agreement: Record, cast: Cast, as_: Any) -> None:
    with pytest.raises(Refused, match="is still the assessor"):
        renewing.renew(agreement, seen_version=agreement.version, by=cast.ben, now=NOW)
    renew = reverse("record_renew", args=[agreement.pk])
    for answer in (as_(cast.ben).get(renew), as_(cast.ben).post(renew, {"seen_version": agreement.version})):
        assert answer.status_code == 409
    assert "Sign the agreement again" not in text_of(as_(cast.ben).get(reverse("record", args=[agreement.pk])))


def test_a_recommendation_rests_on_an_agreement_with_whoever_makes_it(
    year: Registration, bea: User, cast: Cast
) -> None:
    make.evidence(year, now=NOW)
    record = make.draft(year, "recommendation", now=NOW)
    assessors.assign_assessor(year, bea, TODAY, NOTE, by=cast.amira, now=NOW)
    with pytest.raises(Refused, match="signed with Ben Okafor, who is no longer the assessor"):
        make.finish(record, Part.ASSESSOR, by=bea, now=NOW)
    agreement = Record.objects.get(kind="agreement")
    renewing.renew(agreement, seen_version=agreement.version, by=bea, now=NOW)
    records.submit(agreement, by=bea, now=NOW)
    agreement.refresh_from_db()
    make.sign_all(agreement, now=NOW)
    make.finish(record, Part.ASSESSOR, by=bea, now=NOW)
    record.refresh_from_db()
    assert record.state == RecordState.SUBMITTED


def test_the_next_review_says_it_and_no_other(year: Registration, bea: User, cast: Cast, as_: Any) -> None:
    """The review before was agreed before the change; the one after the next is silent again."""
    first = make.agreed(year, "review", review_point="review_3", now=NOW)
    week = timedelta(days=7)
    assessors.assign_assessor(year, bea, TODAY + week, NOTE, by=cast.amira, now=NOW)
    with clock.moved_to(LATER):
        nxt = make.agreed(year, "review", review_point="review_6", now=LATER)
        page = text_of(as_(cast.noor).get(reverse("record", args=[nxt.pk])))
    changed = "Bea Larsen took over from Ben Okafor on 21 September 2026."
    assert changed in page
    assert NOTE in page
    last = make.draft(year, "review", review_point="review_final", now=LATER)
    on = LATER.date()
    assert [len(handovers_before(one, on)) for one in (first, nxt, last)] == [0, 1, 0]
    with clock.moved_to(LATER):
        edit = text_of(as_(bea).get(reverse("record_edit", args=[last.pk])))
    assert changed not in edit


@pytest.mark.parametrize(
    ("signer", "on", "again"),
    [
        (1, 5, False),  # the assessor of that day
        (1, 15, True),  # another has taken over
        (2, 15, False),
        (9, 15, False),  # covers for the assessor of now
        (9, 5, False),
        (8, 15, True),  # covered for the assessor before
        (1, 30, False),  # nobody assesses: there is nobody to sign with
    ],
)
def test_whose_signature_an_agreement_needs(signer: int, on: int, again: bool) -> None:
    def day(number: int) -> date:
        return date(2026, 9, number)

    held = [
        Holding(1, day(1), day(10)),
        Holding(2, day(10), day(28)),
        Holding(8, day(3), day(5), cover=True),
        Holding(9, day(8), day(20), cover=True),
    ]
    assert is_signed_with_another(signer, held, day(on)) == again
