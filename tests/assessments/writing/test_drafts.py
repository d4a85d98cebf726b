"""What is typed is kept, whatever is wrong with it and whoever else writes at the same time."""

from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import AuditEvent, User
from assessments.merging import meet
from assessments.models import Draft, Record, Revision, SetAside
from assessments.queries import schema_of
from assessments.rules import Collision
from assessments.services import drafts, records
from assessments.states import Part, RecordState
from assessments.unfinished import MOST_KEPT, same, still_wrong, visible
from asye.refusals import Refused
from registrations.models import Registration
from tests.cast import NOW, Cast
from tests.factories import assessments as make
from tests.ground.built_once import built_once

BOTH = "if_things_go_wrong"
OBSERVATION = "direct_observation"
PAGE, OTHER = "1a2b3c4d5e6f7a8b", "8b7a6f5e4d3c2b1a"


@built_once
def agreement(year: Registration) -> Record:
    """Each answers questions of their own, and one that both answer."""
    return make.draft(year, "agreement", now=NOW)


def save(record: Record, by: User, seen: tuple[int, int] = (0, 0), client: str = "", **answers: object) -> drafts.Saved:
    """As a page that showed version and revision `seen`."""
    return drafts.save_part(record, answers, seen_draft=seen[0], seen_revision=seen[1], client=client, by=by, now=NOW)


def test_fault_t13_a_save_that_comes_twice_is_done_once(agreement: Record, cast: Cast) -> None:
    first = save(agreement, cast.noor, client=f"{PAGE}:1", needs="Court work.")
    again = save(agreement, cast.noor, client=f"{PAGE}:1", needs="Court work.")
    assert (again.draft.pk, again.draft.version) == (first.draft.pk, 1)
    save(agreement, cast.noor, (1, 0), client=f"{PAGE}:2", needs="Court work and visits.")
    save(agreement, cast.noor, client=f"{PAGE}:1", needs="Court work.")  # it was on its way for long
    assert Draft.objects.get().content == {"needs": "Court work and visits."}
    assert drafts.was_received(Draft.objects.get()) == {PAGE: 2}


def test_a_page_does_not_meet_itself(agreement: Record, cast: Cast) -> None:
    """The last save of a page that is closed does not wait for the answer to the one before it."""
    save(agreement, cast.noor, client=f"{PAGE}:1", needs="Court")
    last = save(agreement, cast.noor, client=f"{PAGE}:2", needs="Court work.")
    assert (last.both, last.draft.content) == ({}, {"needs": "Court work."})


def test_a_draft_leaves_one_trace_when_it_is_begun(agreement: Record, cast: Cast) -> None:
    for number in range(1, 4):
        save(agreement, cast.noor, client=f"{PAGE}:{number}", needs="x" * number)
    assert AuditEvent.objects.filter(act="assessments.begin_draft", actor=cast.noor).count() == 1
    save(agreement, cast.noor, client=f"{PAGE}:4", needs="")
    assert Draft.objects.get().content == {}
    save(agreement, cast.noor, client=f"{PAGE}:5", needs="Anew.")
    assert AuditEvent.objects.filter(act="assessments.begin_draft").count() == 2


def test_two_pages_of_one_person_meet_only_in_one_answer(agreement: Record, cast: Cast) -> None:
    save(agreement, cast.noor, client=f"{PAGE}:1", needs="From the office.")
    other = save(agreement, cast.noor, client=f"{OTHER}:1", experience="From home.")
    assert other.news == {"needs": "From the office."}
    assert other.draft.content == {"needs": "From the office.", "experience": "From home."}
    met = save(agreement, cast.noor, client=f"{OTHER}:2", needs="From home.")
    assert met.both == {"needs": ("From the office.", "From home.")}
    assert Draft.objects.get().content["needs"] == "From the office."
    assert {one.answer for one in SetAside.objects.all()} == {"From the office.", "From home."}
    save(agreement, cast.noor, (met.draft.version, 0), client=f"{OTHER}:3", needs="From both.")
    assert Draft.objects.get().content["needs"] == "From both."


