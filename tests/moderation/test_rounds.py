"""Opening a round, sharing it out, resolving what was read, feeding back and closing."""

import pytest

from accounts import roles
from accounts.models import User
from asye.refusals import NotAllowed, Refused, Stale
from moderation import queries, sampling
from moderation.models import Allocation, PopulationItem, Resolution, Round, SampleItem
from moderation.services import allocation, feedback, resolution, rounds
from moderation.states import Answer, Because, How
from registrations.models import Registration
from registrations.services import changes
from tests.cast import NOW, TODAY, Cast
from tests.factories import accounts as people
from tests.factories import moderation as make
from tests.factories import registrations as register
from tests.ground.built_once import built_once


def second_reader(cast: Cast, key: str = "second") -> User:
    person = people.person(f"{key}@northshire.example", key.title(), "Reader", by=cast.adele, now=NOW)
    people.in_role(person, roles.MODERATOR, cast.northshire, by=cast.adele, now=NOW)
    return person


@built_once
def disputed(cast: Cast, held: Allocation) -> Allocation:
    """Dev came to the same result for other reasons, which the co-ordinator has to settle."""
    return make.completed(make.held_by(cast.dev), by=cast.dev, now=NOW, answer=Answer.OTHER)


def test_what_is_frozen_and_drawn(recommended_pass: Registration, cast: Cast) -> None:
    for number, result in enumerate(("fail", "pass", "pass"), start=1):
        make.recommended(cast, now=NOW, number=number, result=result)
    opened = make.round_of(cast, now=NOW, results=(), readers=False)
    population = list(opened.population.select_related("final_revision"))
    candidates = [
        sampling.Candidate(
            one.final_revision_id, one.final_revision.sha256, one.recommends == "pass", one.assessor.human_id
        )
        for one in population
    ]
    assert opened.population_hash == sampling.population_hash(candidates)
    again = sampling.draw(candidates, seed=opened.seed, percent=opened.sample_percent)
    stored = {one.population.final_revision_id: one.reasons for one in make.items_of(opened)}
    assert stored == {revision: [why.value for why in reasons] for revision, reasons in again.items()}
    fail = next(one for one in population if one.recommends == "fail")
    assert stored[fail.final_revision_id] == [Because.FAIL]
    assert len(stored) == 2


def test_only_a_coordinator_opens(recommended_pass: Registration, cast: Cast) -> None:
    for who in set(cast.everybody()) - {cast.amira}:
        with pytest.raises(NotAllowed):
            rounds.open_round(cast.northshire, by=who, now=NOW)


def test_a_page_that_showed_another_number_is_stale(recommended_pass: Registration, cast: Cast) -> None:
    with pytest.raises(Stale, match="is now 1"):
        rounds.open_round(cast.northshire, by=cast.amira, now=NOW, seen_count=2)
    assert not Round.objects.exists()


def test_readings_go_to_the_least_loaded(recommended: Registration, cast: Cast) -> None:
    other = second_reader(cast)
    for number in (1, 2, 3):
        make.recommended(cast, now=NOW, number=number, result="fail")
    make.round_of(cast, now=NOW, results=())
    assert Allocation.objects.filter(moderator=cast.dev).count() == 2
    assert Allocation.objects.filter(moderator=other).count() == 2
    assert cast.dev.notices.filter(kind="moderation.readings_waiting").count() == 1


def test_a_recommendation_is_in_one_round_only(held: Allocation, cast: Cast) -> None:
    with pytest.raises(Refused, match="nothing to moderate yet"):
        rounds.open_round(cast.northshire, by=cast.amira, now=NOW)


def test_sharing_out_again_gives_nothing_twice(held: Allocation, cast: Cast) -> None:
    with pytest.raises(Refused, match="has its readers already"):
        allocation.share_out(held.item.population.round, by=cast.amira, now=NOW)


def test_a_moderator_of_another_employer_is_refused(opened: Round, cast: Cast) -> None:
    (item,) = make.items_of(opened)
    with pytest.raises(Refused, match="moderator of this employer"):
        allocation.allocate(item, cast.mina, by=cast.amira, now=NOW)


def test_enough_readers_are_enough_until_they_have_finished(opened: Round, cast: Cast) -> None:
    other = second_reader(cast)
    (item,) = make.items_of(opened)
    allocation.allocate(item, cast.dev, by=cast.amira, now=NOW)
    with pytest.raises(Refused, match="has its readers"):
        allocation.allocate(item, other, by=cast.amira, now=NOW)
    make.completed(make.held_by(cast.dev), by=cast.dev, now=NOW, answer=Answer.OTHER)
    allocation.allocate(item, other, by=cast.amira, now=NOW)
    with pytest.raises(Refused, match="not been read to the end"):
        resolution.resolve(item, How.PANEL, "fail", "Met on Monday.", by=cast.amira, now=NOW)


def test_agreement_resolves_itself(held: Allocation, cast: Cast) -> None:
    make.completed(held, by=cast.dev, now=NOW)
    made = Resolution.objects.get()
    assert (made.how, made.conclusion, made.decided_by) == (How.AGREED, "fail", cast.dev)
    assert cast.lena.notices.filter(kind="moderation.outcomes_waiting").exists()


def test_a_blind_judgement_that_differed_is_for_the_coordinator(held: Allocation, cast: Cast) -> None:
    held = make.completed(held, by=cast.dev, now=NOW, judgement="pass", answer=Answer.AGREES)
    assert not Resolution.objects.exists()
    assert cast.amira.notices.filter(kind="moderation.to_resolve").exists()
    with pytest.raises(Refused, match="Enter the reasons") as error:
        resolution.resolve(held.item, How.AGREED, "fail", " ", by=cast.amira, now=NOW)
    assert error.value.field == "reasons"
    resolution.resolve(held.item, How.AGREED, "fail", "They talked.", by=cast.amira, now=NOW)


