"""Why a record stands as it does and who can do what next: in plain words, for everybody who looks."""

from typing import Any

import pytest
from django.urls import reverse

from assessments.models import Outcome, Record
from assessments.services import records, signing
from assessments.states import RecordState
from assessments.views import records as views
from registrations.services import changes
from tests.assessments.workflow.reading import text_of
from tests.cast import NOW, TODAY, Cast

# in the register she is Noor Ashdown; what she did is told by the name of her account
WRITE = "It waits until Noor Ashdown or Ben Okafor adds what is missing; then everybody signs."
SAYS: dict[tuple[str, str], str] = {
    ("draft", "noor"): "You can write in it; once everything is there, everybody signs. Ben Okafor can write",
    ("draft", "amira"): WRITE,
    (
        "submitted",
        "ben",
    ): "Complete since 14 September 2026. It waits to be signed by Noor Ashdown and you. You can sign "
    "it, or return it with a reason. Nobody can change a word of it meanwhile.",
    ("submitted", "amira"): "It waits to be signed by Noor Ashdown and Ben Okafor. Nobody can change a word of it "
    "meanwhile. Noor Ashdown or Ben Okafor can return it with a reason.",
    ("returned", "noor"): "Returned by Ben Okafor on 14 September 2026: Say more. You can write in it",
    ("returned", "udo"): "It waits until Noor Ashdown or Ben Okafor changes it and finishes the part; then everybody",
    ("agreed", "ben"): "Signed by Noor Rahman on 14 September 2026 and Ben Okafor on 14 September 2026. You or a "
    "co-ordinator can lock it. A co-ordinator of Northshire can reopen it: Amira Aslan.",
    ("agreed", "amira"): "Ben Okafor or a co-ordinator can lock it. You can reopen it with a reason, as a co-ordinator "
    "of Northshire.",
    (
        "locked",
        "noor",
    ): "Locked because everybody has signed it, by Amira Aslan on 14 September 2026. A co-ordinator of "
    "Northshire can reopen it: Amira Aslan.",
    ("locked", "amira"): "You can reopen it with a reason, as a co-ordinator of Northshire.",
}


@pytest.mark.parametrize(("state", "who"), sorted(SAYS))
def test_every_state_says_why_and_who_is_next(
    in_each_state: dict[str, Record], cast: Cast, as_: Any, state: str, who: str
) -> None:
    page = as_(getattr(cast, who)).get(reverse("record", args=[in_each_state[state].pk]))
    assert SAYS[state, who] in text_of(page)


def test_every_state_is_spoken_of() -> None:
    assert {state for state, _ in SAYS} == set(RecordState.values)


def test_who_has_signed_reads_for_whom_it_waits(in_each_state: dict[str, Record], cast: Cast, as_: Any) -> None:
    record = in_each_state["submitted"]
    signing.sign(record, seen_revision=2, by=cast.ben, now=NOW)
    page = text_of(as_(cast.ben).get(reverse("record", args=[record.pk])))
    assert "You have signed. Noor Ashdown can sign it; you can return it." in page


def test_nobody_writes_after_a_withdrawal(in_each_state: dict[str, Record], cast: Cast, as_: Any) -> None:
    record = in_each_state["draft"]
    changes.withdraw(record.registration, TODAY, "They left.", by=cast.amira, now=NOW)
    page = text_of(as_(cast.noor).get(reverse("record", args=[record.pk])))
    assert "This year is not under way, so nobody can change it." in page


