"""The pages, as each person walks them; step one of a reading is blind."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts import roles
from accounts.models import SensitiveRead
from assessments.models import Outcome
from asye import clock
from moderation.models import Allocation, ConflictDeclared, Feedback, Reading, Resolution, Round, SampleItem
from moderation.services import conflicts, feedback
from moderation.states import Answer, Stage
from registrations.models import Registration
from tests.cast import NOW, Cast
from tests.factories import accounts as people
from tests.factories import moderation as make
from tests.factories import registrations as register


@pytest.fixture(autouse=True)
def moved_clock(db: None):
    with clock.moved_to(NOW):
        yield


@pytest.fixture
def browse(client_for: type[Client]):
    """A browser somebody is signed in to."""

    def signed_in(user: object) -> Client:
        browser = client_for()
        browser.force_login(user)
        return browser

    return signed_in


def words(response: object) -> str:
    """What a page says, without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_coordinator_opens_a_round_and_shares_it_out(recommended: Registration, cast: Cast, browse) -> None:
    amira = browse(cast.amira)
    url = reverse("moderation_open", args=[cast.northshire.pk, recommended.programme_year_id])
    assert url in amira.get(reverse("moderation")).content.decode()
    page = words(amira.get(url))
    assert "1 agreed recommendation" in page
    assert "0 passes and 1 fail" in page
    answered = amira.post(url, {"count": "1"})
    opened = Round.objects.get()
    assert answered.url == reverse("moderation_round", args=[opened.pk])
    page = words(amira.get(answered.url))
    assert opened.seed in page
    assert opened.population_hash in page
    assert "Needs a reader" in page
    assert amira.post(reverse("moderation_share_out", args=[opened.pk])).status_code == 302
    assert Allocation.objects.get().moderator == cast.dev
    page = words(amira.get(reverse("moderation_round", args=[opened.pk])))
    assert "1 reading given out" in page
    assert "Dev Malhotra: reading the evidence" in page
    page = words(amira.get(reverse("moderation_population", args=[opened.pk])))
    assert opened.population.get().final_revision.sha256 in page


def test_when_nobody_is_free_the_page_says_what_to_do(opened: Round, cast: Cast, browse) -> None:
    conflicts.declare(make.items_of(opened)[0], cast.dev, "A relative.", by=cast.amira, now=NOW)
    answered = browse(cast.amira).post(reverse("moderation_share_out", args=[opened.pk]))
    assert answered.status_code == 409
    assert "Give the moderator role to someone" in words(answered)


def test_step_one_shows_the_evidence_and_nothing_of_the_recommendation(held: Allocation, cast: Cast, browse) -> None:
    population = held.item.population
    assert make.CANARY in str(population.final_revision.content)
    dev = browse(cast.dev)
    for name in ("reading", "reading_seal", "reading_conflict"):
        page = dev.get(reverse(name, args=[held.pk])).content.decode()
        for hidden in (make.CANARY, "Drawn at random", "The recommendation is fail", "Ben Okafor", "Sufficient"):
            assert hidden not in page, (name, hidden)
    page = dev.get(reverse("reading", args=[held.pk])).content.decode()
    assert make.EVIDENCE in page
    assert "Final review" in page
    assert population.registration.nqsw.full_name not in page
    page = dev.get(reverse("readings")).content.decode()
    assert make.CANARY not in page
    assert population.registration.reference in page
    for notice in cast.dev.notices.all():
        assert make.CANARY not in notice.body
        assert "fail" not in notice.body.lower()


