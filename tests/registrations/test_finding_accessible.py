"""The list, the queue, the history, notes and the log of reads in the browser, empty, with errors and full."""

import pytest

from registrations.models import ProgrammeYear
from registrations.services import checking, notes
from tests.cast import NOW, Cast
from tests.factories import registrations as make
from tests.ground.browser import Look, go_on, look_wide_and_narrow


@pytest.mark.usefixtures("year")
def test_nothing_there_yet(looked_at: Look, cast: Cast) -> None:
    looked_at(cast.erin, "registrations")
    looked_at(cast.erin, "registration_queue")
    looked_at(cast.udo, "records_opened")


def test_the_list_searched_and_narrowed(looked_at: Look, cast: Cast, year: ProgrammeYear) -> None:
    make.registered(cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, now=NOW)
    page = looked_at(cast.erin, "registrations")
    page.get_by_text("What the columns mean").click()
    look_wide_and_narrow(page, "columns")
    page.get_by_label("Stage").select_option("deferred")
    page.get_by_label("Name, Social Work England number or reference").fill("O'Neill")
    look_wide_and_narrow(go_on(page, "Show results"), "nothing-found")
    go_on(page, "Remove this filter: Search: O'Neill", "link")
    page.get_by_label("Name, Social Work England number or reference").fill("x" * 101)
    look_wide_and_narrow(go_on(page, "Show results"), "error")


def test_the_queue_approved_together(looked_at: Look, cast: Cast, year: ProgrammeYear) -> None:
    sent = [make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW, number=n) for n in range(3)]
    for one in sent[:2]:
        checking.check_register_entry(one, by=cast.erin, now=NOW)
    page = looked_at(cast.erin, "registration_queue", press="Approve those I selected")
    page.get_by_role("link", name="Select at least one registration").click()
    assert page.evaluate("document.activeElement.id") == "rows"
    for one in sent:
        page.get_by_label(f"Select {one.nqsw.full_name}").check()
    look_wide_and_narrow(go_on(page, "Approve those I selected"), "preview")
    look_wide_and_narrow(go_on(page, "Approve them"), "approved")
    page.go_back()
    page.get_by_text("None of the registrations you selected can be approved").wait_for()
    look_wide_and_narrow(page, "approved-before")


def test_history_and_notes(looked_at: Look, cast: Cast, year: ProgrammeYear) -> None:
    one = make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW)
    notes.write(one, "Rang the employer.\nThey will write.", by=cast.erin, now=NOW)
    looked_at(cast.erin, "registration_note", one.pk)
    looked_at(cast.amira, "registration_note", one.pk)
    looked_at(cast.erin, "registration_history", one.pk)


def test_the_log_of_reads(looked_at: Look, cast: Cast, year: ProgrammeYear) -> None:
    one = make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW)
    looked_at(cast.erin, "registration", one.pk)
    page = looked_at(cast.udo, "records_opened")
    page.get_by_label("Who opened it: name or email address").fill("nobody")
    look_wide_and_narrow(go_on(page, "Show results"), "nothing")
    page = looked_at(cast.udo, "records_opened")
    page.get_by_label("Day").first.fill("32")
    look_wide_and_narrow(go_on(page, "Show results"), "error")
