"""The engine: from what a person types to what everybody has signed."""

from itertools import product

import pytest

from accounts.models import Notice, User
from assessments.models import Draft, Outcome, Record, Revision, Signature, StandardJudgement, StandardLink
from assessments.queries import evidence_for_reading, live_outcome, schema_of
from assessments.rules import Collision, merged
from assessments.services import drafts, records, signing
from assessments.states import MOVES, Part, RecordState, Result
from asye.refusals import NotAllowed, Refused, Stale
from registrations.models import Registration
from tests.cast import NOW, Cast
from tests.factories import assessments as make
from tests.ground.built_once import built_once

OBSERVATION = "direct_observation"


@built_once
def record(year: Registration) -> Record:
    return make.draft(year, OBSERVATION, now=NOW)


@built_once
def submitted(year: Registration) -> Record:
    """An observation to which both have added their part."""
    return make.submitted(year, OBSERVATION, now=NOW)


@built_once
def in_each_state(year: Registration, cast: Cast) -> dict[str, Record]:
    """An observation in every state a record can be in."""
    return {
        state: make.brought_to(
            make.draft(year, OBSERVATION, now=NOW, ordinal=ordinal), state, now=NOW, coordinator=cast.amira
        )
        for ordinal, state in enumerate(RecordState.values, start=1)
    }


def answers(record: Record, part: Part, **changed: object) -> dict[str, object]:
    return make.content(schema_of(record), part, **changed)


def test_it_works(year: Registration, cast: Cast) -> None:
    record = make.agreed(year, OBSERVATION, now=NOW)
    assert record.state == RecordState.AGREED
    assert record.revisions.count() == 2  # the assessor's part, then both
    moves = [(one.from_state, one.to_state) for one in record.transitions.all()]
    assert moves == [("draft", "submitted"), ("submitted", "agreed")]
    assert {one.revision for one in record.signatures.all()} == {record.current_revision}
    judged = StandardJudgement.objects.get(revision=record.current_revision)
    assert (judged.standard, judged.level) == ("holistic", "met")


def test_each_writes_their_own_questions(record: Record, cast: Cast) -> None:
    theirs = {"reflection": "I would listen longer."}
    with pytest.raises(Refused, match="somebody else to answer"):
        drafts.save(record, theirs, seen_draft=0, seen_revision=0, by=cast.ben, now=NOW)
    with pytest.raises(Refused, match="not on the form"):
        drafts.save(record, {"salary": "1"}, seen_draft=0, seen_revision=0, by=cast.ben, now=NOW)
    drafts.save(record, theirs, seen_draft=0, seen_revision=0, by=cast.noor, now=NOW)
    assert Draft.objects.get().content == theirs


def test_parts_written_at_the_same_time_merge(record: Record, cast: Cast) -> None:
    """Both opened the empty form; whoever is second loses nothing and undoes nothing."""
    for person, part in ((cast.ben, Part.ASSESSOR), (cast.noor, Part.NQSW)):
        records.submit(record, content=answers(record, part), seen_revision=0, by=person, now=NOW)
    record.refresh_from_db()
    assert record.state == RecordState.SUBMITTED
    assert record.current_revision.content == {**answers(record, Part.ASSESSOR), **answers(record, Part.NQSW)}


def test_the_same_question_shows_both_texts(year: Registration, cast: Cast) -> None:
    record = make.draft(year, "agreement", now=NOW)
    mine = answers(record, Part.ASSESSOR, if_things_go_wrong="Speak to Amira.")
    records.submit(record, content=mine, by=cast.ben, now=NOW)
    yours = answers(record, Part.NQSW, if_things_go_wrong="Speak to each other.")
    with pytest.raises(Collision) as collision:
        records.submit(record, content=yours, by=cast.noor, now=NOW)
    assert collision.value.both == {"if_things_go_wrong": ("Speak to Amira.", "Speak to each other.")}
    made = records.submit(record, content=yours, seen_revision=1, by=cast.noor, now=NOW)
    assert made.current_revision.content["if_things_go_wrong"] == "Speak to each other."