def test_a_reader_walks_both_steps(held: Allocation, cast: Cast, browse) -> None:
    url, dev = reverse("reading", args=[held.pk]), browse(cast.dev)
    kept = dev.post(url, {"step": "open", "version": "1", "judgement": "", "reasons": "So far.", "action": "save"})
    assert kept.url == reverse("readings")
    assert "Started" in words(dev.get(kept.url))
    missing = dev.post(url, {"step": "open", "version": "2", "reasons": "So far.", "action": "continue"})
    assert "Select what you make of the evidence" in words(missing)
    said = {"step": "open", "version": "2", "judgement": "fail", "reasons": "Thin.", "action": "continue"}
    assert dev.post(url, said).url == reverse("reading_seal", args=[held.pk])
    seal = reverse("reading_seal", args=[held.pk])
    assert "Thin." in words(dev.get(seal))
    assert dev.post(seal, {"version": "3"}).url == url
    page = dev.get(url).content.decode()
    assert make.CANARY in page
    assert "Read the recommendation" in page
    said = {"step": "sealed", "version": "4", "answer": "other", "reasons": "", "action": "continue"}
    assert dev.post(url, said).url == reverse("reading_complete", args=[held.pk])
    complete = reverse("reading_complete", args=[held.pk])
    assert "Enter your reasons" in words(dev.post(complete, {"version": "5"}))
    said = {"step": "sealed", "version": "5", "answer": "agrees", "reasons": "", "action": "continue"}
    dev.post(url, said)
    assert dev.post(complete, {"version": "6"}).url == url
    shown = words(browse(cast.amira).get(reverse("moderation")))
    assert "Reader and assessor came to the same result 1 of 1 (100%)" in shown
    assert "Statistics that allow for agreement by chance" in shown
    assert "Shown from 10 readings on" in shown
    page = words(dev.get(url))
    assert "Reading complete" in page
    assert "What happens next" in page
    assert Resolution.objects.get().conclusion == "fail"
    assert "Completed" in words(dev.get(reverse("readings")))


def test_two_windows_show_both_texts(held: Allocation, cast: Cast, browse) -> None:
    url, dev = reverse("reading", args=[held.pk]), browse(cast.dev)
    said = {"step": "open", "version": "1", "judgement": "pass", "action": "save"}
    dev.post(url, {**said, "reasons": "From the first window."})
    answered = dev.post(url, {**said, "reasons": "From the second window."})
    assert answered.status_code == 409
    page = words(answered)
    assert "From the first window." in page
    assert "From the second window." in page
    again = dev.post(url, {**said, "version": "2", "reasons": "Both."})
    assert again.status_code == 302
    assert Reading.objects.get().judgement_reasons == "Both."


def test_a_sealed_judgement_is_not_changed_by_an_old_page(sealed: Allocation, cast: Cast, browse) -> None:
    said = {"step": "open", "version": str(sealed.reading.version), "judgement": "pass", "reasons": "x"}
    answered = browse(cast.dev).post(reverse("reading", args=[sealed.pk]), said)
    assert answered.status_code == 409
    assert "sealed and cannot be changed" in words(answered)
    assert browse(cast.dev).get(reverse("reading_seal", args=[sealed.pk])).status_code == 302


def test_a_reader_declares_a_conflict(held: Allocation, cast: Cast, browse) -> None:
    url, dev = reverse("reading_conflict", args=[held.pk]), browse(cast.dev)
    assert "Enter the reason" in words(dev.post(url, {"because": " "}))
    assert dev.post(url, {"because": "A neighbour."}).url == reverse("readings")
    assert ConflictDeclared.objects.get().because == "A neighbour."
    assert dev.get(reverse("reading", args=[held.pk])).status_code == 404


def test_the_coordinator_settles_a_difference_and_feeds_back(held: Allocation, cast: Cast, browse) -> None:
    held = make.completed(held, by=cast.dev, now=NOW, answer=Answer.NOT_CLEAR)
    amira, item = browse(cast.amira), reverse("moderation_item", args=[held.item_id])
    assert "Record the resolution" in words(amira.get(item))
    url = reverse("moderation_resolve", args=[held.item_id])
    assert "The evidence is thin." in words(amira.get(url))
    assert "Select how it was resolved" in words(amira.post(url, {}))
    assert "Enter the reasons" in words(amira.post(url, {"how": "panel", "conclusion": "fail", "reasons": ""}))
    assert amira.post(url, {"how": "panel", "conclusion": "fail", "reasons": "We met."}).url == item
    assert "Decided by a panel, by Amira Aslan" in words(amira.get(item))
    send = reverse("moderation_feedback", args=[held.item_id])
    assert "Enter the feedback" in words(amira.post(send, {"text": ""}))
    assert amira.post(send, {"text": "Argue it more clearly."}).url == item
    assert "Not acknowledged yet" in words(amira.get(item))
    ben, sent = browse(cast.ben), reverse("feedback", args=[Feedback.objects.get().pk])
    assert sent in ben.get(reverse("feedback_mine")).content.decode()
    assert "Argue it more clearly." in words(ben.get(sent))
    ben.post(sent)
    assert "Acknowledged on 14 September 2026" in words(ben.get(sent))
    assert "Acknowledged" in words(amira.get(item))