def test_portfolio_2_each_writes_their_own_without_collision(agreement: Record, cast: Cast) -> None:
    save(agreement, cast.noor, client=f"{PAGE}:1", needs="Court work.")
    make.finish(agreement, Part.ASSESSOR, by=cast.ben, now=NOW)
    later = save(agreement, cast.noor, (1, 0), client=f"{PAGE}:2", experience="Six years.")
    assert later.both == {}
    assert later.news[BOTH] == "About what you will do if either has a concern."  # and so the page shows it
    assert later.revision == 1
    assert Draft.objects.get(person=cast.noor).content == {"needs": "Court work.", "experience": "Six years."}


def test_portfolio_2_the_same_answer_shows_both_and_both_stay(agreement: Record, cast: Cast) -> None:
    """Fault T11. What stands is untouched, what met it is set aside, everything else is saved."""
    save(agreement, cast.noor, client=f"{PAGE}:1", **{BOTH: "Speak to each other."})
    make.finish(agreement, Part.ASSESSOR, by=cast.ben, now=NOW, **{BOTH: "Speak to Amira."})
    met = save(agreement, cast.noor, (1, 0), client=f"{PAGE}:2", needs="Court work.")
    assert met.both == {BOTH: ("Speak to Amira.", "Speak to each other.")}
    assert Draft.objects.get(person=cast.noor).content == {"needs": "Court work."}
    aside = SetAside.objects.get()
    assert (aside.person, aside.key, aside.answer) == (cast.noor, BOTH, "Speak to each other.")
    settled = save(agreement, cast.noor, (met.draft.version, 1), client=f"{PAGE}:3", **{BOTH: "First us, then Amira."})
    assert settled.both == {}
    agreement.refresh_from_db()
    assert agreement.current_revision.content[BOTH] == "Speak to Amira."
    records.submit(agreement, content={"experience": "Six."}, seen_draft=settled.draft.version, seen_revision=1,
                   by=cast.noor, now=NOW)  # fmt: skip
    said = list(Revision.objects.filter(record=agreement).order_by("number").values_list(f"content__{BOTH}", flat=True))
    assert said == ["Speak to Amira.", "First us, then Amira."]


def test_portfolio_2_a_finished_form_that_meets_another_keeps_everything(agreement: Record, cast: Cast) -> None:
    make.finish(agreement, Part.ASSESSOR, by=cast.ben, now=NOW, **{BOTH: "Speak to Amira."})
    own = make.content(schema_of(agreement), Part.NQSW, **{BOTH: "Speak to each other."})
    with pytest.raises(Collision):
        records.submit(agreement, content=own, seen_revision=0, by=cast.noor, now=NOW)
    kept = Draft.objects.get(person=cast.noor).content
    agreement.refresh_from_db()
    there = agreement.current_revision.content
    assert kept == {key: value for key, value in own.items() if key not in there}
    assert SetAside.objects.get().answer == "Speak to each other."
    assert Revision.objects.filter(record=agreement).count() == 1
    with pytest.raises(Collision):
        records.submit(agreement, content=own, seen_revision=0, by=cast.noor, now=NOW)
    assert SetAside.objects.count() == 1  # the same text is set aside once


def test_fault_t12_nobody_is_locked_out(agreement: Record, cast: Cast) -> None:
    """There are no leases: each may write whoever else has the form open."""
    for person, answers in ((cast.ben, {"supervision": "Weekly."}), (cast.noor, {"needs": "Court work."})):
        assert save(agreement, person, client=f"{PAGE}:1", **answers).both == {}
    assert Draft.objects.count() == 2


def test_a_shared_answer_nobody_touched_meets_nothing(agreement: Record, cast: Cast) -> None:
    """A form without JavaScript sends every answer, also the empty ones."""
    make.finish(agreement, Part.ASSESSOR, by=cast.ben, now=NOW, **{BOTH: "Speak to Amira."})
    saved = save(agreement, cast.noor, needs="Court work.", experience="", **{BOTH: ""})
    assert (saved.both, saved.draft.content) == ({}, {"needs": "Court work."})


