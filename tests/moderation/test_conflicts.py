"""Nobody reads what they had a hand in: refused by list, page, service and database."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts import roles
from accounts.models import User
from accounts.waiting import found
from asye.refusals import NotAllowed, Refused
from moderation import queries
from moderation.models import Allocation, ConflictDeclared, Reading, Resolution, Round, SampleItem
from moderation.queries.waiting import FOR_PERSON
from moderation.services import allocation, confirming, conflicts, reading, resolution, rounds
from moderation.states import Answer, How, Stage
from registrations.models import Registration
from registrations.services import assessors
from tests.cast import NOW, TODAY, Cast
from tests.factories import accounts as people
from tests.factories import moderation as make

LATER = NOW + timedelta(days=1)


def moderator(user: User, cast: Cast) -> User:
    people.in_role(user, roles.MODERATOR, cast.northshire, by=cast.adele, now=NOW)
    return user


@pytest.fixture
def item(opened: Round) -> SampleItem:
    """Nina's recommendation, drawn and not given to anybody."""
    return make.items_of(opened)[0]


def try_to_give(item: SampleItem, who: User, cast: Cast) -> None:
    with pytest.raises(Refused, match="cannot read this record"):
        allocation.allocate(item, who, by=cast.amira, now=NOW)
    with pytest.raises(IntegrityError, match="has a conflict"), transaction.atomic():
        Allocation.objects.create(
            item=item, moderator=who, moderator_human=who.human, allocated_by=cast.amira, allocated_at=NOW
        )


def test_the_assessor_and_signer(item: SampleItem, cast: Cast) -> None:
    moderator(cast.ben, cast)
    assert cast.ben not in queries.free_readers(item, TODAY)
    try_to_give(item, cast.ben, cast)


def test_an_earlier_assessor(item: SampleItem, cast: Cast) -> None:
    early = people.person("early@northshire.example", "Early", "Bird", by=cast.adele, now=NOW)
    people.in_role(early, roles.ASSESSOR, cast.northshire, by=cast.adele, now=NOW)
    moderator(early, cast)
    registration = item.population.registration
    assessors.assign_assessor(registration, early, TODAY, by=cast.amira, now=NOW)
    assessors.assign_assessor(registration, cast.ben, TODAY + timedelta(days=1), by=cast.amira, now=LATER)
    try_to_give(item, early, cast)


def test_the_nqsw_themselves(item: SampleItem, cast: Cast) -> None:
    own = item.population.registration.nqsw.user
    assert own is not None
    try_to_give(item, moderator(own, cast), cast)


def test_a_second_account_of_the_assessor(item: SampleItem, cast: Cast) -> None:
    twin = people.person("ben.twin@northshire.example", "Benjamin", "Okafor", by=cast.adele, now=NOW)
    twin.human = cast.ben.human
    twin.save(update_fields=["human"])
    try_to_give(item, moderator(twin, cast), cast)


def test_a_declared_conflict(item: SampleItem, cast: Cast) -> None:
    conflicts.declare(item, cast.dev, "Line manager of the assessor.", by=cast.amira, now=NOW)
    try_to_give(item, cast.dev, cast)
    with pytest.raises(Refused, match="recorded already"):
        conflicts.declare(item, cast.dev, "Again.", by=cast.amira, now=NOW)


def test_when_nobody_is_free_the_sentence_says_what_to_do(item: SampleItem, cast: Cast) -> None:
    conflicts.declare(item, cast.dev, "A relative.", by=cast.amira, now=NOW)
    with pytest.raises(Refused, match="Give the moderator role to someone"):
        allocation.share_out(item.population.round, by=cast.amira, now=NOW)
    assert not Allocation.objects.exists()


def test_declaring_takes_an_open_reading_back(sealed: Allocation, cast: Cast) -> None:
    conflicts.declare(sealed.item, cast.dev, "I remembered: a relative.", by=cast.dev, now=NOW)
    assert Allocation.objects.get().withdrawn_because == "A conflict was declared."
    assert ConflictDeclared.objects.get().declared_by == cast.dev
    assert list(cast.amira.notices.values_list("kind", flat=True)).count("moderation.conflict_declared") == 1


def test_nobody_declares_for_others_but_the_coordinator(item: SampleItem, cast: Cast) -> None:
    for who in (cast.ben, cast.lena, cast.cora, cast.mina):
        with pytest.raises(NotAllowed):
            conflicts.declare(item, cast.dev, "Mischief.", by=who, now=NOW)