def test_two_tabs_of_one_person_collide(record: Record, cast: Cast) -> None:
    drafts.save(record, {"reflection": "First tab."}, seen_draft=0, seen_revision=0, by=cast.noor, now=NOW)
    with pytest.raises(Collision):
        drafts.save(record, {"reflection": "Second tab."}, seen_draft=0, seen_revision=0, by=cast.noor, now=NOW)
    drafts.save(record, {"reflection": "Second tab."}, seen_draft=1, seen_revision=0, by=cast.noor, now=NOW)
    assert Draft.objects.get().content == {"reflection": "Second tab."}


@pytest.mark.parametrize(
    ("base", "theirs", "mine", "whole"),
    [
        ({}, {}, {"a": "1"}, {"a": "1"}),
        ({"a": "1"}, {"a": "1", "b": "2"}, {"a": "1"}, {"a": "1", "b": "2"}),
        ({"a": "1"}, {"a": "2"}, {"a": "1"}, {"a": "2"}),
        ({"a": "1"}, {"a": "1"}, {"a": "2"}, {"a": "2"}),
        ({"a": "1"}, {"a": "2"}, {"a": "2"}, {"a": "2"}),
        ({"a": "1"}, {"a": "2"}, {"a": "3"}, None),
        ({}, {"a": "2"}, {"a": "3"}, None),
    ],
)
def test_merging(base: dict, theirs: dict, mine: dict, whole: dict | None) -> None:  # type: ignore[type-arg]
    if whole is None:
        with pytest.raises(Collision):
            merged(base, theirs, mine)
    else:
        assert merged(base, theirs, mine) == whole


def test_an_unchanged_record_gets_no_new_revision(year: Registration, cast: Cast) -> None:
    record = make.in_state(year, RecordState.RETURNED, kind=OBSERVATION, now=NOW, coordinator=cast.amira)
    before = record.current_revision
    records.submit(record, by=cast.noor, now=NOW)
    record.refresh_from_db()
    assert (record.state, record.current_revision) == (RecordState.SUBMITTED, before)


def test_a_missing_answer_is_named(record: Record, cast: Cast) -> None:
    with pytest.raises(Refused, match="Enter what you saw") as refusal:
        records.submit(record, content=answers(record, Part.ASSESSOR, seen=""), by=cast.ben, now=NOW)
    assert refusal.value.field == "seen"
    assert not Revision.objects.exists()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"seen": "x" * 50_001}, "must be 6,000 characters or fewer"),
        ({"observed_on": "2026-02-30"}, "must be a real date"),
        ({"observer": "nobody"}, "from the list"),
        ({"consent": "yes"}, "yes or no"),
        ({"standards": ["pqs-99"]}, "from the list"),
        ({"seen": 4}, "must be text"),
    ],
)
def test_answers_that_do_not_fit_are_refused(record: Record, cast: Cast, changed: dict, sentence: str) -> None:  # type: ignore[type-arg]
    with pytest.raises(Refused, match=sentence) as refusal:
        drafts.save(record, changed, seen_draft=0, seen_revision=0, by=cast.ben, now=NOW)
    assert refusal.value.field in changed
    assert not Draft.objects.exists()


def test_a_signature_means_this_text(submitted: Record, cast: Cast) -> None:
    signing.sign(submitted, seen_revision=2, by=cast.ben, now=NOW)
    submitted.refresh_from_db()
    records.return_(submitted, reason="One more line.", seen_version=submitted.version, by=cast.ben, now=NOW)
    make.finish(submitted, Part.NQSW, by=cast.noor, now=NOW, reflection="I would listen longer.")
    with pytest.raises(Stale, match="now version 3"):
        signing.sign(submitted, seen_revision=2, by=cast.noor, now=NOW)
    signing.sign(submitted, seen_revision=3, by=cast.noor, now=NOW)
    submitted.refresh_from_db()
    assert submitted.state == RecordState.SUBMITTED  # Ben's signature was for version 2
    signing.sign(submitted, seen_revision=3, by=cast.ben, now=NOW)
    submitted.refresh_from_db()
    assert submitted.state == RecordState.AGREED


