"""What changed since one signed: the words before and after, and a signature that means one text and no other."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import example, given, settings
from hypothesis import strategies as st

from accounts.models import Notice
from assessments.comparing import Change, pieces
from assessments.models import Record
from assessments.services import records, signing
from assessments.states import Part, RecordState
from registrations.models import Registration
from tests.assessments.workflow.conftest import LATER
from tests.assessments.workflow.reading import text_of
from tests.cast import NOW, Cast
from tests.factories import assessments as make
from tests.ground.built_once import built_once

OBSERVATION = "direct_observation"


@built_once
def changed(year: Registration, cast: Cast) -> Record:
    """Signed by both as version 2, reopened as 3, and changed by Noor: version 4 waits for both."""
    record = make.agreed(year, OBSERVATION, now=NOW, reflection="I would listen longer.")
    records.reopen(record, reason="One date is wrong.", seen_version=record.version, by=cast.amira, now=NOW)
    make.finish(record, Part.NQSW, by=cast.noor, now=NOW, reflection="I would listen much longer, and ask.")
    record.refresh_from_db()
    return record


def test_portfolio_3_signature_means_this_text(changed: Record, cast: Cast, as_: Any) -> None:
    """One word is another: both are led to what changed, and nothing is agreed until both sign what it says now."""
    assert changed.state == RecordState.SUBMITTED
    assert changed.current_revision.number == 4
    assert not changed.current_revision.signatures.exists()
    address = reverse("record_changes", args=[changed.pk])
    letter = Notice.objects.filter(user=cast.ben, kind="assessments.ready_to_sign").latest("id")
    assert f"You signed version 2. See what changed since: http://localhost:8000{address}" in letter.body
    assert "much longer" not in letter.body
    for person in (cast.ben, cast.noor):
        page = text_of(as_(person).get(reverse("record", args=[changed.pk])))
        assert "You signed version 2. It is version 4 now: see what changed since you signed." in page
        said = text_of(as_(person).get(address))
        assert "From version 2, which you signed last, to version 4, written by Noor Rahman" in said
        assert "Amira Aslan asked for changes on 14 September 2026: One date is wrong." in said
        assert "I would listen removed: longer. added: much longer, and ask." in said
    signing.sign(changed, seen_revision=4, by=cast.ben, now=NOW)
    changed.refresh_from_db()
    assert changed.state == RecordState.SUBMITTED
    signing.sign(changed, seen_revision=4, by=cast.noor, now=NOW)
    changed.refresh_from_db()
    assert changed.state == RecordState.AGREED


def test_a_stale_version_is_not_signed_and_the_page_leads_to_what_changed(
    changed: Record, cast: Cast, as_: Any
) -> None:
    noor, sign = as_(cast.noor), reverse("record_sign", args=[changed.pk])
    answer = noor.post(sign, {"seen_revision": 2, "agreed": "on"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "it is now version 4. Read it again before you sign." in page
    link = f"{reverse('record_changes', args=[changed.pk])}?older=2&amp;newer=4"
    assert f'href="{link}"' in page
    assert 'name="seen_revision" value="4"' in page
    assert not changed.current_revision.signatures.exists()
    assert "removed: longer." in text_of(noor.get(link.replace("&amp;", "&")))
    assert noor.post(sign, {"seen_revision": 99, "agreed": "on"}).status_code == 409


def test_whoever_sent_it_back_is_led_to_what_changed_since(year: Registration, cast: Cast, as_: Any) -> None:
    """Not to all that the other wrote since they wrote themselves."""
    record = make.submitted(year, OBSERVATION, now=NOW, seen="Calm and clear.")
    records.return_(record, reason="Say more.", about_field="seen", seen_version=record.version, by=cast.noor, now=NOW)
    make.finish(record, Part.ASSESSOR, by=cast.ben, now=NOW, seen="Calm, clear and kind.")
    noor = as_(cast.noor)
    for name in ("record", "record_sign"):
        assert "ee what changed since you returned it" in text_of(noor.get(reverse(name, args=[record.pk])))
    said = text_of(noor.get(reverse("record_changes", args=[record.pk])))
    assert "From version 2, which you returned last, to version 3" in said


def test_any_two_versions_and_nobody_elses(changed: Record, cast: Cast, as_: Any) -> None:
    address = reverse("record_changes", args=[changed.pk])
    amira = as_(cast.amira)
    assert "From version 3, which you wrote last" in text_of(amira.get(address))  # she reopened it
    turned = text_of(amira.get(f"{address}?older=4&newer=2"))
    assert "From version 2, of 14 September 2026, to version 4" in turned
    assert "No word is different." in text_of(amira.get(f"{address}?older=2&newer=3"))
    assert "Select the later version from the list" in text_of(amira.get(f"{address}?older=2&newer=99"))
    for person in (cast.cora, cast.cal, cast.lena, cast.dev, cast.nils):
        assert as_(person).get(address).status_code == 404
    with connection.cursor() as cursor:
        cursor.execute("SELECT erase_revision(%s, %s)", [changed.revisions.get(number=2).pk, NOW])
    erased = text_of(amira.get(f"{address}?older=2&newer=4"))
    assert "have been erased, so they cannot be compared" in erased
    assert "longer" not in erased


def test_since_one_last_read_it(changed: Record, cast: Cast, as_: Any) -> None:
    """Of somebody who neither signs nor writes: what stood there when they opened it before."""
    address, udo = reverse("record_changes", args=[changed.pk]), as_(cast.udo)
    assert "From version 3, of 14 September 2026" in text_of(udo.get(address))  # never read: since the one before
    records.return_(changed, reason="More.", seen_version=changed.version, by=cast.ben, now=LATER)
    make.finish(changed, Part.NQSW, by=cast.noor, now=LATER, reflection="Longer.")
    assert "From version 4, which you read last, to version 5" in text_of(udo.get(address))


def test_one_version_has_nothing_to_compare(year: Registration, cast: Cast, as_: Any) -> None:
    record = make.draft(year, OBSERVATION, now=NOW)
    address = reverse("record_changes", args=[record.pk])
    ben = as_(cast.ben)
    assert ben.get(address).status_code == 404
    make.finish(record, Part.ASSESSOR, by=cast.ben, now=NOW)
    assert "There is only one version of this record" in text_of(ben.get(address))


@pytest.mark.parametrize("times", [1, 3])
def test_the_number_of_queries_is_constant(changed: Record, cast: Cast, as_: Any, times: int) -> None:
    for number in range(times):
        records.return_(changed, reason="More.", seen_version=changed.version, by=cast.ben, now=NOW)
        make.finish(changed, Part.NQSW, by=cast.noor, now=NOW, reflection=f"Longer {number}.")
        changed.refresh_from_db()
    ben = as_(cast.ben)
    ben.get("/verify")
    for name, most in (("record_changes", CHANGES_PAGE), ("record", RECORD_PAGE)):
        with CaptureQueriesContext(connection) as queries:
            assert ben.get(reverse(name, args=[changed.pk])).status_code == 200
        assert len(queries) == most, "\n".join(one["sql"][:150] for one in queries)


CHANGES_PAGE, RECORD_PAGE = 18, 29


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("Speak to Amira.", "Speak to Ben.", [("same", "Speak to "), ("removed", "Amira."), ("added", "Ben.")]),
        ("", "All new.", [("added", "All new.")]),
        ("All gone.", "", [("removed", "All gone.")]),
        ("as it was here", "all that is here", [("removed", "as it was"), ("added", "all that is"), ("same", " here")]),
        ("one  two", "one two", [("same", "one"), ("same", " "), ("same", "two")]),
    ],
)
def test_words_before_and_after(old: str, new: str, shown: list[tuple[str, str]]) -> None:
    assert [(piece.change.value, piece.text) for piece in pieces(old, new)] == shown


WORDS = st.lists(st.sampled_from(["a", "b", " ", "\n", "listen", "👪", "שלום"]), max_size=30).map("".join)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(old=WORDS, new=WORDS)
@example(old="a " * 300, new="b " * 300)
def test_nothing_is_lost_in_between(old: str, new: str) -> None:
    """What stayed and what came is the new text to the letter; what stayed and went the old one but for space."""
    found = pieces(old, new)
    assert "".join(one.text for one in found if one.change != Change.REMOVED) == new
    before = "".join(one.text for one in found if one.change != Change.ADDED)
    assert "".join(before.split()) == "".join(old.split())