def test_a_conflict_that_comes_later_hides_and_stops_the_reading(
    judged: Allocation, cast: Cast, client_for: type
) -> None:
    people.in_role(cast.dev, roles.ASSESSOR, cast.northshire, by=cast.adele, now=NOW)
    assessors.assign_assessor(judged.item.population.registration, cast.dev, TODAY, by=cast.amira, now=NOW)
    assert not Allocation.objects.visible_to(cast.dev, TODAY).exists()
    assert queries.conflicts_now(list(queries.for_rows(SampleItem.objects.all()))) == {(judged.item_id, cast.dev.pk)}
    browser = client_for()
    browser.force_login(cast.dev)
    assert browser.get(reverse("reading", args=[judged.pk])).status_code == 404
    with pytest.raises(NotAllowed):
        reading.seal_step_one(judged, by=cast.dev, now=NOW, seen_version=judged.reading.version)
    with pytest.raises(IntegrityError, match="has a conflict"), transaction.atomic():
        Reading.objects.filter(pk=judged.reading.pk).update(sealed_at=NOW)
    assert judged.reading.stage is Stage.OPEN


def test_share_out_never_gives_a_conflicted_reader(recommended: Registration, cast: Cast) -> None:
    moderator(cast.ben, cast)
    make.recommended(cast, now=NOW, number=1, result="fail")
    opened = rounds.open_round(cast.northshire, by=cast.amira, now=NOW)
    shared = allocation.share_out(opened, by=cast.amira, now=NOW)
    assert {one.moderator for one in shared.made} == {cast.dev}
    assert len(shared.made) == 2


def test_a_declarer_neither_resolves_nor_confirms(held: Allocation, cast: Cast) -> None:
    held = make.completed(held, by=cast.dev, now=NOW, judgement="pass", answer=Answer.NOT_CLEAR)
    said = ("agreed", "fail", "The assessor and the reader met.")
    for who in (cast.amira, cast.lena):
        conflicts.declare(held.item, moderator(who, cast), "A friend of the family.", by=cast.amira, now=NOW)
    with pytest.raises(NotAllowed, match="declared conflict"):
        resolution.resolve(held.item, *said, by=cast.amira, now=NOW)
    other = people.person("second@northshire.example", "Sam", "Second", by=cast.adele, now=NOW)
    for role in (roles.COORDINATOR, roles.SENIOR_LEAD):
        people.in_role(other, role, cast.northshire, by=cast.adele, now=NOW)
    resolution.resolve(held.item, *said, by=other, now=NOW)
    registration = held.item.population.registration
    with pytest.raises(NotAllowed, match="declared conflict"):
        confirming.confirm_outcome(registration, "fail", notice_on=TODAY, by=cast.lena, now=NOW)
    assert confirming.confirm_outcome(registration, "fail", notice_on=TODAY, by=other, now=NOW).decided_by == other


def test_a_reading_does_not_count_after_its_reader_declared(
    held: Allocation, cast: Cast, client_for: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as alone:  # so that nothing is concluded yet
        alone.setattr("moderation.services.reading._conclude", lambda *args, **options: None)
        first = make.completed(held, by=cast.dev, now=NOW)
    conflicts.declare(first.item, cast.dev, "A friend of the family.", by=cast.dev, now=NOW)
    tasks = [one.what for one in found([FOR_PERSON], cast.amira, roles.ALL, TODAY)[0].tasks]
    assert "Find a reader for a sampled record" in tasks
    assert "Resolve a sampled record" not in tasks
    browser = client_for()
    browser.force_login(cast.amira)
    page = browser.get(reverse("moderation_item", args=[first.item_id])).content.decode()
    assert reverse("moderation_allocate", args=[first.item_id]) in page
    assert reverse("moderation_resolve", args=[first.item_id]) not in page
    with pytest.raises(Refused, match="Name another reader first"):
        resolution.resolve(first.item, "agreed", "fail", "It is plain.", by=cast.amira, now=NOW)
    second = people.person("second@northshire.example", "Sam", "Second", by=cast.adele, now=NOW)
    moderator(second, cast)
    allocation.allocate(first.item, second, by=cast.amira, now=NOW)
    make.completed(make.held_by(second), by=second, now=NOW)
    assert Resolution.objects.get().how == How.AGREED
    assert Resolution.objects.get().decided_by == second


def test_an_agreement_that_rests_on_a_conflict_is_not_made(
    held: Allocation, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reader's conflict is declared between the check of the reader and the conclusion."""
    conclude = reading._conclude

    def declared_meanwhile(*args: object, **options: object) -> None:
        conflicts.declare(held.item, cast.dev, "A friend of the family.", by=cast.amira, now=NOW)
        conclude(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("moderation.services.reading._conclude", declared_meanwhile)
    make.completed(held, by=cast.dev, now=NOW)
    assert not Resolution.objects.exists()
    assert list(cast.amira.notices.values_list("kind", flat=True)).count("moderation.conflict_declared") == 2