def test_portfolio_4_return_with_a_reason(in_each_state: dict[str, Record], cast: Cast, as_: Any) -> None:
    """The reason belongs to a question, or says that it is about the whole; it is read beside that question."""
    record = in_each_state["submitted"]
    address, ben, noor = reverse("record_return", args=[record.pk]), as_(cast.ben), as_(cast.noor)
    unsaid = text_of(ben.post(address, {"seen_version": record.version, "reason": "Say what you would change."}))
    assert "Select a question" in unsaid
    unreasoned = text_of(ben.post(address, {"seen_version": record.version, "about_field": "reflection"}))
    assert "Enter what needs to change" in unreasoned
    record.refresh_from_db()
    assert record.state == RecordState.SUBMITTED
    said = {"seen_version": record.version, "about_field": "reflection", "reason": "Say what you would change."}
    ben.post(address, said)
    first = text_of(noor.get("/"))
    before, after = first.split("Change: Direct observation 2", 1)
    due = "Start: Support and assessment agreement"  # has a day; what was sent back goes before it
    assert due not in before
    assert due in after
    page = text_of(noor.get(reverse("record", args=[record.pk])))
    asked = "What went well, what would you do differently, and why?"
    assert f"{asked} About what went well and what you would do differently. Returned by Ben Okafor Say what" in page
    edit = text_of(noor.get(reverse("record_edit", args=[record.pk])))
    assert f"Ben Okafor sent this back because of this question: Say what you would change. {asked}" in edit
    assert "About what went well" in text_of(noor.get(reverse("record_version", args=[record.pk, 2])))
    assert noor.post(address, said).status_code == 409  # returned a second time: nothing happens
    assert record.transitions.filter(to_state="returned").count() == 1


def test_a_return_about_the_whole_says_so(in_each_state: dict[str, Record], cast: Cast, as_: Any) -> None:
    record, ben = in_each_state["submitted"], as_(cast.ben)
    said = {"seen_version": record.version, "about_field": "whole", "reason": "It is about another visit."}
    ben.post(reverse("record_return", args=[record.pk]), said)
    assert record.transitions.get(to_state="returned").about_field == "whole"
    assert "because of this question" not in text_of(as_(cast.noor).get(reverse("record_edit", args=[record.pk])))


def test_the_history_says_who_what_when_and_why(in_each_state: dict[str, Record], cast: Cast, as_: Any) -> None:
    record = in_each_state["locked"]
    records.reopen(record, reason="One date is wrong.", seen_version=record.version, by=cast.amira, now=NOW)
    page = text_of(as_(cast.udo).get(reverse("record", args=[record.pk])))
    timeline = page[page.index("History") :]
    for line in (
        "Reopened 14 September 2026 at 11am by Amira Aslan One date is wrong.",
        "Version 3 14 September 2026 at 11am by Amira Aslan",
        "Locked 14 September 2026 at 11am by Amira Aslan",
        "Version 2 signed as NQSW 14 September 2026 at 11am by Noor Rahman",
        "Ready to sign 14 September 2026 at 11am by",
        "Version 1 14 September 2026 at 11am by",
    ):
        assert line in timeline
    for number in (1, 2):
        assert f"version {number}" in text_of(as_(cast.udo).get(reverse("record_version", args=[record.pk, number])))


def test_a_long_history_is_shown_from_its_end_and_whole_on_request(
    in_each_state: dict[str, Record], cast: Cast, as_: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "OF_ITS_HISTORY", 3)
    page, udo = reverse("record", args=[in_each_state["locked"].pk]), as_(cast.udo)
    answer = udo.get(page).content.decode()
    assert 'href="?history=all"' in answer
    last = text_of(udo.get(page)).partition("History")[2]
    assert (answer.count("app-timeline__item"), "Locked" in last, "signed as" in last) == (3, True, False)
    whole = udo.get(f"{page}?history=all").content.decode()
    assert whole.count("app-timeline__item") == 7
    assert "?history=all" not in whole


def test_a_confirmed_outcome_and_a_year_that_ended(passed: Outcome, cast: Cast, as_: Any) -> None:
    record = Record.objects.get(kind="direct_observation")
    answer = as_(cast.amira).get(reverse("record", args=[record.pk]))
    assert "The year has ended, so it stays as it was signed." in text_of(answer)
    assert reverse("record_reopen", args=[record.pk]) not in answer.content.decode()
