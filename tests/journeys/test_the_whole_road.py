"""One NQSW's year through the real service, by everybody who has a part in it, each in their own browser."""

from datetime import UTC, date, datetime

from tests.cast import TODAY
from tests.journeys import paying, registering
from tests.journeys.registering import EMAIL

OCTOBER = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
QUESTION = "Is O’Rourke the name she practises under?"


def test_the_whole_road(everybody, window, at, tmp_path):
    set_up_vendor(everybody, window)
    register(everybody, window)

    at(OCTOBER)
    pay(everybody, window, tmp_path, on=OCTOBER.date())
    paying.read_statement(window(everybody.amira), "Northshire", year="2026-27", paid="£1,000")
    paying.read_ledger(window(everybody.omar), total="£2,000")


def set_up_vendor(everybody, window):
    paying.propose_vendor(window(everybody.omar), "Northshire")
    paying.verify_vendor(window(everybody.priya), "Northshire", TODAY)


def register(everybody, window):
    """Registered by the employer, taken up by the NQSW, asked about and approved."""
    registering.register(window(everybody.amira))
    link = registering.link_of_the_letter(window(everybody.erin), "Your invitation")
    registering.join(window(EMAIL, link))
    registering.ask(window(everybody.erin), QUESTION)
    registering.reply(window(everybody.amira), QUESTION, "Yes, and it is the name in the register.")
    registering.approve(window(everybody.erin))


def pay(everybody, window, folder, *, on: date):
    """From the draft that the monthly run has made to the payer's answer."""
    reference = paying.submit(window(everybody.omar))
    paying.approve(window(everybody.priya), reference)
    file = paying.hand_over(window(everybody.omar), reference)
    line = paying.line_of(file)
    assert file.decode().splitlines() == [
        "file_version,batch,line,vendor_number,employer,milestone,financial_year,amount",
        f"1,{reference},{line},{paying.VENDOR},Northshire,registration,2026-27,1000.00",
        f"control,{reference},1,,,,,1000.00",
    ]
    paying.import_response(window(everybody.omar), reference, line, on, folder)
