"""What is kept of each answer, what it changes, and what a caseworker makes of a different name."""

import pytest

from accounts.models import AuditEvent, Notice
from asye.refusals import NotAllowed, Refused
from registrations import queries
from registrations.models import NQSW, RegisterRequest, Registration
from registrations.services import checking, looking, rechecking
from registrations.states import LeftBecause, NoAnswer, RegisterStatus
from tests.cast import NOW
from tests.factories import registrations as make
from tests.registrations.register.conftest import by_manner

pytestmark = pytest.mark.django_db
LATER = NOW.replace(day=20)


@pytest.fixture
def sent(cast, year, server):
    return make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW)


def renamed(server, registration, name):
    server.names[registration.nqsw.swe_number] = name


@pytest.mark.parametrize(
    ("manner", "status", "left", "no_answer"),
    [
        ("", RegisterStatus.REGISTERED, "", ""),
        ("deceased", RegisterStatus.NOT_REGISTERED, LeftBecause.DECEASED, ""),
        ("nobody", RegisterStatus.NOT_FOUND, "", ""),
        ("invalid", RegisterStatus.UNAVAILABLE, "", NoAnswer.REFUSED),
        ("broken", RegisterStatus.UNAVAILABLE, "", NoAnswer.DROPPED),
    ],
)
def test_what_the_register_said_is_kept(cast, sent, server, manner, status, left, no_answer):  # noqa: PLR0917
    server.manners[sent.nqsw.swe_number] = manner
    check = checking.check_register_entry(sent, by=cast.erin, now=NOW)
    assert (check.status, check.left_because, check.no_answer) == (status, left, no_answer)
    assert (check.number, check.checked_by, check.checked_at) == (sent.nqsw.swe_number, cast.erin, NOW)
    assert list(sent.register_checks.all()) == [check]
    event = AuditEvent.objects.filter(act="registrations.check_register").get()
    assert event.codes == [code for code in (status, "casework", left or no_answer) if code]


def test_the_service_asks_by_itself_until_it_is_told(cast, sent, server):
    number = sent.nqsw.swe_number
    server.manners[number] = "busy"
    checking.check_register_entry(sent, by=cast.erin, now=NOW)
    request = looking.keep_asking(sent, by=cast.erin, now=NOW)
    with pytest.raises(Refused, match="already"):
        looking.keep_asking(sent, by=cast.erin, now=NOW)
    server.manners[number] = ""
    rechecking._ask(request, LATER)
    request.refresh_from_db()
    answer = queries.latest_answer(sent)
    assert (request.done_at, request.answer) == (LATER, answer)
    assert answer.checked_by is None
    assert Notice.objects.filter(user=cast.erin, kind="registrations.register_answered").count() == 1
    with pytest.raises(Refused, match="has answered"):
        looking.keep_asking(sent, by=cast.erin, now=LATER)


def test_a_caseworkers_own_look_closes_the_question(cast, sent, server):
    server.manners[sent.nqsw.swe_number] = ["busy", ""]
    checking.check_register_entry(sent, by=cast.erin, now=NOW)
    request = looking.keep_asking(sent, by=cast.erin, now=NOW)
    check = checking.check_register_entry(sent, by=cast.erin, now=LATER)
    request.refresh_from_db()
    assert request.answer == check
    assert not Notice.objects.filter(kind="registrations.register_answered").exists()


def test_no_answer_does_not_take_back_what_was_said(cast, sent, server):
    said = checking.check_register_entry(sent, by=cast.erin, now=NOW)
    server.manners[sent.nqsw.swe_number] = "busy"
    checking.check_register_entry(sent, by=cast.erin, now=LATER)
    assert queries.latest_answer(sent) == said


def test_a_different_name_is_settled_with_a_reason_and_stays_so(cast, sent, server):
    renamed(server, sent, "Philippa Marriott")
    check = checking.check_register_entry(sent, by=cast.erin, now=NOW)
    assert check.name_matches is False
    with pytest.raises(Refused, match="name in the register is different"):
        checking.approve(sent, by=cast.erin, now=NOW)
    with pytest.raises(Refused, match="Enter why"):
        looking.settle_name(sent, "  ", seen_check=check.pk, by=cast.erin, now=NOW)
    looking.settle_name(sent, "They married.", seen_check=check.pk, by=cast.erin, now=NOW)
    with pytest.raises(Refused, match="no difference"):
        looking.settle_name(sent, "They married.", seen_check=check.pk, by=cast.erin, now=NOW)
    approved = checking.approve(sent, by=cast.erin, now=NOW)
    again = checking.check_register_entry(approved, by=cast.erin, now=LATER)
    assert again.name_matches is True