def test_a_further_reader_decides(held: Allocation, cast: Cast) -> None:
    third = second_reader(cast)
    held = make.completed(held, by=cast.dev, now=NOW, judgement="pass", answer=Answer.INCONSISTENT)
    with pytest.raises(Refused, match="No further reader"):
        resolution.resolve(held.item, How.THIRD_READER, "fail", "x", by=cast.amira, now=NOW)
    allocation.allocate(held.item, third, by=cast.amira, now=NOW)
    make.completed(make.held_by(third), by=third, now=NOW, judgement="fail")
    with pytest.raises(Refused, match="own judgement"):
        resolution.resolve(held.item, How.THIRD_READER, "pass", "x", by=cast.amira, now=NOW)
    resolution.resolve(held.item, How.THIRD_READER, "fail", "The third reader saw it too.", by=cast.amira, now=NOW)


def test_only_a_coordinator_without_a_hand_in_it_resolves(disputed: Allocation, cast: Cast) -> None:
    people.in_role(cast.ben, roles.COORDINATOR, cast.northshire, by=cast.adele, now=NOW)
    for who in set(cast.everybody()) - {cast.amira}:
        with pytest.raises(NotAllowed):
            resolution.resolve(disputed.item, How.PANEL, "fail", "x", by=who, now=NOW)


@pytest.mark.parametrize(("how", "conclusion"), [("", "fail"), ("panel", ""), ("coin", "fail"), ("panel", "draw")])
def test_bad_resolutions(how: str, conclusion: str, disputed: Allocation, cast: Cast) -> None:
    with pytest.raises(Refused, match="Select"):
        resolution.resolve(disputed.item, how, conclusion, "Because.", by=cast.amira, now=NOW)


def test_closing(held: Allocation, cast: Cast) -> None:
    opened = held.item.population.round
    with pytest.raises(Refused, match="1 sampled record has no resolution yet"):
        rounds.close(opened, by=cast.amira, now=NOW)
    make.completed(held, by=cast.dev, now=NOW)
    with pytest.raises(NotAllowed):
        rounds.close(opened, by=cast.cora, now=NOW)
    rounds.close(opened, by=cast.amira, now=NOW)
    with pytest.raises(Refused, match="closed already"):
        rounds.close(opened, by=cast.amira, now=NOW)


def test_feedback_is_sent_and_acknowledged_once(held: Allocation, cast: Cast) -> None:
    with pytest.raises(Refused, match="Resolve this record first"):
        feedback.send(held.item, "Good.", by=cast.amira, now=NOW)
    make.completed(held, by=cast.dev, now=NOW)
    with pytest.raises(Refused, match="Enter the feedback"):
        feedback.send(held.item, " ", by=cast.amira, now=NOW)
    sent = feedback.send(held.item, "Good.", by=cast.amira, now=NOW)
    assert cast.ben.notices.filter(kind="moderation.feedback_sent").exists()
    for who in set(cast.everybody()) - {cast.ben}:
        with pytest.raises(NotAllowed):
            feedback.acknowledge(sent, by=who, now=NOW)
    feedback.acknowledge(sent, by=cast.ben, now=NOW)
    with pytest.raises(Refused, match="already"):
        feedback.acknowledge(sent, by=cast.ben, now=NOW)


def test_two_readers(cast: Cast) -> None:
    register.published_year(2026, by=cast.adele, second=cast.zora, now=NOW, readers=2)
    other = second_reader(cast)
    make.round_of(cast, now=NOW)
    assert Allocation.objects.count() == 2
    make.completed(make.held_by(cast.dev), by=cast.dev, now=NOW)
    assert not Resolution.objects.exists()
    make.completed(make.held_by(other), by=other, now=NOW)
    assert Resolution.objects.get().how == How.AGREED
    assert PopulationItem.objects.ready().count() == 1


def test_the_rules_are_the_programme_years(cast: Cast) -> None:
    register.published_year(2026, by=cast.adele, second=cast.zora, now=NOW, sample_percent=50, readers=2)
    opened = make.round_of(cast, now=NOW, results=["pass"] * 3, readers=False)
    assert (opened.sample_percent, opened.readers) == (50, 2)
    assert len(make.items_of(opened)) == 2


def test_the_second_round_of_a_year_does_not_top_up_the_same_assessor(cast: Cast) -> None:
    register.published_year(2026, by=cast.adele, second=cast.zora, now=NOW, sample_percent=0)
    make.round_of(cast, now=NOW, results=["pass"])
    assert SampleItem.objects.get().reasons == [Because.PER_ASSESSOR]
    make.recommended(cast, now=NOW, number=5)
    rounds.open_round(cast.northshire, by=cast.amira, now=NOW)
    assert SampleItem.objects.count() == 1


def test_nothing_to_moderate(cast: Cast) -> None:
    with pytest.raises(Refused, match="nothing to moderate yet"):
        rounds.open_round(cast.northshire, by=cast.amira, now=NOW)


def test_an_unsigned_or_withdrawn_one_is_not_taken(cast: Cast) -> None:
    make.registered(cast, now=NOW, number=0)
    left = make.recommended(cast, now=NOW, number=1)
    changes.withdraw(left, TODAY, "Moved away.", by=cast.amira, now=NOW)
    assert not queries.ready_for_round([cast.northshire]).exists()