def test_fault_t17_an_unchanged_form_changes_nothing(agreement: Record, cast: Cast) -> None:
    own = make.content(schema_of(agreement), Part.NQSW)
    first = drafts.save(agreement, own, seen_draft=0, seen_revision=0, by=cast.noor, now=NOW)
    again = drafts.save(agreement, own, seen_draft=1, seen_revision=0, by=cast.noor, now=NOW)
    assert (again.version, again.saved_at) == (first.version, first.saved_at)
    records.submit(agreement, content=own, seen_draft=1, by=cast.noor, now=NOW)
    agreement.refresh_from_db()
    before = (agreement.version, agreement.current_revision.number)
    records.submit(agreement, content=own, seen_draft=2, seen_revision=1, by=cast.noor, now=NOW)
    agreement.refresh_from_db()
    assert (agreement.version, agreement.current_revision.number) == before == (2, 1)


def test_fault_t17_numbers_go_up_by_one(year: Registration, cast: Cast) -> None:
    record = make.submitted(year, OBSERVATION, now=NOW)
    for words in ("One.", "Two.", "Two."):
        record.refresh_from_db()
        records.return_(record, reason="More.", seen_version=record.version, by=cast.ben, now=NOW)
        make.finish(record, Part.NQSW, by=cast.noor, now=NOW, reflection=words)
    assert list(record.revisions.order_by("number").values_list("number", flat=True)) == [1, 2, 3, 4]


def test_a_returned_record_submitted_twice_is_submitted_once(year: Registration, cast: Cast) -> None:
    record = make.in_state(year, RecordState.RETURNED, kind=OBSERVATION, now=NOW, coordinator=cast.amira)
    seen = record.current_revision.number
    own = make.content(schema_of(record), Part.NQSW, reflection="I would listen longer.")
    records.submit(record, content=own, seen_revision=seen, by=cast.noor, now=NOW)
    with pytest.raises(Refused, match="is ready to sign"):
        records.submit(record, content=own, seen_revision=seen, by=cast.noor, now=NOW)
    assert record.revisions.count() == seen + 1
    assert record.transitions.filter(to_state=RecordState.SUBMITTED).count() == 2


@pytest.mark.parametrize("state", [RecordState.SUBMITTED, RecordState.AGREED, RecordState.LOCKED])
def test_fault_t15_a_record_that_is_closed_takes_no_words(year: Registration, cast: Cast, state: str) -> None:
    record = make.in_state(year, state, kind=OBSERVATION, now=NOW, coordinator=cast.amira)
    kept = list(Draft.objects.values_list("content", "version"))
    with pytest.raises(Refused):
        save(record, cast.noor, client=f"{PAGE}:1", reflection="Changed.")
    assert list(Draft.objects.values_list("content", "version")) == kept


def test_too_long_a_text_is_kept_and_refused_only_at_the_end(year: Registration, cast: Cast) -> None:
    record = make.draft(year, OBSERVATION, now=NOW)
    own = make.content(schema_of(record), Part.NQSW, reflection="x" * 6_214)
    saved = drafts.save(record, own, seen_draft=0, seen_revision=0, by=cast.noor, now=NOW)
    most = schema_of(record).field("reflection").max_length
    said = still_wrong(schema_of(record), saved.content)["reflection"]
    assert said.endswith(f"is {6_214 - most:,} characters too long. It is kept; shorten it before you finish.")
    with pytest.raises(Refused, match="too long") as refusal:
        records.submit(record, content=own, seen_draft=1, by=cast.noor, now=NOW)
    assert refusal.value.field == "reflection"
    assert Draft.objects.get().content["reflection"] == own["reflection"]
    with pytest.raises(Refused):
        save(record, cast.noor, reflection="x" * (MOST_KEPT + 1))


