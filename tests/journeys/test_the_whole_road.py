"""One NQSW's year through the real service, by everybody who has a part in it, each in their own browser."""

from datetime import UTC, datetime

from assessments.models import Certificate, Outcome
from payments.models import Line
from payments.queries.ledger import verify
from tests.cast import NOW, TODAY
from tests.factories import registrations as register
from tests.journeys import finishing, moderating, paying, registering, the_year
from tests.journeys.registering import EMAIL, FIRST, LAST
from tests.journeys.the_year import AGREEMENT, FINAL, OBSERVATION, OF_NQSW, THREE_MONTHS
from tests.journeys.walking import go, picture

NAME = f"{FIRST} {LAST}"
QUESTION = "Is O’Rourke the name she practises under?"
FIRST_RUN = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
SECOND_RUN = datetime(2027, 10, 1, 8, 0, tzinfo=UTC)
RECORDS = {  # when each is written
    AGREEMENT: datetime(2026, 10, 8, 8, 0, tzinfo=UTC),
    THREE_MONTHS: datetime(2026, 12, 2, 9, 0, tzinfo=UTC),
    OBSERVATION: datetime(2027, 3, 3, 9, 0, tzinfo=UTC),
    FINAL: datetime(2027, 9, 2, 8, 0, tzinfo=UTC),
}


def test_the_whole_road(everybody, stack, window, stranger, tmp_path):
    neighbours(everybody)
    signing_in(stranger)
    set_up_vendor(everybody, window)
    registered(everybody, window)
    next_month(stack, FIRST_RUN)
    paid(everybody, window, tmp_path, milestone="registration", year="2026-27", ledger="£2,000")
    for title, day in RECORDS.items():
        stack.set_clock(day)
        kept(everybody, window, title, day)
    at_home(everybody, window)
    decided(everybody, window)
    certificated(window, stranger)
    next_month(stack, SECOND_RUN)
    paid(everybody, window, tmp_path, milestone="completion", year="2027-28", ledger="£4,000")
    counted(everybody, window)
    assert verify() == []


def neighbours(everybody):
    """Others of the cohort, so that there is something to count; nobody can be paid for them yet."""
    for number in range(10, 34):
        register.registered(
            everybody.southmouth, by=everybody.cora, assessor=everybody.cal, caseworker=everybody.erin, now=NOW,
            number=number,
        )  # fmt: skip


def signing_in(stranger):
    """The first page anybody sees."""
    picture(go(stranger, "/sign-in"), "sign-in")


def set_up_vendor(everybody, window):
    paying.propose_vendor(window(everybody.omar), "Northshire")
    paying.verify_vendor(window(everybody.priya), "Northshire", TODAY)


def registered(everybody, window):
    """Registered by the employer, taken up by the NQSW, asked about and approved."""
    registering.register(window(everybody.amira))
    link = registering.link_of_the_letter(window(everybody.erin), "Your invitation")
    registering.join(window(EMAIL, link))
    registering.ask(window(everybody.erin), NAME, QUESTION)
    registering.reply(window(everybody.amira), QUESTION, "Yes, and it is the name in the register.")
    assert registering.approve(window(everybody.erin), NAME).startswith("CF26")


def next_month(stack, day):
    """Beat and worker prepare the month's batch; no person asks for it."""
    stack.set_clock(day)
    stack.after_a_night_off()


def paid(everybody, window, folder, *, milestone, year, ledger):
    """From the draft that the monthly run has made to the employer's statement and the ledger."""
    reference = paying.submit(window(everybody.omar))
    paying.approve(window(everybody.priya), reference)
    file = paying.hand_over(window(everybody.omar), reference)
    line = Line.objects.latest("pk")
    assert line.batch.reference == reference
    assert file.decode() == (
        "file_version,batch,line,vendor_number,employer,milestone,financial_year,amount\r\n"
        f"1,{reference},{line.reference},{paying.VENDOR},Northshire,{milestone},{year},1000.00\r\n"
        f"control,{reference},1,,,,,1000.00\r\n"
    )
    paying.import_response(window(everybody.omar), reference, line.reference, line.batch.handed_over_at.date(), folder)
    paying.read_statement(window(everybody.amira), "Northshire", year=year, paid="£1,000")
    paying.read_ledger(window(everybody.omar), total=ledger)


def kept(everybody, window, title, day):
    """A record of the year, written and signed by both."""
    the_year.begin(window(EMAIL), title, OF_NQSW[title])
    the_year.add(window(everybody.ben), title, the_year.of_assessor(day.date())[title])
    the_year.sign(window(everybody.ben), title)
    the_year.sign(window(EMAIL), title)


def at_home(everybody, window):
    """The first page of five roles, near the end of the year."""
    people = {
        "coordinator": everybody.amira,
        "assessor": everybody.ben,
        "nqsw": EMAIL,
        "caseworker": everybody.erin,
        "payments-officer": everybody.omar,
    }
    for role, person in people.items():
        picture(window(person), f"home-{role}")


def decided(everybody, window):
    """Recommended by the assessor, read blind by a moderator, confirmed by the senior lead."""
    the_year.recommend(window(everybody.ben), "Pass")
    moderating.open_round(window(everybody.amira))
    moderating.read(window(everybody.dev), "Pass")
    assert not Outcome.objects.exists()
    moderating.confirm(window(everybody.lena), "Pass")


def certificated(window, stranger):
    """Drawn by the worker, downloaded by the NQSW, checked by somebody who has nothing but the paper."""
    pdf = finishing.take_certificate(window(EMAIL))
    assert pdf == bytes(Certificate.objects.get().pdf)
    finishing.verify(stranger, finishing.number_on(pdf, NAME))
    go(window(EMAIL), "/")


def counted(everybody, window):
    """The analyst's file carries what the page shows: rounded, and nothing from which one person could be told."""
    rows = finishing.count(window(everybody.ana))
    assert ["By cohort", "2026-27 (cohort 15)", "25", "100", "c", "c", "c", "25"] in rows, rows