def test_one_human_cannot_sign_both_parts(submitted: Record, cast: Cast) -> None:
    signing.sign(submitted, seen_revision=2, by=cast.ben, now=NOW)
    User.objects.filter(pk=cast.noor.pk).update(human=cast.ben.human)
    cast.noor.refresh_from_db()
    with pytest.raises(Refused, match="in another part"):
        signing.sign(submitted, seen_revision=2, by=cast.noor, now=NOW)


def test_standards_are_linked_once_and_unlinked(submitted: Record, cast: Cast) -> None:
    assert list(submitted.standard_links.values_list("standard", flat=True)) == ["pqs-1", "pqs-7"]
    records.return_(submitted, reason="Fewer.", seen_version=submitted.version, by=cast.noor, now=NOW)
    make.finish(submitted, Part.ASSESSOR, by=cast.ben, now=NOW, standards=["pqs-7"])
    live = StandardLink.objects.filter(ended_at__isnull=True)
    assert list(live.values_list("standard", flat=True)) == ["pqs-7"]
    assert StandardLink.objects.count() == 2


def test_reopening_makes_a_new_unsigned_revision(year: Registration, cast: Cast) -> None:
    record = make.in_state(year, RecordState.LOCKED, kind=OBSERVATION, now=NOW, coordinator=cast.amira)
    signed = record.current_revision
    records.reopen(record, reason="The date is wrong.", seen_version=record.version, by=cast.amira, now=NOW)
    record.refresh_from_db()
    assert record.state == RecordState.RETURNED
    assert record.current_revision.number == signed.number + 1
    assert record.current_revision.content == signed.content
    assert not record.current_revision.signatures.exists()


def test_after_the_year_records_stay_as_they_were_signed_and_an_appeal_is_decided_on_them(
    failed: Outcome, cast: Cast
) -> None:
    """Reopened, a record could be signed by nobody, and no appeal could be upheld over it."""
    record = Record.objects.filter(kind=OBSERVATION).get()

    def reopened() -> None:
        with pytest.raises(Refused, match="This year has ended, so this record stays as it was signed"):
            records.reopen(record, reason="Wrong date.", seen_version=record.version, by=cast.amira, now=NOW)

    reopened()
    appeal = make.appealed(failed, by=cast.noor, now=NOW)
    reopened()
    make.appeals.close(appeal, result="upheld", because="The evidence shows a pass.", by=cast.amira, now=NOW)
    assert live_outcome(failed.registration).result == Result.PASS


def test_moderators_get_no_private_answer_and_no_recommendation(year: Registration, recommendation: Record) -> None:
    found = evidence_for_reading(year)
    assert {record.kind for record in found} == {"agreement", "review", OBSERVATION}
    agreement = next(record for record in found if record.kind == "agreement")
    assert "adjustments" not in agreement.current_revision.content
    assert "adjustments" in Revision.objects.get(pk=agreement.current_revision.pk).content


def test_a_recommendation_needs_its_evidence(year: Registration, cast: Cast) -> None:
    record = make.draft(year, "recommendation", now=NOW)
    with pytest.raises(Refused, match="agreement and the final review must be agreed"):
        make.finish(record, Part.ASSESSOR, by=cast.ben, now=NOW)


def test_opening_twice_opens_one(year: Registration, cast: Cast) -> None:
    first = make.draft(year, OBSERVATION, now=NOW)
    assert records.open_record(year, OBSERVATION, ordinal=1, by=cast.noor, now=NOW) == first
    with pytest.raises(Refused, match="Open the one before it first"):
        records.open_record(year, OBSERVATION, ordinal=3, by=cast.noor, now=NOW)
    with pytest.raises(Refused, match="no such review"):
        records.open_record(year, "review", review_point="review_9", by=cast.noor, now=NOW)
    with pytest.raises(Refused, match="no form"):
        records.open_record(year, "poem", by=cast.noor, now=NOW)
    with pytest.raises(NotAllowed):
        records.open_record(year, "recommendation", by=cast.noor, now=NOW)