def test_a_name_is_settled_only_as_it_was_read(cast, sent, server):
    renamed(server, sent, "Philippa Marriott")
    read = checking.check_register_entry(sent, by=cast.erin, now=NOW)
    renamed(server, sent, "Quentin Marriott")
    checking.check_register_entry(sent, by=cast.erin, now=NOW)
    with pytest.raises(Refused, match="checked again after you opened"):
        looking.settle_name(sent, "They married.", seen_check=read.pk, by=cast.erin, now=NOW)


def test_the_name_now_and_the_former_name_count(cast, sent, server):
    renamed(server, sent, f"{sent.given_first_name} Marriott")
    assert checking.check_register_entry(sent, by=cast.erin, now=NOW).name_matches is False
    NQSW.objects.filter(pk=sent.nqsw_id).update(former_name="Marriott")
    assert checking.check_register_entry(sent, by=cast.erin, now=NOW).name_matches is True
    NQSW.objects.filter(pk=sent.nqsw_id).update(former_name="", last_name="Marriott")
    assert checking.check_register_entry(sent, by=cast.erin, now=NOW).name_matches is True


def test_a_number_corrected_meanwhile_gets_no_answer(cast, sent, server, monkeypatch):
    real = looking.register.look_up

    def and_then_corrected(number):
        answer = real(number)
        NQSW.objects.filter(pk=sent.nqsw_id).update(swe_number="SW5")
        return answer

    monkeypatch.setattr(looking.register, "look_up", and_then_corrected)
    with pytest.raises(Refused, match="number changed"):
        checking.check_register_entry(sent, by=cast.erin, now=NOW)
    assert not sent.register_checks.exists()


def test_approving_needs_a_look_at_this_number_since_the_renewals(cast, sent):
    checking.check_register_entry(sent, by=cast.erin, now=NOW)
    with pytest.raises(Refused, match="before the yearly renewal ended"):
        checking.approve(sent, by=cast.erin, now=NOW.replace(month=12, day=1))
    NQSW.objects.filter(pk=sent.nqsw_id).update(swe_number="SW5")
    with pytest.raises(Refused, match="number changed"):
        checking.approve(sent, by=cast.erin, now=NOW)


def test_without_a_number_there_is_nothing_to_ask(cast, sent):
    NQSW.objects.filter(pk=sent.nqsw_id).update(swe_number=None, number_unknown_because="Taken over.")
    with pytest.raises(Refused, match="not known"):
        checking.check_register_entry(Registration.objects.get(pk=sent.pk), by=cast.erin, now=NOW)


def test_a_registration_that_is_over_is_not_asked_about(cast, sent):
    refused = make.refused(sent, by=cast.erin, now=NOW)
    with pytest.raises(Refused, match="refused"):
        checking.check_register_entry(refused, by=cast.erin, now=NOW)


def test_only_caseworkers_ask_and_only_leads_before_an_outcome(cast, sent):
    for other in (cast.amira, cast.lena, cast.udo, cast.noor):
        with pytest.raises(NotAllowed):
            checking.check_register_entry(sent, by=other, now=NOW)
        with pytest.raises(NotAllowed):
            looking.keep_asking(sent, by=other, now=NOW)
    for other in (cast.amira, cast.sol, cast.erin):
        with pytest.raises(NotAllowed):
            rechecking.look_before_outcome(sent, by=other, now=NOW)
    assert rechecking.look_before_outcome(sent, by=cast.lena, now=NOW).occasion == "outcome"


def test_before_an_outcome_a_silent_register_is_asked_again_later(cast, sent, server):
    server.manners[sent.nqsw.swe_number] = "busy"
    assert not rechecking.look_before_outcome(sent, by=cast.lena, now=NOW).is_answer
    assert RegisterRequest.objects.get(registration=sent).occasion == "outcome"


def test_the_coordinator_is_told_once_that_somebody_is_gone(cast, year, server):
    here = make.registered(cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, now=NOW)
    server.manners[here.nqsw.swe_number] = "lapsed"
    for _ in range(2):
        checking.check_register_entry(here, by=cast.erin, now=LATER)
    told = Notice.objects.filter(kind="registrations.no_longer_registered")
    assert [notice.user for notice in told] == [cast.amira]
    assert here.nqsw.last_name not in told.get().subject


def test_each_lapsed_person_of_the_register_is_kept_as_the_register_says(cast, year, server):
    person = by_manner("removed")
    sent = make.submitted(
        cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW, swe_number=person.number,
        first_name=person.first_name, last_name=person.last_name,
    )  # fmt: skip
    check = checking.check_register_entry(sent, by=cast.erin, now=NOW)
    assert check.name_matches is True
    assert check.registered_until == person.registered_until
    with pytest.raises(Refused, match="no longer registered"):
        checking.approve(sent, by=cast.erin, now=NOW)