def test_a_date_that_is_not_whole_yet_is_kept(year: Registration, cast: Cast) -> None:
    record = make.draft(year, OBSERVATION, now=NOW)
    saved = save(record, cast.ben, observed_on=["31", "", ""])
    assert saved.draft.content == {"observed_on": ["31", "", ""]}
    assert still_wrong(schema_of(record), saved.draft.content)["observed_on"].endswith("must be a real date.")


def test_an_answer_to_a_question_that_is_not_asked_is_refused(agreement: Record, cast: Cast) -> None:
    with pytest.raises(Refused, match="not on the form"):
        save(agreement, cast.noor, salary="1")
    with pytest.raises(Refused, match="somebody else to answer"):
        save(agreement, cast.noor, supervision="Daily.")
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("One\r\ntwo  \rthree\n\n", "One\ntwo\nthree"),
        ("One\x0btwo\x0cthree", "One\ntwo\nthree"),  # a word processor's line and page
        ("so\u00adft \u200bspace\ufeff", "soft space"),
        ("A\x00B\x07\x1b\u202eC\u2066\ud800", "ABC"),
        ("Zoe\u0308", "Zoë"),
        ("👩‍👩‍👧 ok", "👩‍👩‍👧 ok"),
        ("שלום\u200f, עולם", "שלום\u200f, עולם"),
        ("<p class=MsoNormal>Plain</p>", "<p class=MsoNormal>Plain</p>"),
    ],
)
def test_what_word_processors_leave_is_taken_out(typed: str, kept: str) -> None:
    assert visible(typed) == kept == visible(kept)


ANSWERS = st.dictionaries(st.sampled_from("abc"), st.sampled_from(["", "1", "2", "3"]))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ANSWERS, ANSWERS, ANSWERS, ANSWERS, ANSWERS, st.sets(st.sampled_from("abc")))
def test_no_text_is_ever_nowhere(mine, seen, draft, begun, current, elsewhere) -> None:  # type: ignore[no-untyped-def]  # noqa: PLR0917
    """What a page sends and what a draft held stands afterwards, or is the record's, or was set aside; but for what the
    person took back to what the record had said."""
    draft = {key: value for key, value in draft.items() if not same(value, begun.get(key))}
    met = meet(mine, seen=seen, draft=draft, begun=begun, current=current, elsewhere=elsewhere)
    somewhere = {(key, value) for source in (met.content, current) for key, value in source.items()} | set(met.aside)
    for key, value in mine.items():
        assert same(value, None) or same(value, seen.get(key)) or (key, value) in somewhere, key
        stands = met.content.get(key, current.get(key))
        assert same(stands, value) or key in met.both or key in met.news
    for key, value in draft.items():
        untouched = key not in mine
        assert not untouched or same(value, None) or (key, value) in somewhere, key
    assert not met.news & met.both.keys()


def test_random_orders_of_saving_end_with_every_text_somewhere(agreement: Record, cast: Cast) -> None:
    """Two pages of one person and a colleague take turns; each writes what nobody has written before."""
    numbers = count(1)
    seen = {PAGE: (0, 0), OTHER: (0, 0)}
    texts = []
    for turn, page in enumerate([PAGE, OTHER, OTHER, PAGE, OTHER, PAGE, PAGE], 1):
        if turn == 3:
            make.finish(agreement, Part.ASSESSOR, by=cast.ben, now=NOW, **{BOTH: "From Ben."})
        texts.append(f"Text {turn}.")
        saved = save(agreement, cast.noor, seen[page], client=f"{page}:{next(numbers)}", **{BOTH: texts[-1]})
        if saved.both:
            seen[page] = (saved.draft.version, saved.revision)
    kept = {one.answer for one in SetAside.objects.all()} | {Draft.objects.get(person=cast.noor).content.get(BOTH)}
    own = [text for text in texts if text in kept]
    assert own[-1] == texts[-1]
    assert {texts[0], texts[1], texts[2]} & kept