def test_people_are_told_and_nqsws_hear_nothing_of_a_recommendation(year: Registration, cast: Cast) -> None:
    make.agreed(year, "agreement", now=NOW)
    notices = Notice.objects.filter(kind__startswith="assessments.")
    told = {(one.kind.split(".")[1], one.user.first_name) for one in notices}
    assert told == {("part_added", "Ben"), ("ready_to_sign", "Noor"), ("record_agreed", "Noor")}
    for point in year.programme_year.review_months:
        make.agreed(year, "review", review_point=point, now=NOW)
    make.agreed(year, OBSERVATION, now=NOW)
    Notice.objects.all().delete()
    make.agreed(year, "recommendation", now=NOW)
    assert not Notice.objects.filter(user=cast.noor).exists()


ACTS = {
    RecordState.SUBMITTED: lambda r, by: records.submit(r, by=by, now=NOW),
    RecordState.RETURNED: lambda r, by: records.return_(r, reason="Why.", seen_version=r.version, by=by, now=NOW),
    RecordState.AGREED: lambda r, by: signing.sign(
        r, seen_revision=r.current_revision.number if r.current_revision else 0, by=by, now=NOW
    ),
    RecordState.LOCKED: lambda r, by: records.lock(r, seen_version=r.version, by=by, now=NOW),
    "reopened": lambda r, by: records.reopen(r, reason="Why.", seen_version=r.version, by=by, now=NOW),
}
WRITERS = {"ben", "noor"}
MAY = {
    **{(RecordState.SUBMITTED, who): {RecordState.RETURNED} for who in WRITERS},
    **{(RecordState.RETURNED, who): {RecordState.SUBMITTED} for who in WRITERS},
    **{(RecordState.AGREED, who): {RecordState.SUBMITTED} for who in WRITERS},
    **{(RecordState.LOCKED, who): {RecordState.AGREED} for who in ("ben", "amira")},
    ("reopened", "amira"): {RecordState.AGREED, RecordState.LOCKED},
}
WHO = ("ben", "noor", "amira", "lena", "dev", "cora", "cal", "erin", "omar", "priya", "ana", "udo", "adele", "nils")


@pytest.mark.parametrize("state", RecordState.values)
def test_every_state_every_act_every_person(in_each_state: dict[str, Record], cast: Cast, state: str) -> None:
    """From × to × role: exactly the acts in MAY are done, every other one is refused and changes nothing."""
    record = in_each_state[state]
    for (act, do), who in product(ACTS.items(), WHO):
        record.refresh_from_db()
        person = getattr(cast, who)
        before = (record.state, record.version, record.current_revision_id, Signature.objects.count())
        allowed = state in MAY.get((act, who), set())
        if allowed:
            assert act == "reopened" or act in MOVES[RecordState(state)]
            continue
        with pytest.raises((NotAllowed, Refused)):
            do(record, person)
        record.refresh_from_db()
        assert (record.state, record.version, record.current_revision_id, Signature.objects.count()) == before


@pytest.mark.parametrize(
    ("act", "who", "state"), sorted((act, who, state) for (act, who), states in MAY.items() for state in states)
)
def test_every_allowed_act_is_done(
    in_each_state: dict[str, Record], cast: Cast, act: str, who: str, state: str
) -> None:
    record = in_each_state[state]
    if act == RecordState.AGREED:  # the other one has signed already
        other = cast.noor if who == "ben" else cast.ben
        signing.sign(record, seen_revision=record.current_revision.number, by=other, now=NOW)
    record.refresh_from_db()
    ACTS[act](record, getattr(cast, who))  # type: ignore[index]
    record.refresh_from_db()
    assert record.state == (RecordState.RETURNED if act == "reopened" else act)