def test_the_coordinator_withdraws_and_names_another(held: Allocation, cast: Cast, browse) -> None:
    other = people.person("second@northshire.example", "Second", "Reader", by=cast.adele, now=NOW)
    people.in_role(other, roles.MODERATOR, cast.northshire, by=cast.adele, now=NOW)
    people.in_role(cast.ben, roles.MODERATOR, cast.northshire, by=cast.adele, now=NOW)
    amira, item = browse(cast.amira), reverse("moderation_item", args=[held.item_id])
    url = reverse("moderation_withdraw", args=[held.pk])
    assert "Enter the reason" in words(amira.post(url, {}))
    assert amira.post(url, {"because": "On leave."}).url == item
    url = reverse("moderation_allocate", args=[held.item_id])
    page = words(amira.get(url))
    assert "Second Reader" in page
    assert "Ben Okafor" not in page
    assert amira.post(url, {"moderator": str(cast.ben.pk)}).status_code == 200
    assert amira.post(url, {"moderator": str(other.pk)}).url == item
    assert Allocation.objects.live().get().moderator == other
    url = reverse("moderation_conflict", args=[Allocation.objects.live().get().pk])
    assert "taken from Second Reader" in words(amira.get(url))
    assert amira.post(url, {"because": "Line manager."}).url == item
    assert not Allocation.objects.live().exists()


def test_the_senior_lead_confirms_a_fail(read: Allocation, cast: Cast, browse) -> None:
    population = read.item.population
    lena, url = browse(cast.lena), reverse("outcome_confirm", args=[population.registration_id])
    said = {"revision": str(population.final_revision_id), "result": "fail", "reason": ""}
    assert "Enter the date the NQSW was given notice" in words(lena.post(url, said))
    day = {"notice_on_day": "15", "notice_on_month": "9", "notice_on_year": "2026"}
    assert "must be today or in the past" in words(lena.post(url, {**said, **day}))
    day["notice_on_day"] = "14"
    page = words(lena.post(url, {**said, **day}))
    assert "Last day to appeal 12 October 2026" in page
    page = words(lena.get(lena.post(url, {**said, **day, "confirmed": "yes"}).url))
    assert "can appeal until 12 October 2026" in page
    assert "No certificate is made" in page


def pages_of(held: Allocation, sent: Feedback) -> dict[str, set[str]]:
    """Every page about one record and who may open it."""
    item, round_ = held.item_id, held.item.population.round_id
    registration = held.item.population.registration_id
    year = held.item.population.round.programme_year_id
    employer = held.item.population.round.employer_id
    return {
        reverse("moderation"): {"amira", "cora", "udo"},
        reverse("moderation_open", args=[employer, year]): {"amira"},
        reverse("moderation_round", args=[round_]): {"amira", "udo"},
        reverse("moderation_population", args=[round_]): {"amira", "udo"},
        reverse("moderation_item", args=[item]): {"amira", "udo"},
        reverse("moderation_allocate", args=[item]): {"amira"},
        reverse("moderation_resolve", args=[item]): {"amira"},
        reverse("moderation_feedback", args=[item]): {"amira"},
        reverse("moderation_withdraw", args=[held.pk]): {"amira"},
        reverse("moderation_conflict", args=[held.pk]): {"amira"},
        reverse("readings"): {"dev", "mina"},
        reverse("reading", args=[held.pk]): {"dev"},
        reverse("reading_conflict", args=[held.pk]): {"dev"},
        reverse("outcomes_to_confirm"): {"lena", "sol"},
        reverse("outcome_confirm", args=[registration]): {"lena"},
        reverse("feedback", args=[sent.pk]): {"amira", "ben", "udo"},
    }


def test_who_may_open_what(held: Allocation, cast: Cast, browse, client) -> None:
    make.recommended(cast, now=NOW, number=8)  # keeps the page of a new round open
    held = make.completed(held, by=cast.dev, now=NOW)
    sent = feedback.send(SampleItem.objects.get(pk=held.item_id), "Good.", by=cast.amira, now=NOW)
    browsers = {
        name: browse(getattr(cast, name))
        for name in (
            "amira", "lena", "ben", "dev", "cora", "sol", "cal", "mina", "noor", "erin", "omar", "priya", "ana", "udo",
            "adele", "nils",
        )
    }  # fmt: skip
    for url, allowed in pages_of(held, sent).items():
        assert client.get(url).status_code == 302, url
        for name, browser in browsers.items():
            status = browser.get(url).status_code
            assert (status == 200) == (name in allowed), (url, name, status)
            own_page = url == reverse("moderation") and name in ("lena", "dev", "sol", "mina")
            assert status == 302 if own_page else status in (200, 403, 404), (url, name, status)


def test_a_reading_is_noted_as_sensitive(held: Allocation, cast: Cast, browse) -> None:
    browse(cast.dev).get(reverse("reading", args=[held.pk]))
    assert SensitiveRead.objects.get().object_id == held.item_id
    assert held.reading.stage is Stage.OPEN


def test_a_coordinator_who_reads_is_blind_too(recommended: Registration, cast: Cast, browse) -> None:
    people.in_role(cast.amira, roles.MODERATOR, cast.northshire, by=cast.adele, now=NOW)
    make.recommended(cast, now=NOW, number=1, result="fail")
    opened = make.round_of(cast, now=NOW, results=())
    mine = Allocation.objects.get(moderator=cast.amira)
    amira = browse(cast.amira)
    page = words(amira.get(reverse("moderation_item", args=[mine.item_id])))
    assert "Hidden until you have sealed" in page
    assert "The recommendation is fail" not in page
    assert words(amira.get(reverse("moderation_round", args=[opened.pk]))).count("The recommendation is fail") == 1
    assert "Hidden until" in words(amira.get(reverse("moderation_population", args=[opened.pk])))


def test_readers_see_each_other_only_when_all_have_sealed(cast: Cast, browse) -> None:
    register.published_year(2026, by=cast.adele, second=cast.zora, now=NOW, readers=2)
    other = people.person("second@northshire.example", "Second", "Reader", by=cast.adele, now=NOW)
    people.in_role(other, roles.MODERATOR, cast.northshire, by=cast.adele, now=NOW)
    make.round_of(cast, now=NOW)
    held = make.completed(make.held_by(cast.dev), by=cast.dev, now=NOW)
    url, item = reverse("reading", args=[held.pk]), reverse("moderation_item", args=[held.item_id])
    assert "shown once they have sealed" in words(browse(cast.dev).get(url))
    assert "The reviews show it." not in words(browse(cast.amira).get(item))
    make.sealed(make.held_by(other), by=other, now=NOW)
    assert "Another reader" in words(browse(cast.dev).get(url))
    assert "The reviews show it." in words(browse(cast.amira).get(item))


def test_a_stale_confirm_page_is_refused(recommended_pass: Registration, cast: Cast, browse) -> None:
    url = reverse("moderation_open", args=[cast.northshire.pk, recommended_pass.programme_year_id])
    for count in ("2", "", "many", "１"):
        assert browse(cast.amira).post(url, {"count": count}).status_code == 409
    assert not Round.objects.exists()


def test_the_senior_lead_confirms_a_pass(held_pass: Allocation, cast: Cast, browse) -> None:
    population, lena = held_pass.item.population, browse(cast.lena)
    registration = population.registration
    url = reverse("outcome_confirm", args=[registration.pk])
    assert "Waiting for moderation" in words(lena.get(reverse("outcomes_to_confirm")))
    assert lena.get(url).status_code == 409
    make.completed(held_pass, by=cast.dev, now=NOW, judgement="pass")
    assert url in lena.get(reverse("outcomes_to_confirm")).content.decode()
    page = words(lena.get(url))
    assert make.CANARY in page
    for part in ("Accurate", "Valid", "Robust", "Sufficient", "Agreed, by Dev Malhotra"):
        assert part in page
    said = {"revision": str(population.final_revision_id), "result": "pass", "reason": ""}
    assert "Select the outcome" in words(lena.post(url, {**said, "result": ""}))
    assert "ends the year" in words(lena.post(url, said))
    assert not Outcome.objects.exists()
    done = lena.post(url, {**said, "confirmed": "yes"})
    assert done.url == reverse("outcome_confirmed", args=[registration.pk])
    page = words(lena.get(done.url))
    assert "Outcome confirmed: pass" in page
    assert "The certificate is being prepared" in page
    assert lena.get(url).url == done.url
    assert lena.post(url, {**said, "confirmed": "yes"}).status_code == 409


def test_a_decision_against_the_recommendation_asks_why(read_pass: Allocation, cast: Cast, browse) -> None:
    population = read_pass.item.population
    url = reverse("outcome_confirm", args=[population.registration_id])
    said = {
        "revision": str(population.final_revision_id), "result": "fail", "reason": "",
        "notice_on_day": "14", "notice_on_month": "9", "notice_on_year": "2026",
    }  # fmt: skip
    assert "Enter why the decision differs" in words(browse(cast.lena).post(url, said))
